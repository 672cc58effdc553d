using System.Runtime.InteropServices;
using System.Text;
using Crank.Confinement.Linux;

namespace Crank.Confinement;

/// <summary>The first start of a worker: raises the walls that a running program cannot raise around all of its threads, and starts again inside.</summary>
internal static class Stage0
{
    /// <summary>Confines this process and executes its own program again with its own arguments.</summary>
    /// <exception cref="ConfinementException">A wall could not be raised, or the program could not be started again.</exception>
    public static void Enter(ConfinementPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!OperatingSystem.IsLinux()) return;
        var arguments = Encoding.UTF8.GetString(File.ReadAllBytes("/proc/self/cmdline")).Split('\0')[..^1];
        Enter(plan, Environment.ProcessPath ?? arguments[0], arguments);
    }

    /// <summary>Confines this process and executes a program. Returns only by an exception.</summary>
    /// <param name="plan">What to allow.</param>
    /// <param name="program">Absolute path of the executable.</param>
    /// <param name="arguments">All its arguments, the first its own name.</param>
    /// <exception cref="ConfinementException">A wall could not be raised, or the program could not be started.</exception>
    public static void Enter(ConfinementPlan plan, string program, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(arguments);
        _ = Libc.SetSession();
        Descriptors.CloseOnExecute();
        ProcessControls.DieWithParent(plan.ParentId);
        if (plan.Wants(ConfinementLayers.ResourceLimits)) ResourceLimits.Set(plan);
        if (Libc.SetEnvironment(ConfinementPlan.Variable, (plan with { Stage = 1 }).ToString(), 1) != 0)
            throw new ConfinementException($"The plan could not be handed on: error {Libc.LastError}.");

        var walls = plan.Wants(ConfinementLayers.Landlock) && LandlockRuleset.Abi > 0;
        var filter = plan.Wants(ConfinementLayers.Seccomp) && SeccompFilter.IsSupported;
        if (walls || filter) ProcessControls.GainNoPrivileges();
        if (walls) FileWall(plan, program).Enforce();
        if (filter) SeccompFilter.InstallOnThread(SeccompFilter.ForStart(Environment.ProcessId));
        Execute(program, arguments);
    }

    private static LandlockRuleset FileWall(ConfinementPlan plan, string program)
    {
        var wall = LandlockRuleset.Create();
        string[] system =
        [
            "/usr/lib", "/lib", "/lib64", "/usr/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime",
            "/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/sys/fs/cgroup", "/sys/devices/system", "/dev/urandom",
        ];
        foreach (var path in system.Concat(ProgramFolders(program)).Concat(plan.ReadFolders)) wall.AllowReading(path);
        wall.AllowWriting(plan.TempFolder);
        wall.AllowWriting("/dev/null");
        return wall;
    }

    /// <summary>Where the program, its runtime and its native libraries lie, as the runtime itself found them.</summary>
    private static IEnumerable<string> ProgramFolders(string program)
    {
        var native = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return OwnFolders(program, AppContext.BaseDirectory, native, SharedRuntime.IsInOneFile).Concat(SharedRuntime.Root is { } root ? [root] : []);
    }

    /// <summary>
    /// A program in one file may lie anywhere, beside a person's keys too: of the folder around it only native libraries and doc comments are
    /// its own. Every other program has a folder to itself.
    /// </summary>
    internal static IEnumerable<string> OwnFolders(string program, string folder, IEnumerable<string> native, bool isInOneFile)
    {
        if (!isInOneFile) return [folder, program, .. native];
        var own = Path.TrimEndingDirectorySeparator(folder);
        return
        [
            program,
            .. native.Where(other => Path.TrimEndingDirectorySeparator(other) != own),
            .. Directory.EnumerateFiles(own, "*.so"),
            .. Directory.EnumerateFiles(own, "Crank.*.xml"),
        ];
    }

    private static unsafe void Execute(string program, IReadOnlyList<string> arguments)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < arguments.Count; i++) list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
        _ = Libc.Execute(program, list);
        throw new ConfinementException($"'{program}' could not be started inside its walls: error {Libc.LastError}.");
    }
}
