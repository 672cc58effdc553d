using System.Globalization;

namespace Crank.Load.Crash;

/// <summary>Looks for processes that outlive their parent (Linux: <c>/proc</c>; elsewhere it sees none).</summary>
internal static class Orphans
{
    /// <summary>A process, named so that its number cannot be another's later.</summary>
    public sealed record Seen(int Id, string StartedAt);

    public static IReadOnlyList<Seen> Children(int parent) =>
        !OperatingSystem.IsLinux() ? [] :
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0)
                .Select(id => (Id: id, Stat: Stat(id)))
                .Where(p => p.Stat is { Length: > 19 } && p.Stat[1] == parent.ToString(CultureInfo.InvariantCulture))
                .Select(p => new Seen(p.Id, p.Stat![19])),
        ];

    public static bool Lives(Seen process) => Stat(process.Id) is { Length: > 19 } stat && stat[19] == process.StartedAt && stat[0] != "Z";

    /// <summary>The fields behind the name: state, parent, … start time (proc_pid_stat(5), fields 3, 4 and 22).</summary>
    private static string[]? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
