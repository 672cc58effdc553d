using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Crank.Rego.Builtins.Go;

/// <summary>
/// A time zone of the IANA database: offset and abbreviation at any moment. Read from the machine's compiled files (RFC 9636), whose
/// trailing rule covers the years after the last listed change; where a machine has no such files, from what the platform knows.
/// </summary>
internal sealed class GoZone
{
    private const int MaxFileBytes = 1 << 20;
    private const int MaxCached = 1024;
    private static readonly string[] Folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];
    private static readonly ConcurrentDictionary<string, GoZone> Known = new();

    private readonly long[] _changes = [];
    private readonly (int Offset, string Name)[] _periods = [];
    private readonly (int Offset, string Name) _first;
    private readonly PosixZoneRule? _rule;
    private readonly TimeZoneInfo? _platform;

    private GoZone((int Offset, string Name) only) => _first = only;

    private GoZone(TimeZoneInfo platform) => _platform = platform;

    private GoZone(long[] changes, (int, string)[] periods, (int, string) first, PosixZoneRule? rule)
    {
        _changes = changes;
        _periods = periods;
        _first = first;
        _rule = rule;
    }

    public static GoZone Utc { get; } = new((0, "UTC"));

    /// <summary>A zone by name, as in <c>Europe/Berlin</c>.</summary>
    /// <exception cref="FormatException">There is no zone of this name.</exception>
    public static GoZone Of(string name)
    {
        if (name is "" or "UTC")
        {
            return Utc;
        }

        if (Known.TryGetValue(name, out var known))
        {
            return known;
        }

        // Go refuses names that could leave the folder; letters, digits and these signs are all that zones use.
        if (name.Length > 64 || name[0] is '/' or '.' || name.Contains("..", StringComparison.Ordinal) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+'))
        {
            throw new FormatException($"unknown time zone {name}");
        }

        var zone = Load(name);
        return Known.Count < MaxCached ? Known.GetOrAdd(name, zone) : zone;
    }

    /// <summary>Seconds east of UTC and the abbreviation in use at a moment, in seconds since the epoch.</summary>
    public (int Offset, string Name) At(long seconds)
    {
        if (_platform is not null)
        {
            var moment = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, -62135596800, 253402300799));
            var offset = (int)_platform.GetUtcOffset(moment).TotalSeconds;
            return (offset, Numeric(offset));
        }

        var index = Array.BinarySearch(_changes, seconds);
        index = index < 0 ? ~index - 1 : index;
        if (index < 0)
        {
            return _first;
        }

        return index == _changes.Length - 1 && _rule is not null ? _rule.At(seconds) : _periods[index];
    }

    /// <summary>The moment of a clock reading in this zone, in seconds since the epoch; the reading is given as if it were UTC.</summary>
    public long FromLocal(long local)
    {
        // The offset in force near the reading is tried first, then the one that it leads to: one of them fits, except in the hour that is skipped.
        var (offset, _) = At(local);
        var guess = local - offset;
        var (there, _) = At(guess);
        if (there == offset)
        {
            return guess;
        }

        var second = local - there;
        return At(second).Offset == there ? second : guess;
    }

    private static string Numeric(int offset)
    {
        var minutes = Math.Abs(offset) / 60;
        return (offset < 0 ? "-" : "+") + (minutes / 60).ToString("00", CultureInfo.InvariantCulture)
            + (minutes % 60 == 0 ? "" : (minutes % 60).ToString("00", CultureInfo.InvariantCulture));
    }

    private static GoZone Load(string name)
    {
        foreach (var folder in Folders)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path) && new FileInfo(path).Length <= MaxFileBytes && Parse(File.ReadAllBytes(path)) is { } zone)
            {
                return zone;
            }
        }

        return !Folders.Any(Directory.Exists) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var platform)
            ? new(platform)
            : throw new FormatException($"unknown time zone {name}");
    }

    private static GoZone? Parse(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith("TZif"u8) || file.Length < 44)
        {
            return null;
        }

        // Version 2 and later repeat everything with 64-bit times after the 32-bit block; only that is read.
        var size = 4;
        if (file[4] >= (byte)'2')
        {
            file = file[(44 + BlockLength(file, 4))..];
            size = 8;
        }

        var (changeCount, typeCount, nameBytes) = (Count(file, 32), Count(file, 36), Count(file, 40));
        var body = file[44..];
        var changes = new long[changeCount];
        for (var i = 0; i < changeCount; i++)
        {
            var at = body[(i * size)..];
            changes[i] = size == 8 ? BinaryPrimitives.ReadInt64BigEndian(at) : BinaryPrimitives.ReadInt32BigEndian(at);
        }

        var indexes = body.Slice(changeCount * size, changeCount);
        var typeTable = body.Slice((changeCount * size) + changeCount, typeCount * 6);
        var names = body.Slice((changeCount * size) + changeCount + (typeCount * 6), nameBytes);
        var types = new (int Offset, string Name)[typeCount];
        var first = -1;
        for (var i = 0; i < typeCount; i++)
        {
            var entry = typeTable[(i * 6)..];
            var text = names[entry[5]..];
            types[i] = (BinaryPrimitives.ReadInt32BigEndian(entry), Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]));
            first = first < 0 && entry[4] == 0 ? i : first;
        }

        var periods = new (int, string)[changeCount];
        for (var i = 0; i < changeCount; i++)
        {
            periods[i] = types[indexes[i]];
        }

        PosixZoneRule? rule = null;
        if (size == 8)
        {
            var footer = file[(44 + BlockLength(file, 8))..].Trim((byte)'\n');
            rule = PosixZoneRule.TryParse(Encoding.ASCII.GetString(footer));
        }

        var start = types[Math.Max(first, 0)];
        return changeCount == 0 && rule is not null ? new([long.MinValue], [start], start, rule) : new(changes, periods, start, rule);
    }

    private static int Count(ReadOnlySpan<byte> file, int at) => (int)BinaryPrimitives.ReadUInt32BigEndian(file[at..]);

    private static int BlockLength(ReadOnlySpan<byte> file, int size) =>
        (Count(file, 32) * (size + 1)) + (Count(file, 36) * 6) + Count(file, 40) + (Count(file, 28) * (size + 4)) + Count(file, 24) + Count(file, 20);
}
