using System.Runtime.InteropServices;

namespace Crank.Confinement.Linux;

/// <summary>The filters on system calls. A list of refusals: what future kernels add is not on it, the wall around files is the net under it.</summary>
internal static unsafe class SeccompFilter
{
    private const uint AuditX64 = 0xC000003E;
    private const uint X32 = 0x40000000;
    private const uint CloneThread = 0x10000;
    private const uint SharedAnonymous = 0x21;
    private const nint SetModeFilter = 1;
    private const nint AllThreads = 1;

    /// <summary>F_SETOWN, F_SETSIG, F_SETOWN_EX: a pipe that is ready would send any signal to any process of the user.</summary>
    private static readonly uint[] SignalByDescriptor = [8, 10, 15];

    /// <summary>Whether the filters are written for this system: numbers differ by architecture.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>The filter under which the runtime starts: executing a program, and memory without a name, are still allowed.</summary>
    public static BpfInstruction[] ForStart(int processId) => Common(processId).Build();

    /// <summary>The filter for the rest of the worker's life.</summary>
    public static BpfInstruction[] ForWork(int processId)
    {
        var program = Common(processId);
        program.Refuse(SystemCalls.Execve, Libc.NotPermitted);
        program.Refuse(SystemCalls.Execveat, Libc.NotPermitted);
        program.Refuse(SystemCalls.MemfdCreate, Libc.NotPermitted);
        program.Refuse(SystemCalls.Setrlimit, Libc.NotPermitted);
        program.RefuseIfNotNull(SystemCalls.Prlimit64, argument: 2, Libc.NotPermitted);
        program.RefuseIfEqual(SystemCalls.Prctl, argument: 0, ProcessControls.ParentDeathSignal, Libc.NotPermitted);
        program.RefuseIfEqual(SystemCalls.Prctl, argument: 0, ProcessControls.Dumpable, Libc.NotPermitted);
        return program.Build();
    }

    /// <summary>Installs a filter on this thread and what it executes.</summary>
    public static void InstallOnThread(BpfInstruction[] filter) => Install(filter, 0);

    /// <summary>Installs a filter on every thread of the process.</summary>
    public static void InstallOnProcess(BpfInstruction[] filter) => Install(filter, AllThreads);

    private static BpfProgram Common(int processId)
    {
        var program = new BpfProgram(AuditX64, X32);
        foreach (var call in SystemCalls.NeverNeeded) program.Refuse(call, Libc.NotPermitted);
        program.Refuse(SystemCalls.Fork, Libc.NotPermitted);
        program.Refuse(SystemCalls.Vfork, Libc.NotPermitted);
        program.RefuseUnlessAnyBit(SystemCalls.Clone, argument: 0, CloneThread, Libc.NotPermitted);
        program.Refuse(SystemCalls.Clone3, Libc.NotImplemented);   // the C library then falls back to clone, which can be told apart
        program.RefuseUnlessEqual(SystemCalls.Kill, argument: 0, (uint)processId, Libc.NotPermitted);
        program.RefuseUnlessEqual(SystemCalls.Tgkill, argument: 0, (uint)processId, Libc.NotPermitted);
        program.RefuseUnlessEqual(SystemCalls.SetAffinity, argument: 0, 0, Libc.NotPermitted);   // the runtime pins its own thread as it starts
        foreach (var command in SignalByDescriptor) program.RefuseIfEqual(SystemCalls.Fcntl, argument: 1, command, Libc.NotPermitted);
        program.RefuseIfAllBits(SystemCalls.Mmap, argument: 3, SharedAnonymous, Libc.OutOfMemory);
        return program;
    }

    private static void Install(BpfInstruction[] filter, nint flags)
    {
        nint answer;
        fixed (BpfInstruction* first = filter)
        {
            var program = new FilterProgram { Length = (ushort)filter.Length, First = first };
            answer = Libc.SystemCall((nint)SystemCalls.Seccomp, SetModeFilter, flags, (nint)(&program), 0, 0, 0);
        }

        if (answer != 0) throw new ConfinementException($"The filter on system calls was refused: {(answer > 0 ? $"thread {answer} has another" : $"error {Libc.LastError}")}.");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public BpfInstruction* First;
    }
}
