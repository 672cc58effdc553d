using System.Text.Json.Nodes;

namespace Crank.Cli.Config;

/// <summary>What file, environment and options say together, and where each value came from.</summary>
/// <param name="Values">The members that somebody gave; what nobody gave keeps its default.</param>
/// <param name="Origins">Where each came from, by JSON Pointer.</param>
/// <param name="File">The file that was read; null when there is none.</param>
internal sealed record ResolvedConfiguration(JsonObject Values, IReadOnlyDictionary<string, Origin> Origins, string? File);
