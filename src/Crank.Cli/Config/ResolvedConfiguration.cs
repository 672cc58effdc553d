using System.Text.Json.Nodes;

namespace Crank.Cli.Config;

/// <summary>What file, environment and options say together, and where each value came from.</summary>
/// <param name="Values">The members that somebody gave; what nobody gave keeps its default.</param>
/// <param name="Origins">Where each came from, by JSON Pointer.</param>
/// <param name="File">The file that was read; null when there is none.</param>
internal sealed record ResolvedConfiguration(JsonObject Values, IReadOnlyDictionary<string, Origin> Origins, string? File)
{
    /// <summary>The settings that another configuration gives otherwise and that a running mesh cannot take over.</summary>
    public IReadOnlyList<string> NeedingRestart(ResolvedConfiguration next) =>
        [.. ConfigurationSchema.Settings.Where(s => !s.Live && !JsonNode.DeepEquals(At(Values, s.Pointer), At(next.Values, s.Pointer))).Select(s => s.Path)];

    /// <summary>The value at a JSON Pointer; null when there is none.</summary>
    public static JsonNode? At(JsonNode? node, string pointer)
    {
        foreach (var name in pointer[1..].Split('/'))
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }
}
