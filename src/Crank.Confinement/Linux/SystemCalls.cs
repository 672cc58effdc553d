namespace Crank.Confinement.Linux;

/// <summary>Numbers of system calls on x86-64 Linux (<c>arch/x86/entry/syscalls/syscall_64.tbl</c>).</summary>
internal static class SystemCalls
{
    public const uint Mmap = 9;
    public const uint Munmap = 11;
    public const uint Socket = 41;
    public const uint Clone = 56;
    public const uint Fork = 57;
    public const uint Vfork = 58;
    public const uint Execve = 59;
    public const uint Kill = 62;
    public const uint Fcntl = 72;
    public const uint Chmod = 90;
    public const uint Ptrace = 101;
    public const uint Prctl = 157;
    public const uint Setrlimit = 160;
    public const uint SetAffinity = 203;
    public const uint Tgkill = 234;
    public const uint Prlimit64 = 302;
    public const uint Seccomp = 317;
    public const uint MemfdCreate = 319;
    public const uint Execveat = 322;
    public const uint Clone3 = 435;
    public const uint CloseRange = 436;
    public const uint MemfdSecret = 447;

    /// <summary>Calls that a worker never needs, by what they would give it.</summary>
    public static IReadOnlyList<uint> NeverNeeded { get; } =
    [
        Socket, 42, 43, 49, 50, 53, 288,                       // network: connect, accept, bind, listen, socketpair, accept4
        Ptrace, 310, 311, 312, 440, 448,                       // other processes: process_vm_*, kcmp, process_madvise, process_mrelease
        200, 129, 297, 424, 434, 438,                          // signals to others: tkill, rt_*sigqueueinfo, pidfd_*
        165, 166, 428, 429, 430, 431, 432, 433, 442,           // mounts, old and new
        155, 161, 272, 308,                                    // pivot_root, chroot, unshare, setns
        105, 106, 113, 114, 116, 117, 119, 122, 123, 126,      // set*id, setgroups, capset
        321, 298, 248, 249, 250, 425, 426, 427, 323,           // bpf, perf_event_open, keys, io_uring, userfaultfd
        303, 304, 175, 313, 176, 246, 320,                     // file handles, kernel modules, kexec
        29, 30, 31, 67, 64, 65, 66, 220, 68, 69, 70, 71,       // System V memory, semaphores, messages
        240, 241, 242, 243, 244, 245, MemfdSecret,             // POSIX message queues, secret memory
        133, 259, 163, 167, 168, 169, 172, 173,                // device nodes, acct, swap, reboot, ports
        170, 171, 164, 227, 305, 159, 103, 179, 443,           // host name, clocks, kernel log, quotas
        300, 301, 253, 254, 294, 467,                          // watches on files of others, mounts newer still
        142, 144, 314, 141, 251,                               // scheduling of others: class, priority, I/O priority
        Chmod, 91, 268, 452, 92, 93, 94, 260,                  // rights and owners of files, which landlock leaves to their owner
        132, 235, 261, 280,                                    // times of files
        188, 189, 190, 463, 197, 198, 199, 466,                // extended attributes
    ];
}
