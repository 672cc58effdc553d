using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Crank.Cli.Data;

/// <summary>What Linux knows of a file and the runtime does not tell: its owner, and what kind of file it is.</summary>
/// <remarks><c>statx(2)</c>, whose layout is the same on every architecture.</remarks>
[SupportedOSPlatform("linux")]
internal sealed partial record FileFacts(uint Owner, bool IsRegular)
{
    private const int CurrentFolder = -100;
    private const uint TypeAndOwner = 0x1 | 0x8;
    private const int OwnerAt = 20;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>The user that this process acts as.</summary>
    public static uint Me => EffectiveUser();

    /// <summary>The facts of a file, through symbolic links; null when it cannot be looked at.</summary>
    public static FileFacts? Of(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        return Look(CurrentFolder, path, 0, TypeAndOwner, buffer) == 0
            ? new(
                BinaryPrimitives.ReadUInt32LittleEndian(buffer[OwnerAt..]),
                (BinaryPrimitives.ReadUInt16LittleEndian(buffer[ModeAt..]) & TypeMask) == Regular)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Look(int folder, string path, int flags, uint mask, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint EffectiveUser();
}
