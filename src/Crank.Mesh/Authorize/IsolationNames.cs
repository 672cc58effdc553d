using Crank.Core;

namespace Crank.Mesh.Authorize;

/// <summary>The names of isolation levels in questions and answers.</summary>
internal static class IsolationNames
{
    private static readonly string[] s_names = ["none", "weak", "medium", "strong", "strong+"];

    /// <summary>All of them, for messages.</summary>
    public static string All { get; } = string.Join(", ", s_names);

    public static string Name(IsolationLevel level) => s_names[(int)level];

    public static bool TryParse(string name, out IsolationLevel level)
    {
        var at = Array.IndexOf(s_names, name);
        level = at < 0 ? default : (IsolationLevel)at;
        return at >= 0;
    }
}
