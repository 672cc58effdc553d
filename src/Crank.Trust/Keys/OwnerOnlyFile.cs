using System.Runtime.Versioning;

namespace Crank.Trust.Keys;

/// <summary>Files and folders that nobody but their owner may enter: 0600 and 0700 from the instant they exist, refused when found otherwise.</summary>
internal static class OwnerOnlyFile
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder700 = File600 | UnixFileMode.UserExecute;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [UnsupportedOSPlatformGuard("windows")]
    private static bool IsUnix => !OperatingSystem.IsWindows();

    public static void CreateFolder(string folder)
    {
        if (!IsUnix)
        {
            throw NotUnix();
        }

        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Folder700);
        }

        CheckFolder(folder);
    }

    public static void CheckFolder(string folder)
    {
        if (!IsUnix)
        {
            throw NotUnix();
        }

        var mode = File.GetUnixFileMode(folder);
        if ((mode & Others) != UnixFileMode.None)
        {
            throw new KeyStoreException($"Others may enter the key folder {folder} ({Octal(mode)}). Check who did, then: chmod 700 '{folder}'");
        }
    }

    /// <summary>Writes a file whole or not at all: a new one of mode 0600, flushed, then renamed onto <paramref name="path"/>.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        if (!IsUnix)
        {
            throw NotUnix();
        }

        var unfinished = path + ".new";
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = File600,
        }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Reads a file of at most <paramref name="maxBytes"/>; the mode is asked of the open file, so no swap slips between.</summary>
    public static byte[] Read(string path, int maxBytes)
    {
        if (!IsUnix)
        {
            throw NotUnix();
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var mode = File.GetUnixFileMode(file.SafeFileHandle);
        if ((mode & Others) != UnixFileMode.None)
        {
            throw new KeyStoreException($"Others may use the key file {path} ({Octal(mode)}). If the key may have been read, rotate it; then: chmod 600 '{path}'");
        }

        if (file.Length > maxBytes)
        {
            throw new KeyStoreException($"The key file {path} has {file.Length} bytes; at most {maxBytes} are read. It is not a file of this program.");
        }

        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    private static string Octal(UnixFileMode mode) => "mode " + Convert.ToString((int)mode, 8).PadLeft(4, '0');

    private static PlatformNotSupportedException NotUnix() =>
        new("Keys are kept in files with owner-only permissions, which this version sets on Unix alone.");
}
