namespace Crank.Confinement.Linux;

/// <summary>Switches of the process itself (<c>prctl</c>).</summary>
internal static class ProcessControls
{
    public const int ParentDeathSignal = 1;
    public const int Dumpable = 4;
    private const int NoNewPrivileges = 38;
    private const int Kill = 9;

    /// <summary>The process dies when the thread that started it does.</summary>
    /// <exception cref="ConfinementException">The parent was gone before; nobody would end this process.</exception>
    public static void DieWithParent(int parentId)
    {
        Do("die with the parent", ParentDeathSignal, Kill);
        if (Libc.ParentId() is var now && now != parentId)
            throw new ConfinementException($"The parent {parentId} is gone; the parent is now {now}.");
    }

    /// <summary>Its memory cannot be read by other processes of the same user, and no core file is written.</summary>
    public static void HideMemory() => Do("hide the memory", Dumpable, 0);

    public static void GainNoPrivileges() => Do("give up new privileges", NoNewPrivileges, 1);

    private static void Do(string what, int option, nuint value)
    {
        if (Libc.ProcessControl(option, value, 0, 0, 0) != 0)
            throw new ConfinementException($"The process could not {what}: error {Libc.LastError}.");
    }
}
