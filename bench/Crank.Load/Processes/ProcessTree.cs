using System.Globalization;

namespace Crank.Load.Processes;

/// <summary>What processes have used, from <c>/proc</c>.</summary>
internal static class ProcessTree
{
    private const int TicksPerSecond = 100; // sysconf(_SC_CLK_TCK), the same on every Linux that .NET runs on

    /// <summary>The processor time of one process so far; zero when it is gone.</summary>
    public static TimeSpan Cpu(int process) => Stat(process) is { } stat ? stat.Cpu : TimeSpan.Zero;

    /// <summary>The processes that a process started, and what those started.</summary>
    public static IReadOnlyList<int> Below(int process)
    {
        var parents = new Dictionary<int, int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Stat(id) is { } stat)
            {
                parents[id] = stat.Parent;
            }
        }

        var found = new List<int> { process };
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(parents.Where(p => p.Value == found[i]).Select(p => p.Key));
        }

        return found[1..];
    }

    /// <summary>Resident bytes of one process.</summary>
    public static long Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }

    private static (int Parent, TimeSpan Cpu)? Stat(int process)
    {
        try
        {
            // The name stands in parentheses and may hold anything.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), TimeSpan.FromSeconds((double)ticks / TicksPerSecond));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
