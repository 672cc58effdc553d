namespace Crank.Load.Processes;

/// <summary>How this program starts itself once more, as a process that can be killed or measured apart.</summary>
internal static class Own
{
    /// <summary>Through <c>dotnet</c> the program is its first argument; as an executable it is none.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Own).Assembly.Location] : [];
}
