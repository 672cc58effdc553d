using System.Runtime.InteropServices;

namespace Crank.Confinement.Linux;

/// <summary>
/// A wall around the file system, for the calling thread and what it executes. See the kernel's <c>Documentation/userspace-api/landlock.rst</c>;
/// rights are handled by the interface's version (ABI), up to <see cref="NewestAbi"/>.
/// </summary>
internal sealed unsafe class LandlockRuleset
{
    /// <summary>The newest version that this code handles; what later ones add is not used.</summary>
    public const int NewestAbi = 7;

    private const nint CreateRuleset = 444;
    private const nint AddRule = 445;
    private const nint RestrictSelf = 446;

    private const ulong Execute = 1;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadDirectory = 1 << 3;
    private const ulong RemoveDirectory = 1 << 4;
    private const ulong RemoveFile = 1 << 5;
    private const ulong MakeDirectory = 1 << 7;
    private const ulong MakeFile = 1 << 8;
    private const ulong Refer = 1 << 13;
    private const ulong Truncate = 1 << 14;

    private const ulong OnFiles = Execute | WriteFile | ReadFile | Truncate;

    private readonly int _descriptor;
    private readonly ulong _handled;

    private LandlockRuleset(int descriptor, ulong handled) => (_descriptor, _handled) = (descriptor, handled);

    /// <summary>The version in use; 0 where the system has none.</summary>
    public static int Abi { get; } = SeccompFilter.IsSupported ? (int)Math.Clamp(Libc.SystemCall(CreateRuleset, 0, 0, 1, 0, 0, 0), 0, NewestAbi) : 0;

    /// <exception cref="ConfinementException">The system offers landlock and yet refused.</exception>
    public static LandlockRuleset Create()
    {
        var attributes = stackalloc ulong[3];
        attributes[0] = Abi switch { 1 => 0x1FFF, 2 => 0x3FFF, < 5 => 0x7FFF, _ => 0xFFFF };
        attributes[1] = Abi >= 4 ? 3u : 0;   // bind and connect by TCP
        attributes[2] = Abi >= 6 ? 3u : 0;   // abstract sockets and signals stay inside
        var size = Abi switch { < 4 => 8, < 6 => 16, _ => 24 };
        var descriptor = (int)Libc.SystemCall(CreateRuleset, (nint)attributes, size, 0, 0, 0, 0);
        return descriptor >= 0
            ? new LandlockRuleset(descriptor, attributes[0])
            : throw new ConfinementException($"Landlock {Abi} refused a rule set: error {Libc.LastError}.");
    }

    /// <summary>Lets a folder and all below it, or one file, be read and executed. What does not exist is passed over.</summary>
    public void AllowReading(string path) => Allow(path, Execute | ReadFile | ReadDirectory);

    /// <summary>Lets a folder and all below it, or one file, be read and written; nothing executed, no device nodes, sockets or links made.</summary>
    public void AllowWriting(string path) =>
        Allow(path, WriteFile | ReadFile | ReadDirectory | RemoveDirectory | RemoveFile | MakeDirectory | MakeFile | Refer | Truncate);

    /// <summary>Raises the wall around this thread. It must execute a program next: other threads of this one stay outside.</summary>
    public void Enforce()
    {
        if (Libc.SystemCall(RestrictSelf, _descriptor, 0, 0, 0, 0, 0) != 0)
            throw new ConfinementException($"Landlock {Abi} could not be enforced: error {Libc.LastError}.");
        _ = Libc.Close(_descriptor);
    }

    private void Allow(string path, ulong rights)
    {
        var isFile = File.Exists(path);
        if (!isFile && !Directory.Exists(path)) return;
        var descriptor = Libc.Open(path, Libc.OpenPath | Libc.OpenCloseOnExec, 0);
        if (descriptor < 0) return;
        var rule = new PathBeneath { Rights = rights & _handled & (isFile ? OnFiles : ulong.MaxValue), Descriptor = descriptor };
        var answer = Libc.SystemCall(AddRule, _descriptor, 1, (nint)(&rule), 0, 0, 0);
        var error = Libc.LastError;
        _ = Libc.Close(descriptor);
        if (answer != 0) throw new ConfinementException($"Landlock {Abi} refused the rule for '{path}': error {error}.");
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathBeneath
    {
        public ulong Rights;
        public int Descriptor;
    }
}
