using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Schema;

namespace Crank.Gateway.Rest.Capabilities;

/// <summary>Makes an input that fits a schema, from what the schema says: its examples, defaults, choices and bounds.</summary>
/// <remarks>What cannot be met by looking, such as a pattern without an example, gives no example rather than a wrong one: every one is validated.</remarks>
internal static class SchemaExample
{
    private const int MaxDepth = 16;
    private const int MaxText = 200;

    /// <summary>An input of a capability; null when none could be made.</summary>
    public static JsonNode? Of(Capability capability)
    {
        try
        {
            var example = Make(capability.Input, capability.Input, 0);
            return example is not null && JsonSchema.Compile(capability.Input).IsValid(JsonElement.Parse(example.ToJsonString())) ? example : null;
        }
        catch (SchemaException)
        {
            return null;
        }
    }

    private static JsonNode? Make(JsonElement root, JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > MaxDepth)
        {
            return "";
        }

        if (schema.TryGetProperty("examples", out var examples) && examples.ValueKind == JsonValueKind.Array && examples.GetArrayLength() > 0)
        {
            return Copy(examples[0]);
        }

        foreach (var keyword in (ReadOnlySpan<string>)["const", "default"])
        {
            if (schema.TryGetProperty(keyword, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                return Copy(value);
            }
        }

        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0)
        {
            return Copy(choices[0]);
        }

        if (Target(root, schema) is { } target)
        {
            return Make(root, target, depth + 1);
        }

        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf", "allOf"])
        {
            if (schema.TryGetProperty(keyword, out var alternatives) && alternatives.ValueKind == JsonValueKind.Array && alternatives.GetArrayLength() > 0)
            {
                return Make(root, alternatives[0], depth + 1);
            }
        }

        return TypeOf(schema) switch
        {
            "object" => MakeObject(root, schema, depth),
            "array" => MakeArray(root, schema, depth),
            "integer" or "number" => Number(schema),
            "boolean" => true,
            "null" => null,
            _ => Text(schema),
        };
    }

    private static JsonObject MakeObject(JsonElement root, JsonElement schema, int depth)
    {
        var made = new JsonObject();
        if (!schema.TryGetProperty("properties", out var properties))
        {
            return made;
        }

        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(n => n.GetString()!).ToImmutableHashSet(StringComparer.Ordinal) : [];
        foreach (var property in properties.EnumerateObject().Where(p => required.Contains(p.Name)))
        {
            made[property.Name] = BlobMembers.IsBlob(root, property.Value) ? new JsonObject { ["text"] = "hello" } : Make(root, property.Value, depth + 1);
        }

        return made;
    }

    private static JsonArray MakeArray(JsonElement root, JsonElement schema, int depth)
    {
        var least = schema.TryGetProperty("minItems", out var items) && items.TryGetInt32(out var count) ? Math.Min(count, MaxDepth) : 0;
        var item = schema.TryGetProperty("items", out var of) ? of : default;
        return [.. Enumerable.Range(0, least).Select(_ => Make(root, item, depth + 1))];
    }

    private static JsonNode Number(JsonElement schema)
    {
        foreach (var keyword in (ReadOnlySpan<string>)["minimum", "maximum"])
        {
            if (schema.TryGetProperty(keyword, out var bound))
            {
                return Copy(bound)!;
            }
        }

        return schema.TryGetProperty("exclusiveMinimum", out var below) && below.TryGetInt32(out var least) ? least + 1 : 1;
    }

    private static JsonNode Text(JsonElement schema)
    {
        const string Hello = "hello";
        var (least, most) = (Bound(schema, "minLength", 0), Bound(schema, "maxLength", MaxText));
        return least > Hello.Length ? new string('a', least) : Hello[..Math.Min(Hello.Length, most)];
    }

    private static int Bound(JsonElement schema, string keyword, int otherwise) =>
        schema.TryGetProperty(keyword, out var bound) && bound.TryGetInt32(out var value) ? Math.Clamp(value, 0, MaxText) : otherwise;

    private static string? TypeOf(JsonElement schema) => schema.TryGetProperty("type", out var type)
        ? type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(t => t.GetString()).FirstOrDefault(t => t != "null") : type.GetString()
        : schema.TryGetProperty("properties", out _) ? "object" : null;

    private static JsonElement? Target(JsonElement root, JsonElement schema) => BlobMembers.Target(root, schema);

    private static JsonNode? Copy(JsonElement value) => JsonNode.Parse(value.GetRawText());
}
