using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Crank.Storage;

/// <summary>What the runtime does not offer: to flush the names in a folder, to read beside a lock, and to tell a full disk from other trouble.</summary>
internal static partial class Posix
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Flushes the names in a folder. Windows keeps them itself.</summary>
    /// <exception cref="IOException">The folder could not be opened or flushed.</exception>
    internal static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = Open(path);
        if (Flush(folder) != 0)
        {
            throw Failed(path);
        }
    }

    /// <summary>Opens a file to read it, without asking whether another process has locked it. Not on Windows, where that is impossible.</summary>
    /// <exception cref="IOException">It could not be opened.</exception>
    internal static FileStream OpenBesideLock(string path) => new(Open(path), FileAccess.Read);

    private static SafeFileHandle Open(string path)
    {
        var descriptor = Open(path, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        return descriptor >= 0 ? new(descriptor, ownsHandle: true) : throw Failed(path);
    }

    /// <summary>ENOSPC and EDQUOT (Linux, macOS), ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL (Windows).</summary>
    internal static bool IsFull(IOException failure) =>
        failure.HResult is 28 or 69 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027);

    private static IOException Failed(string path)
    {
        var code = Marshal.GetLastPInvokeError();
        return new($"{path} could not be opened or flushed ({Marshal.GetPInvokeErrorMessage(code)}).", code);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Flush(SafeFileHandle file);
}
