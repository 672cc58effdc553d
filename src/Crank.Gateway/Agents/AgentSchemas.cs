using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Gateway.Rest.Capabilities;

namespace Crank.Gateway.Agents;

/// <summary>The input schema of a capability as an agent sees it: a file can stand in the call itself.</summary>
internal static class AgentSchemas
{
    /// <summary>The input schema with every file as text, base64 or the address of a blob.</summary>
    public static JsonElement InputOf(Capability capability)
    {
        var members = BlobMembers.Of(capability);
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

    /// <summary>The member that bare text stands for: the only file, else the only required member when it is a string; null for none.</summary>
    public static string? TextMember(Capability capability)
    {
        if (capability.BlobInput is { } file)
        {
            return file;
        }

        return capability.Input.TryGetProperty("required", out var required) && required.ValueKind == JsonValueKind.Array && required.GetArrayLength() == 1
            && required[0].GetString() is { } name && capability.Input.TryGetProperty("properties", out var properties)
            && properties.TryGetProperty(name, out var schema) && schema.ValueKind == JsonValueKind.Object
            && schema.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("string")
                ? name
                : null;
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
}
