namespace Crank.Rego.Bundles;

/// <summary>A folder laid out as a bundle. Links in it are refused as they are in archives.</summary>
internal static class Folder
{
    /// <param name="folder">The folder.</param>
    /// <param name="files">What its files are added to.</param>
    /// <param name="belongs">Which files are read; null for all. When given, folders whose names begin with a dot are left out.</param>
    public static void Read(string folder, BundleFiles files, Func<string, bool>? belongs = null) => Read(new DirectoryInfo(folder), "", files, belongs);

    private static void Read(DirectoryInfo folder, string path, BundleFiles files, Func<string, bool>? belongs)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            if (belongs is not null && (entry is DirectoryInfo ? entry.Name.StartsWith('.') : !belongs($"{path}/{entry.Name}".TrimStart('/'))))
            {
                continue;
            }

            var name = files.Enter($"{path}/{entry.Name}");
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                throw new BundleException($"{name}: is a link; put the file itself there.");
            }

            if (entry is DirectoryInfo inner)
            {
                Read(inner, name, files, belongs);
            }
            else
            {
                files.Add(name, Bytes(entry.FullName, files));
            }
        }
    }

    private static byte[] Bytes(string file, BundleFiles files)
    {
        using var stream = File.OpenRead(file);
        var length = stream.Length;
        files.Charge(length);
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
