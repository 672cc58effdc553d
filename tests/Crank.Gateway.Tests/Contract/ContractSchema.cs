using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Schema;

namespace Crank.Gateway.Tests.Contract;

/// <summary>A schema of the contract: to check values with, and to make them from.</summary>
internal sealed class ContractSchema
{
    private static readonly string[] s_notes = ["example", "examples", "description", "title", "deprecated", "contentMediaType", "contentEncoding"];

    private readonly JsonObject _components;
    private readonly Lazy<JsonSchema?> _compiled;

    public ContractSchema(JsonNode? schema, JsonObject components)
    {
        (Node, _components) = (schema as JsonObject ?? [], components);
        _compiled = new(Compile);
    }

    public JsonObject Node { get; }

    /// <summary>What is wrong with a value; null for nothing.</summary>
    public string? Error(JsonElement value) =>
        _compiled.Value?.Validate(value).Errors is [var first, ..] ? $"{first.InstanceLocation}: {first.Message}" : null;

    /// <summary>A value that fits; now and then one from the edge.</summary>
    public JsonNode? Make(Random random) => Make(Node, random, 0);

    /// <summary>The schema that a reference means.</summary>
    public JsonObject Resolve(JsonObject schema) =>
        (string?)schema["$ref"] is { } pointer ? Resolve(_components[pointer[(pointer.LastIndexOf('/') + 1)..]]!.AsObject()) : schema;

    private JsonSchema? Compile()
    {
        if (Node.Count == 0)
        {
            return null;
        }

        var whole = Strip(Node);
        whole["$defs"] = new JsonObject(_components.Select(c => KeyValuePair.Create<string, JsonNode?>(c.Key, Strip(c.Value!.AsObject()))));
        return JsonSchema.Compile(whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal));
    }

    private static JsonObject Strip(JsonObject schema)
    {
        var copy = schema.DeepClone().AsObject();
        Clean(copy, isSchema: true);
        return copy;

        static void Clean(JsonNode? node, bool isSchema)
        {
            switch (node)
            {
                case JsonObject map:
                    if (isSchema)
                    {
                        foreach (var note in s_notes.Where(n => map[n] is JsonValue or JsonArray or null || n.StartsWith("example", StringComparison.Ordinal)))
                        {
                            map.Remove(note);
                        }
                    }

                    foreach (var (name, child) in map)
                    {
                        Clean(child, !isSchema || name is not ("properties" or "$defs" or "patternProperties" or "dependentSchemas" or "enum" or "const" or "default"));
                    }

                    break;
                case JsonArray list:
                    foreach (var child in list)
                    {
                        Clean(child, isSchema);
                    }

                    break;
            }
        }
    }

    private JsonNode? Make(JsonObject given, Random random, int depth)
    {
        var schema = Resolve(given);
        if (schema["const"] is { } constant)
        {
            return constant.DeepClone();
        }

        if (schema["enum"] is JsonArray choices)
        {
            return choices[random.Next(choices.Count)]?.DeepClone();
        }

        if ((schema["oneOf"] ?? schema["anyOf"]) is JsonArray ways)
        {
            return Make(ways[random.Next(ways.Count)]!.AsObject(), random, depth + 1);
        }

        var type = schema["type"] switch
        {
            JsonArray types => (string)types[random.Next(types.Count)]!,
            JsonValue one => (string)one!,
            _ => schema["properties"] is null ? "" : "object",
        };
        return type switch
        {
            "object" => MakeObject(schema, random, depth),
            "array" => MakeArray(schema, random, depth),
            "string" => MakeString(schema, random),
            "integer" => MakeInteger(schema, random),
            "number" => random.Next(4) == 0 ? MakeInteger(schema, random) : Math.Clamp(random.NextDouble(), (double?)schema["minimum"] ?? -1e9, (double?)schema["maximum"] ?? 1e9),
            "boolean" => random.Next(2) == 0,
            "null" => null,
            _ => random.Next(2) == 0 ? new JsonObject() : "any",
        };
    }

    private JsonObject MakeObject(JsonObject schema, Random random, int depth)
    {
        var made = new JsonObject();
        var required = (schema["required"] as JsonArray ?? []).Select(r => (string)r!).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, member) in schema["properties"] as JsonObject ?? [])
        {
            if (required.Contains(name) || (depth < 4 && random.Next(2) == 0))
            {
                made[name] = Make(member!.AsObject(), random, depth + 1);
            }
        }

        if (schema["additionalProperties"] is JsonObject more && random.Next(2) == 0)
        {
            made.TryAdd("k" + random.Next(10), Make(more, random, depth + 1));
        }

        return made;
    }

    private JsonArray MakeArray(JsonObject schema, Random random, int depth)
    {
        var least = (int?)schema["minItems"] ?? 0;
        var count = random.Next(least, Math.Min((int?)schema["maxItems"] ?? int.MaxValue, least + 3) + 1);
        return [.. Enumerable.Range(0, count).Select(_ => Make(schema["items"] as JsonObject ?? [], random, depth + 1))];
    }

    private static JsonNode MakeInteger(JsonObject schema, Random random)
    {
        var least = (long?)schema["minimum"] ?? -3;
        var most = (long?)schema["maximum"] ?? least + 1_000;
        return random.Next(5) switch { 0 => least, 1 => most, _ => random.NextInt64(least, most) };
    }

    private static string MakeString(JsonObject schema, Random random)
    {
        if ((string?)schema["pattern"] is { } pattern)
        {
            return PatternText.Make(pattern, random);
        }

        switch ((string?)schema["format"])
        {
            case "date-time": return TestGateway.Start.AddSeconds(random.Next(-100_000, 100_000)).ToString("yyyy-MM-ddTHH:mm:ssZ");
            case "date": return TestGateway.Start.AddDays(random.Next(-100, 100)).ToString("yyyy-MM-dd");
            case "uri": return random.Next(2) == 0 ? "https://hooks.example/x" : "http://127.0.0.1:1/";
            case "uuid": return "8e03978e-40d5-43dd-bc93-6894a57f9324";
        }

        const string alphabet = "abcXYZ019 -_.:/%äß中\"\\";
        var least = (int?)schema["minLength"] ?? 0;
        var length = random.Next(least, Math.Min((int?)schema["maxLength"] ?? int.MaxValue, least + 12) + 1);
        return string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));
    }
}
