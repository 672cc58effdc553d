using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crank.Gateway.Tests.Contract;

/// <summary>The contract as a caller reads it: nothing here knows an operation by name.</summary>
internal sealed record ContractApi(IReadOnlyList<ContractApi.Operation> Operations)
{
    public static async Task<ContractApi> ReadAsync(HttpClient client, CancellationToken cancellationToken)
    {
        var document = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json", cancellationToken))!;
        var components = document["components"]!["schemas"]!.AsObject();
        ContractSchema Schema(JsonNode? node) => new(node, components);

        return new([.. from path in document["paths"]!.AsObject()
                       from method in path.Value!.AsObject()
                       let json = method.Value!
                       select new Operation(
                           (string)json["operationId"]!, method.Key.ToUpperInvariant(), path.Key,
                           json["security"]!.AsArray().Count > 0,
                           (string?)(json["security"]!.AsArray().FirstOrDefault()?["bearer"] as JsonArray)?.FirstOrDefault(),
                           [.. (json["parameters"] as JsonArray ?? []).Select(p => new Input((string)p!["in"]!, (string)p["name"]!, (bool)p["required"]!, Schema(p["schema"]), p["example"]?.ToString()))],
                           (bool?)json["requestBody"]?["required"] ?? false,
                           [.. (json["requestBody"]?["content"] as JsonObject ?? []).Select(c => Media("body", c, Schema))],
                           json["responses"]!.AsObject().ToDictionary(
                               r => int.Parse(r.Key),
                               r => (r.Value!["content"] as JsonObject ?? []).Select(c => Media(r.Key, c, Schema)).ToArray()),
                           json["responses"]!.AsObject().Where(r => r.Value!["x-body-optional"] is not null).Select(r => int.Parse(r.Key)).ToHashSet())]);
    }

    private static Content Media(string where, KeyValuePair<string, JsonNode?> content, Func<JsonNode?, ContractSchema> schema) => new(
        where, content.Key, schema(content.Value!["schema"]), content.Value["example"] is { } example ? JsonElement.Parse(example.ToJsonString()) : null);

    internal sealed record Input(string Place, string Name, bool Required, ContractSchema Schema, string? Example);

    internal sealed record Content(string Where, string MediaType, ContractSchema Schema, JsonElement? Example);

    internal sealed record Operation(
        string Id, string Method, string Path, bool Secured, string? Scope, Input[] Inputs, bool BodyRequired, Content[] Bodies, IReadOnlyDictionary<int, Content[]> Answers, IReadOnlySet<int> BodyOptional)
    {
        public IEnumerable<Content> Contents => Bodies.Concat(Answers.Values.SelectMany(a => a));
    }
}
