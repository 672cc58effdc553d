namespace Crank.Confinement.Linux;

/// <summary>Limits of the process. The one on the number of processes is left out: it counts the user's threads, and root is free of it.</summary>
internal static class ResourceLimits
{
    private const int Cpu = 0;
    private const int FileSize = 1;
    private const int Data = 2;
    private const int Core = 4;
    private const int OpenFiles = 7;
    private const int AddressSpace = 9;

    /// <summary>The limits of a plan, by number, with the name that <c>/proc/PID/limits</c> gives each.</summary>
    public static IEnumerable<(int Resource, string Name, ulong Value)> Of(ConfinementPlan plan) =>
    [
        (Cpu, "Max cpu time", (ulong)plan.CpuSeconds),
        (FileSize, "Max file size", (ulong)plan.FileBytes),
        (Data, "Max data size", (ulong)plan.DataBytes),
        (Core, "Max core file size", 0),
        (OpenFiles, "Max open files", (ulong)plan.OpenFiles),
        (AddressSpace, "Max address space", (ulong)plan.AddressBytes),
    ];

    /// <summary>Sets all limits, both values alike, so that the process cannot raise them; keeps those that are lower already.</summary>
    public static void Set(ConfinementPlan plan)
    {
        foreach (var (resource, name, value) in Of(plan))
        {
            var most = Libc.GetLimit(resource, out var now) == 0 ? Math.Min(now.Hard, value) : value;
            var limit = new ResourceLimit { Soft = most, Hard = most };
            if (Libc.SetLimit(resource, limit) != 0)
                throw new ConfinementException($"The limit '{name}' could not be set to {most}: error {Libc.LastError}.");
        }
    }

    /// <returns>The first limit that does not hold, or null when all do.</returns>
    public static string? FirstBroken(ConfinementPlan plan)
    {
        foreach (var (resource, name, value) in Of(plan))
        {
            if (Libc.GetLimit(resource, out var now) != 0) return $"'{name}' could not be read: error {Libc.LastError}";
            if (now.Soft > value || now.Hard > value) return $"'{name}' is {now.Soft}; {value} was planned";
        }

        return null;
    }
}
