namespace Crank.Rego.Bundles;

/// <summary>A folder laid out as a bundle. Links in it are refused as they are in archives.</summary>
internal static class Folder
{
    public static void Read(string folder, BundleFiles files) => Read(new DirectoryInfo(folder), "", files);

    private static void Read(DirectoryInfo folder, string path, BundleFiles files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            var name = files.Enter($"{path}/{entry.Name}");
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
            {
                throw new BundleException($"{name}: is a link; put the file itself there.");
            }

            if (entry is DirectoryInfo inner)
            {
                Read(inner, name, files);
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
