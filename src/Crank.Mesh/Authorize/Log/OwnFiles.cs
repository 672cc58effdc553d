using System.Globalization;

namespace Crank.Mesh.Authorize.Log;

/// <summary>Files and folders that their owner alone can read.</summary>
internal static class OwnFiles
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, File600 | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Opens a file to write on at its end, or makes it. Others may read it meanwhile.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = File600;
        }

        return new(path, options);
    }

    public static FileStream Read(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 << 10);

    /// <summary>The files of a folder whose names begin and end so, by name; none when there is no such folder.</summary>
    public static IReadOnlyList<FileInfo> List(string folder, string prefix, params ReadOnlySpan<string> endings)
    {
        var found = new List<FileInfo>();
        if (!Directory.Exists(folder))
        {
            return found;
        }

        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            foreach (var ending in endings)
            {
                if (file.Name.StartsWith(prefix, StringComparison.Ordinal) && file.Name.EndsWith(ending, StringComparison.Ordinal))
                {
                    found.Add(file);
                    break;
                }
            }
        }

        found.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return found;
    }

    /// <summary>The path of a file that sorts after all those of the folder, whatever the clock says.</summary>
    public static string Next(string folder, string prefix, string ending, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        var number = 0;
        if (List(folder, prefix, ending, ending + ".gz") is [.., var newest] && newest.Name[prefix.Length..].Split('-', '.') is [var last, var count, ..]
            && string.CompareOrdinal(last, stamp) >= 0 && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var before))
        {
            (stamp, number) = (last, before + 1);
        }

        return System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{prefix}{stamp}-{number:00000}{ending}"));
    }
}
