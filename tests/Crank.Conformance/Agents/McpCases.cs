using System.Text.Json;
using Crank.Schema;

namespace Crank.Conformance.Agents;

/// <summary>The schemas of MCP, and its examples against them and through the typed objects that the gateway uses.</summary>
internal static class McpCases
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";
    private const string Address = "https://mcp.example/schema.json";
    private const int Wrong = 8;

    public static async Task RunAsync(string folder, SuiteReport report, CancellationToken cancellationToken)
    {
        var schemas = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var version in Versions(folder))
        {
            var name = Path.GetFileName(version);
            var file = Path.Combine(version, "schema.json");
            if (!File.Exists(file) || report.Declines($"mcp-schemas/{name}"))
            {
                continue;
            }

            var schema = JsonElement.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
            report.Check($"mcp-schemas/{name}", Compiles(schema, out var why), why);
            if (schema.TryGetProperty("$schema", out var dialect) && dialect.ValueEquals(Dialect))
            {
                schemas[name] = schema;
            }
        }

        foreach (var version in Versions(folder))
        {
            // Examples of a draft have no schema of their own: it is that of the newest revision.
            var name = Path.GetFileName(version);
            var found = schemas.TryGetValue(name, out var schema) ? schema : schemas.Values.LastOrDefault();
            foreach (var file in AgentsProtocolsSuite.Files(Path.Combine(version, "examples")))
            {
                var type = Path.GetFileName(Path.GetDirectoryName(file))!;
                await RunAsync($"{name}/{type}/{Path.GetFileNameWithoutExtension(file)}", type, file, found, report, cancellationToken);
            }
        }
    }

    private static IEnumerable<string> Versions(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder).Order(StringComparer.Ordinal) : [];

    private static async Task RunAsync(string name, string type, string file, JsonElement schema, SuiteReport report, CancellationToken cancellationToken)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
        var example = JsonElement.Parse(bytes);
        var definitions = schema.ValueKind == JsonValueKind.Object ? schema.GetProperty("$defs") : default;
        if (definitions.ValueKind != JsonValueKind.Object || !definitions.TryGetProperty(type, out _))
        {
            report.Fail($"mcp-valid/{name}", $"no schema here defines {type}");
        }
        else
        {
            var result = Definition(schema, type).Validate(example);
            report.Check($"mcp-valid/{name}", result.IsValid, string.Join("; ", result.Errors));
            report.Check($"mcp-wrong/{name}", RefusedByOthers(schema, definitions, type, example, name, out var taken), $"{taken} takes it");
        }

        if (!report.Declines($"mcp-types/{name}", $"mcp-types/{type}"))
        {
            report.Check($"mcp-types/{name}", McpTypes.Rewrites(type, example, out var why), why);
        }
    }

    /// <summary>Definitions that an example contradicts on its face must refuse it: a sample of them, chosen by the case's name.</summary>
    private static bool RefusedByOthers(JsonElement schema, JsonElement definitions, string type, JsonElement example, string name, out string taken)
    {
        var random = new Random(name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c)));
        var wrong = definitions.EnumerateObject().Where(d => d.Name != type && Contradicts(definitions, d.Value, example)).Select(d => d.Name).Order(StringComparer.Ordinal).ToArray();
        random.Shuffle(wrong);
        taken = wrong.Take(Wrong).FirstOrDefault(w => Definition(schema, w).IsValid(example)) ?? "";
        return wrong.Length > 0 && taken.Length == 0;
    }

    /// <summary>True when a member that the definition requires is not there, or one is there with another constant or type.</summary>
    private static bool Contradicts(JsonElement definitions, JsonElement definition, JsonElement example)
    {
        if (definition.TryGetProperty("$ref", out var reference))
        {
            return definitions.TryGetProperty(reference.GetString()![(reference.GetString()!.LastIndexOf('/') + 1)..], out var target) && Contradicts(definitions, target, example);
        }

        if (definition.TryGetProperty("anyOf", out var any))
        {
            return any.EnumerateArray().All(one => Contradicts(definitions, one, example));
        }

        if (definition.TryGetProperty("const", out var constant) && !JsonElement.DeepEquals(constant, example))
        {
            return true;
        }

        if (definition.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && !IsOf(example, type.GetString()!))
        {
            return true;
        }

        if (example.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        return (definition.TryGetProperty("required", out var required) && required.EnumerateArray().Any(r => !example.TryGetProperty(r.GetString()!, out _)))
            || (definition.TryGetProperty("properties", out var properties)
                && properties.EnumerateObject().Any(p => example.TryGetProperty(p.Name, out var value) && !p.Value.TryGetProperty("$ref", out _) && Contradicts(definitions, p.Value, value)));
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => value.ValueKind == JsonValueKind.Number,
    };

    private static bool Compiles(JsonElement schema, out string why)
    {
        why = "";
        try
        {
            foreach (var definition in schema.GetProperty("$defs").EnumerateObject())
            {
                _ = Definition(schema, definition.Name);
            }

            return true;
        }
        catch (Exception e) when (e is SchemaException or KeyNotFoundException)
        {
            why = e.Message;
            return false;
        }
    }

    private static JsonSchema Definition(JsonElement schema, string name) => JsonSchema.Compile(
        JsonElement.Parse($$"""{"$ref":"{{Address}}#/$defs/{{name}}"}"""),
        new() { AllowUnknownKeywords = true, Documents = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { [Address] = schema } });
}
