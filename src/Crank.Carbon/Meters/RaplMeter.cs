using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Crank.Core;

namespace Crank.Carbon;

/// <summary><c>rapl</c>: the processor's own energy counters, as the Linux power capping framework shows them; a job gets its share by CPU time.</summary>
/// <remarks>
/// Counts every package, and the memory beside it (<c>dram</c>), which no package contains; <c>core</c> and <c>uncore</c> are inside
/// their package, and <c>psys</c> contains the packages, so that it counts only where there are none.
/// Samples more than <see cref="MaxWindow"/> apart tell nothing, since a counter may have begun again more than once.
/// </remarks>
/// <param name="clock">Monotonic time.</param>
/// <param name="root">The folder with <c>intel-rapl:0</c> and its like.</param>
/// <param name="stat">The file with the CPU time of the whole machine (proc(5), first line, hundredths of a second).</param>
public sealed class RaplMeter(TimeProvider clock, string root = "/sys/class/powercap", string stat = "/proc/stat") : IEnergyMeter
{
    private const int MaxDomains = 256;
    private const int MaxFileBytes = 256;
    private readonly long _start = clock.GetTimestamp();

    /// <summary>The longest time between two samples: the smallest common range, 65 kJ, lasts longer even at 500 W.</summary>
    public static TimeSpan MaxWindow => TimeSpan.FromSeconds(120);

    /// <inheritdoc />
    public string Name => "rapl";

    /// <inheritdoc />
    public string? WhyUnavailable()
    {
        try
        {
            _ = ReadCounters();
            _ = ReadBusy();
            return null;
        }
        catch (Exception e) when (IsExpected(e))
        {
            return $"rapl: {e.Message}";
        }
    }

    /// <inheritdoc />
    public EnergySample Sample()
    {
        try
        {
            return new(clock.GetElapsedTime(_start), ReadBusy(), ReadCounters());
        }
        catch (Exception e) when (IsExpected(e))
        {
            return EnergySample.Nothing;
        }
    }

    /// <inheritdoc />
    public EnergyReading? Read(EnergySample before, EnergySample after, JobWork work)
    {
        var window = after.At - before.At;
        var busy = after.Busy.Time - before.Busy.Time;
        if (work.Cpu is not { } cpu || before.Counters.IsEmpty || after.Counters.Length != before.Counters.Length
            || window <= TimeSpan.Zero || window > MaxWindow || busy <= TimeSpan.Zero)
        {
            return null;
        }

        var microjoules = 0.0;
        for (var i = 0; i < after.Counters.Length; i++)
        {
            if (after.Counters[i].Name != before.Counters[i].Name || after.Counters[i].Range != before.Counters[i].Range)
            {
                return null;
            }

            microjoules += after.Counters[i].Since(before.Counters[i]);
        }

        var whole = new Joules(microjoules / 1e6);
        var energy = whole * Math.Min(1, cpu.Time / busy);
        return new(
            FootprintTier.Measured, Name, energy, energy * FootprintModel.MeasuredLower,
            new(Math.Max(energy.Value, Math.Min(energy.Value * FootprintModel.MeasuredUpper, whole.Value))));
    }

    private static bool IsExpected(Exception e) => e is IOException or UnauthorizedAccessException or FormatException or OverflowException;

    private ImmutableArray<EnergyCounter> ReadCounters()
    {
        var domains = new SortedDictionary<string, (string Kind, string Path)>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateDirectories(root, "intel-rapl:*").Order(StringComparer.Ordinal).Take(MaxDomains))
        {
            Add(domains, path);
            foreach (var inner in Directory.EnumerateDirectories(path, "intel-rapl:*").Order(StringComparer.Ordinal).Take(MaxDomains))
            {
                Add(domains, inner);
            }
        }

        var packages = domains.Any(d => d.Value.Kind == "package");
        var counted = domains.Where(d => packages ? d.Value.Kind is "package" or "dram" : d.Value.Kind == "psys").ToArray();
        return counted.Length > 0
            ? [.. counted.Select(d => ReadCounter(d.Key, d.Value.Path))]
            : throw new FormatException($"{root} has no package to count; the processor or this system does not show one.");
    }

    private static void Add(SortedDictionary<string, (string Kind, string Path)> domains, string path)
    {
        var name = ReadText(Path.Combine(path, "name"));
        domains.TryAdd(Path.GetFileName(path), (name.StartsWith("package", StringComparison.Ordinal) ? "package" : name, path));
    }

    private static EnergyCounter ReadCounter(string name, string path)
    {
        var range = ReadNumber(Path.Combine(path, "max_energy_range_uj"));
        var now = ReadNumber(Path.Combine(path, "energy_uj"));
        return range > 0 && now <= range
            ? new(name, now, range)
            : throw new FormatException($"{path} counts to {now} of {range}, which is no counter.");
    }

    private static ulong ReadNumber(string path)
    {
        var text = ReadText(path);
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{path} holds no number.");
    }

    private Duration ReadBusy()
    {
        // user nice system idle iowait irq softirq steal; guest times, which follow, are in user and nice already
        var fields = ReadText(stat).Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 9 || fields[0] != "cpu")
        {
            throw new FormatException($"{stat} does not begin with the CPU times of the machine.");
        }

        long hundredths = 0;
        foreach (var i in (ReadOnlySpan<int>)[1, 2, 3, 6, 7, 8])
        {
            hundredths += long.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : throw new FormatException($"{stat} holds '{fields[i]}' where a number belongs.");
        }

        return new(new(hundredths * (TimeSpan.TicksPerSecond / 100)));
    }

    private static string ReadText(string path)
    {
        Span<byte> bytes = stackalloc byte[MaxFileBytes];
        using var file = File.OpenHandle(path);
        return Encoding.ASCII.GetString(bytes[..RandomAccess.Read(file, bytes, 0)]).Trim();
    }
}
