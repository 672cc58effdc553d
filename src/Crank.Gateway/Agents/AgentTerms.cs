using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;

namespace Crank.Gateway.Agents;

/// <summary>What an agent asks of a job beyond its input, as JSON: <c>{"budget":"0.05 EUR","deadline":"30s","prefer":"greenest","zones":["de"]}</c>.</summary>
internal static class AgentTerms
{
    /// <summary>Reads terms; absent ones are the defaults.</summary>
    /// <exception cref="AgentRequestException">A member is unknown or not of its form.</exception>
    public static Terms Read(JsonElement? json)
    {
        if (json is not { } given || given.ValueKind == JsonValueKind.Undefined)
        {
            return Terms.Default;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw new AgentRequestException("The terms are not an object.", Hint);
        }

        var terms = Terms.Default;
        foreach (var member in given.EnumerateObject())
        {
            terms = member.Name switch
            {
                "budget" => terms with { Budget = Value<Money>(member) },
                "deadline" => terms with { Deadline = Value<Duration>(member) },
                "prefer" => terms with { Prefer = Value<Preference>(member) },
                "zones" when member.Value.ValueKind == JsonValueKind.Array => terms with { Zones = Zones(member.Value) },
                _ => throw new AgentRequestException($"The terms have no '{PlainText.Of(member.Name, 64)}' of that form.", Hint),
            };
        }

        return terms;
    }

    private const string Hint = "Terms are budget (such as \"0.05 EUR\"), deadline (\"30s\"), prefer (\"cheapest\", \"greenest\", …) and zones ([\"de\"]).";

    private static ImmutableArray<Zone> Zones(JsonElement zones) =>
        [.. zones.EnumerateArray().Take(64).Select(z => z.ValueKind == JsonValueKind.String && Zone.TryParse(z.GetString(), null, out var zone)
            ? zone
            : throw new AgentRequestException("A zone of the terms is not a zone code.", Hint))];

    private static T Value<T>(JsonProperty member)
        where T : IParsable<T> =>
        member.Value.ValueKind == JsonValueKind.String && T.TryParse(member.Value.GetString(), null, out var value)
            ? value
            : throw new AgentRequestException($"The term '{member.Name}' is not of its form.", Hint);
}
