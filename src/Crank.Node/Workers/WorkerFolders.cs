using System.Globalization;

namespace Crank.Node.Workers;

/// <summary>The private folders of one pool's workers, under a root that carries the controller's process id.</summary>
internal static class WorkerFolders
{
    /// <summary>The file beside the private folders that no worker may open.</summary>
    public const string CanaryName = "canary";

    private const string Prefix = "crank-workers-";
    private static int s_pools;

    /// <summary>Makes a root with owner-only permissions, and removes roots that dead processes left.</summary>
    /// <exception cref="IOException">The root exists already, so somebody else may own it.</exception>
    public static string CreateRoot(string parent)
    {
        foreach (var left in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            if (OwnerOf(left) is { } owner && OperatingSystem.IsLinux() && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{owner}"))) Delete(left);
        }

        var root = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_pools)}"));
        if (Directory.Exists(root)) throw new IOException($"'{root}' exists already and is not ours; remove it.");
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(root);
        else Directory.CreateDirectory(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Combine(root, CanaryName), "");
        return root;
    }

    /// <summary>Removes a folder with all it holds, where that is possible: others' leftovers stay.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone already, or not ours.
        }
    }

    private static int? OwnerOf(string folder) =>
        int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
