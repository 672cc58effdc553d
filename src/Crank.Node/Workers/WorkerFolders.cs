using System.Collections.Concurrent;
using System.Globalization;

namespace Crank.Node.Workers;

/// <summary>The private folders of one pool's workers, under a root that its pool keeps a file open in: whose file nobody holds is dead.</summary>
internal static class WorkerFolders
{
    /// <summary>The file beside the private folders that no worker may open.</summary>
    public const string CanaryName = "canary";

    private const string Prefix = "crank-workers-";
    private static readonly ConcurrentDictionary<string, bool> s_own = new(StringComparer.Ordinal);
    private static int s_pools;

    /// <summary>Makes a root with owner-only permissions, and removes roots that dead processes left.</summary>
    /// <param name="parent">Where; other controllers may use it at the same time, of other process namespaces too.</param>
    /// <param name="root">The new folder.</param>
    /// <returns>What says that the root is in use, until it is disposed or the process ends.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made, or somebody else was faster.</exception>
    public static FileStream CreateRoot(string parent, out string root)
    {
        foreach (var left in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            if (IsAbandoned(left)) Delete(left);
        }

        // A process id is used again after a crash, in a container at once.
        do root = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref s_pools)}"));
        while (Directory.Exists(root));
        s_own[root] = true;

        Directory.CreateDirectory(root);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new FileStream(Path.Combine(root, CanaryName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
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

    private static bool IsAbandoned(string root)
    {
        // Between making its file and holding it a pool looks dead. So nothing of this process is, nor of one that lives.
        var owner = OwnerOf(root);
        if (s_own.ContainsKey(root) || (owner is { } other && other != Environment.ProcessId && IsAlive(other)))
        {
            return false;
        }

        try
        {
            using var held = new FileStream(Path.Combine(root, CanaryName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Its pool is just making it, or died in doing so.
            return owner is { } maker && OperatingSystem.IsLinux() && !IsAlive(maker);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsAlive(int process) => OperatingSystem.IsLinux() && Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}"));

    private static int? OwnerOf(string folder) =>
        int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
