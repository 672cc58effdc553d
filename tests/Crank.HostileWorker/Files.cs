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
}
