using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.Agents;
using Crank.Mesh.Catalogue;
using ModelContextProtocol.Protocol;

namespace Crank.Gateway.Mcp;

/// <summary>Capabilities as tools: the newest version of each, under its own name.</summary>
internal static class McpTools
{
    /// <summary>Prefix of our keys in <c>_meta</c>.</summary>
    public const string MetaPrefix = "dev.crank/";

    private const int MaxDescription = 1_000;

    /// <summary>One page of tools in order of name, and where the next begins; null for the last.</summary>
    public static (List<Tool> Tools, string? Next) List(CapabilityCatalogue catalogue, string? after, int most)
    {
        var page = catalogue.All.DistinctBy(c => c.Id.Name).Where(c => after is null || string.CompareOrdinal(c.Id.Name.Value, after) > 0).Take(most + 1).ToList();
        return ([.. page.Take(most).Select(Of)], page.Count > most ? page[most - 1].Id.Name.Value : null);
    }

    /// <summary>A capability as a tool.</summary>
    public static Tool Of(Capability capability)
    {
        var free = capability.Price.Lines.All(l => l.Amount.Micros == 0);
        return new()
        {
            Name = capability.Id.Name.Value,
            Description = PlainText.Of(capability.Summary, MaxDescription),
            InputSchema = AgentSchemas.InputOf(capability),
            OutputSchema = capability.Output,

            // A worker has no network and keeps nothing: what a call changes is the account, when the capability has a price.
            Annotations = new() { ReadOnlyHint = free, DestructiveHint = false, IdempotentHint = free, OpenWorldHint = false },
            Meta = new JsonObject
            {
                [MetaPrefix + "capability"] = capability.Id.ToString(),
                [MetaPrefix + "price"] = PriceOf(capability),
                [MetaPrefix + "maxInputBytes"] = capability.Limits.Input.Value,
                [MetaPrefix + "maxDuration"] = capability.Limits.Deadline.ToString(),
                [MetaPrefix + "errors"] = new JsonArray([.. capability.Errors.Select(e => (JsonNode)e.Code.Value)]),
            },
        };
    }

    private static JsonArray PriceOf(Capability capability) =>
        new([.. capability.Price.Lines.Select(l => (JsonNode)new JsonObject { ["per"] = l.Per.Value, ["amount"] = l.Amount.ToString() })]);
}
