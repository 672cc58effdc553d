namespace Crank.Confinement;

/// <summary>The walls around a worker, each of which can be left out, so that a test can see what it stops.</summary>
[Flags]
public enum ConfinementLayers
{
    /// <summary>A plain child process.</summary>
    None = 0,

    /// <summary>A named environment instead of the parent's.</summary>
    Environment = 1,

    /// <summary>Limits on private memory, CPU time, file size and open files.</summary>
    ResourceLimits = 2,

    /// <summary>The garbage collector's own limit on managed memory.</summary>
    GcLimit = 4,

    /// <summary>The parent's watch on resident memory.</summary>
    Watchdog = 8,

    /// <summary>A filter on system calls: no network, no children, no signals, no shared memory.</summary>
    Seccomp = 16,

    /// <summary>A wall around the file system: the runtime and the program to read, one private folder to write.</summary>
    Landlock = 32,

    /// <summary>All of them; the default.</summary>
    All = Environment | ResourceLimits | GcLimit | Watchdog | Seccomp | Landlock,
}
