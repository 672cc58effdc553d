namespace Crank.Cli.Policy;

/// <summary>Writes files whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Puts a file at a path, in place of any that was there.</summary>
    public static void Write(string path, byte[] bytes)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new CliException(ExitCode.NotFoundOrConflict, $"There is no folder '{folder}' to write '{Path.GetFileName(path)}' into.", PolicyPaths.Near(folder ?? path));
        }

        var beside = $"{path}.crank-new";
        File.WriteAllBytes(beside, bytes);
        File.Move(beside, path, overwrite: true);
    }
}
