namespace Crank.Mesh.Authorize.Log;

/// <summary>Where the log, the sealed inputs and the kept sets of a data folder lie.</summary>
public static class PolicyLogFolder
{
    /// <summary>Makes the folder, for its owner alone.</summary>
    public static void Make(string folder) => OwnFiles.MakeFolder(folder);

    /// <summary>The folder of the log's files.</summary>
    public static string LogOf(string folder) => System.IO.Path.Combine(folder, "log");

    /// <summary>The folder of the sealed inputs.</summary>
    public static string InputsOf(string folder) => System.IO.Path.Combine(folder, "inputs");

    /// <summary>The folder of the kept sets.</summary>
    public static string SetsOf(string folder) => System.IO.Path.Combine(folder, "sets");

    /// <summary>The sets that are kept.</summary>
    public static KeptPolicies Sets(string folder, PolicyLogSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(SetsOf(folder), settings.Sets, settings.SetBytes);
    }

    /// <summary>The files of the log, oldest first.</summary>
    public static IReadOnlyList<string> Files(string folder) => [.. OwnFiles.List(LogOf(folder), LogFile.Prefix, LogFile.Ending, LogFile.Packed).Select(static file => file.FullName)];
}
