namespace Crank.Cli.Data;

/// <summary>The folder that holds everything an embedded mesh knows: database, keys, log, blobs, receipts. Readable by its owner alone.</summary>
internal sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private DataFolder(string path) => Root = path;

    public string Root { get; }

    public string Database => Path.Combine(Root, "crank.db");

    public string Keys => Path.Combine(Root, "keys");

    public string Blobs => Path.Combine(Root, "blobs");

    public string Receipts => Path.Combine(Root, "receipts");

    public string Temporary => Path.Combine(Root, "tmp");

    public string LockFile => Path.Combine(Root, "crank.lock");

    /// <summary>Finds the folder: <c>--data</c>, else <c>CRANK_DATA</c>, else <c>crank</c> in the user's data directory.</summary>
    /// <exception cref="CliException">There is no such directory to be found.</exception>
    public static string Locate(string? option)
    {
        var chosen = option is { Length: > 0 } ? option : Environment.GetEnvironmentVariable("CRANK_DATA");
        if (chosen is { Length: > 0 })
        {
            return Path.GetFullPath(chosen);
        }

        var user = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return user.Length > 0
            ? Path.Combine(user, "crank")
            : throw new CliException(ExitCode.DataFolderUnusable, "This user has no data directory (HOME is not set).", "Say where to keep data with --data DIR or CRANK_DATA.");
    }

    /// <summary>True when something was kept there before.</summary>
    public static bool Exists(string path) => File.Exists(Path.Combine(path, "crank.db"));

    /// <summary>Opens the folder, and makes it with owner-only permissions when it is not there.</summary>
    /// <exception cref="CliException">It cannot be made, cannot be written, or is open to others.</exception>
    public static DataFolder Open(string path)
    {
        var folder = new DataFolder(path);
        try
        {
            foreach (var each in (ReadOnlySpan<string>)[folder.Root, folder.Receipts, folder.Temporary])
            {
                Make(each);
            }

            if (OperatingSystem.IsLinux() && FileFacts.Of(path) is { } facts && facts.Owner != FileFacts.Me)
            {
                throw new CliException(
                    ExitCode.DataFolderUnusable, $"The data folder {path} belongs to another user (uid {facts.Owner}).", "Use it as that user, or choose another with --data DIR or CRANK_DATA.");
            }

            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            {
                throw new CliException(
                    ExitCode.DataFolderUnusable, $"The data folder {path} can be entered by others.", $"It holds keys: make it yours alone with 'chmod 700 {path}', or choose another with --data.");
            }

            var probe = Path.Combine(folder.Temporary, $"probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return folder;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new CliException(
                ExitCode.DataFolderUnusable,
                $"The data folder {path} cannot be used: {e.Message}",
                "Check who owns it, that it is not read-only and that the disk has room; or choose another with --data DIR or CRANK_DATA.");
        }
    }

    /// <summary>Creates a file that its owner alone can read.</summary>
    public static FileStream CreateFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new(path, options);
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }
}
