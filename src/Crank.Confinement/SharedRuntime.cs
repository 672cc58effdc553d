namespace Crank.Confinement;

/// <summary>Where the runtime is installed that this program shares with others.</summary>
public static class SharedRuntime
{
    /// <summary>The folder that holds <c>shared/</c> and <c>host/</c>; null when the program carries its own runtime.</summary>
    public static string? Root { get; } = Find();

    private static string? Find()
    {
        // ROOT/shared/Microsoft.NETCore.App/VERSION/ holds the core library of a shared runtime.
        var listed = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        var core = listed.FirstOrDefault(path => Path.GetFileName(path.AsSpan()) is "System.Private.CoreLib.dll");
        var shared = Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(core)));
        return Path.GetFileName(shared) == "shared" ? Path.GetDirectoryName(shared) : null;
    }
}
