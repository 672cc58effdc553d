namespace Crank.HostileWorker;

internal static class Files
{
    public static string Grow(int megabytes)
    {
        using var file = File.Create(Path.Combine(Path.GetTempPath(), "large"));
        var megabyte = new byte[1 << 20];
        for (var i = 0; i < megabytes; i++) file.Write(megabyte);
        return $"written {megabytes}";
    }

    public static string OpenMany(int count)
    {
        var kept = new List<FileStream>();
        try
        {
            for (var i = 0; i < count; i++) kept.Add(File.OpenRead("/dev/null"));
        }
        catch (IOException)
        {
            var opened = kept.Count;
            kept.ForEach(file => file.Dispose());
            return $"stopped {opened}";
        }

        return $"opened {kept.Count}";
    }

    public static string Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path).Length >= 0 ? "OK" : "";
        }
        catch (UnauthorizedAccessException)
        {
            return "refused";
        }
    }

    /// <summary>Tries to change rights and times of somebody's file: by its name and by an open file.</summary>
    public static string Loosen(string path)
    {
        using var own = File.OpenHandle(Environment.ProcessPath!);
        var answers = new[]
        {
            Try(() => File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110)),
            Try(() => File.SetUnixFileMode(own, File.GetUnixFileMode(own))),
            Try(() => File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch)),
        };
        return string.Join(' ', answers);
    }

    /// <summary>Whether a file that an ancestor had open is open here.</summary>
    public static string Inherited(string path) =>
        Directory.GetFiles("/proc/self/fd").Any(link => new FileInfo(link).LinkTarget == path) ? "OK" : "none";

    public static string Write(string path)
    {
        try
        {
            File.WriteAllText(path, "x");
            return "OK";
        }
        catch (UnauthorizedAccessException)
        {
            return "refused";
        }
    }

    private static string Try(Action change)
    {
        try
        {
            change();
            return "OK";
        }
        catch (UnauthorizedAccessException)
        {
            return "refused";
        }
    }
}
