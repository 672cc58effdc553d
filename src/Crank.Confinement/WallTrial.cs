using System.Collections;
using Crank.Confinement.Linux;

namespace Crank.Confinement;

/// <summary>Runs into every wall on purpose and tells which held. Not having asked for a wall is no finding.</summary>
internal static class WallTrial
{
    private const nint Internet = 2;
    private const nint StreamSocket = 1;
    private const nint SharedAnonymous = 0x21;
    private const nint ReadWrite = 3;
    private const nint TrialBytes = 1 << 20;
    private const nint ContradictoryFlags = 0x800;   // shared signal handlers without shared memory: an error of its own where no filter answers first

    public static ConfinementProof Run(ConfinementPlan plan)
    {
        var tokens = new List<string>();
        var missing = new List<MissingLayer>();
        Try(ConfinementLayers.Environment, "env", "env", Foreign);
        Try(ConfinementLayers.ResourceLimits, "rlimits", "rlimits", () => OperatingSystem.IsLinux() ? ResourceLimits.FirstBroken(plan) : "this system is not Linux");
        Try(ConfinementLayers.GcLimit, "gc-limit", "gc-limit", () => ManagedMemory(plan));
        Try(ConfinementLayers.Seccomp, "seccomp", "seccomp", SystemCallsAllowed);
        Try(ConfinementLayers.Landlock, "landlock", $"landlock-{LandlockRuleset.Abi}", () => FilesAllowed(plan));
        return new ConfinementProof(tokens, missing);

        void Try(ConfinementLayers layer, string name, string token, Func<string?> firstBreach)
        {
            if (!plan.Wants(layer)) return;
            if (firstBreach() is { } breach) missing.Add(new MissingLayer(name, breach));
            else tokens.Add(token);
        }
    }

    private static string? Foreign() =>
        WorkerEnvironment.FirstForeign(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => (string)variable.Key)) is { } name
            ? $"the variable '{name}' was not set by the parent"
            : null;

    private static string? ManagedMemory(ConfinementPlan plan) =>
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is var bytes && bytes <= plan.GcBytes && bytes > 0
            ? null
            : $"the collector would give {bytes} bytes; {plan.GcBytes} were planned";

    private static string? SystemCallsAllowed()
    {
        if (!SeccompFilter.IsSupported) return "the filter is written for Linux on x86-64";
        var socket = Libc.SystemCall((nint)SystemCalls.Socket, Internet, StreamSocket, 0, 0, 0, 0);
        if (Broken(socket, Libc.NotPermitted)) return Describe("a socket", socket, close: true);
        var child = Libc.SystemCall((nint)SystemCalls.Clone, ContradictoryFlags, 0, 0, 0, 0, 0);
        if (Broken(child, Libc.NotPermitted)) return Describe("a child process", child);
        var program = Libc.SystemCall((nint)SystemCalls.Execve, 0, 0, 0, 0, 0, 0);
        if (Broken(program, Libc.NotPermitted)) return Describe("another program", program);
        var rights = Libc.SystemCall((nint)SystemCalls.Chmod, 0, 0, 0, 0, 0, 0);
        if (Broken(rights, Libc.NotPermitted)) return Describe("the rights of a file", rights);
        var named = Libc.SystemCall((nint)SystemCalls.MemfdCreate, 0, 0, 0, 0, 0, 0);
        if (Broken(named, Libc.NotPermitted)) return Describe("a file in memory", named);
        var signal = Libc.SystemCall((nint)SystemCalls.Kill, Libc.ParentId(), 0, 0, 0, 0, 0);
        if (Broken(signal, Libc.NotPermitted)) return Describe("a signal to the parent", signal);
        var shared = Libc.SystemCall((nint)SystemCalls.Mmap, 0, TrialBytes, ReadWrite, SharedAnonymous, -1, 0);
        if (!Broken(shared, Libc.OutOfMemory)) return null;
        if (shared != -1) _ = Libc.SystemCall((nint)SystemCalls.Munmap, shared, TrialBytes, 0, 0, 0, 0);
        return Describe("shared memory", shared);
    }

    private static string? FilesAllowed(ConfinementPlan plan)
    {
        if (LandlockRuleset.Abi == 0) return "this system offers no landlock";
        var read = Libc.Open(plan.Canary, Libc.OpenReadOnly | Libc.OpenCloseOnExec, 0);
        if (Broken(read, Libc.AccessDenied)) return Describe("a file outside to read", read, close: true);
        var write = Libc.Open(plan.Canary + ".new", Libc.OpenWriteOnly | Libc.OpenCreate | Libc.OpenCloseOnExec, 0x180);
        return Broken(write, Libc.AccessDenied) ? Describe("a file outside to write", write, close: true) : null;
    }

    private static bool Broken(nint answer, int refusal) => answer != -1 || Libc.LastError != refusal;

    private static string Describe(string what, nint answer, bool close = false)
    {
        var seen = answer == -1 ? $"{what} failed with error {Libc.LastError}, which is not the wall's" : $"{what} was given";
        if (close && answer >= 0) _ = Libc.Close((int)answer);
        return seen;
    }
}
