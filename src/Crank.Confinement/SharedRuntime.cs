namespace Crank.Confinement;

/// <summary>Where the runtime is installed that this program shares with others.</summary>
internal static class SharedRuntime
{
    /// <summary>The folder that holds <c>shared/</c> and <c>host/</c>; null when the program carries its own runtime.</summary>
    public static string? Root { get; } = Find();

    /// <summary>Whether the assemblies of this program lie in its executable, so that the folder around it need not be its own.</summary>
    internal static bool IsInOneFile { get; } = !Listed().Any(path => Path.GetFileName(path.AsSpan()) is "Crank.Confinement.dll");

    private static string[] Listed() => (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);

    private static string? Find()
    {
        // ROOT/shared/Microsoft.NETCore.App/VERSION/ holds the core library of a shared runtime.
        var core = Listed().FirstOrDefault(path => Path.GetFileName(path.AsSpan()) is "System.Private.CoreLib.dll");
        var shared = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(core)));
        return Path.GetFileName(shared) == "shared" ? Path.GetDirectoryName(shared) : null;
    }
}
