using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;

namespace Crank.Gateway.Agents;

/// <summary>The members of a capability's input that hold files, and the schema as an agent sees it: a file can stand in the call itself.</summary>
internal static class BlobMembers
{
    private const string DigestPattern = "^sha256:[0-9a-f]{64}$";

    /// <summary>The members of the root whose schema is that of a blob.</summary>
    public static ImmutableArray<string> Of(Capability capability)
    {
        if (!capability.Input.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
        {
            return [];
        }

        return [.. properties.EnumerateObject().Where(p => IsBlob(Resolved(p.Value, capability.Input))).Select(p => p.Name)];
    }

    /// <summary>The input schema with every file as text, base64 or the address of a blob.</summary>
    public static JsonElement SchemaForAgents(Capability capability)
    {
        var members = Of(capability);
        if (members.IsEmpty)
        {
            return capability.Input;
        }

        var schema = JsonNode.Parse(capability.Input.GetRawText())!.AsObject();
        foreach (var member in members)
        {
            var described = schema["properties"]![member] is JsonObject old && old["description"] is { } text ? text.GetValue<string>() + " " : "";
            schema["properties"]![member] = FileSchema(described);
        }

        return JsonSerializer.SerializeToElement(schema);
    }

    private static JsonObject FileSchema(string described) => new()
    {
        ["type"] = "object",
        ["description"] = described + "A file: exactly one of text, base64 or uri.",
        ["properties"] = new JsonObject
        {
            ["text"] = new JsonObject { ["type"] = "string", ["description"] = "The file as text; it is sent as UTF-8." },
            ["base64"] = new JsonObject { ["type"] = "string", ["description"] = "The bytes of the file in base64." },
            ["uri"] = new JsonObject { ["type"] = "string", ["description"] = "A file that an earlier job delivered, crank://jobs/JOB/blobs/sha256:DIGEST, or that was uploaded, crank://blobs/sha256:DIGEST." },
            ["name"] = new JsonObject { ["type"] = "string", ["maxLength"] = 256, ["description"] = "The file's name, as a hint." },
        },
        ["additionalProperties"] = false,
    };

    private static bool IsBlob(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.Object
        && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty("length", out _)
        && properties.TryGetProperty("digest", out var digest) && digest.ValueKind == JsonValueKind.Object
        && digest.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.String && pattern.ValueEquals(DigestPattern);

    private static JsonElement Resolved(JsonElement schema, JsonElement root)
    {
        const string Definitions = "#/$defs/";
        return schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String
            && reference.GetString() is { } name && name.StartsWith(Definitions, StringComparison.Ordinal)
            && root.TryGetProperty("$defs", out var definitions) && definitions.TryGetProperty(name[Definitions.Length..], out var found)
                ? found
                : schema;
    }
}
