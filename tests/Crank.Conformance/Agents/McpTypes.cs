using System.Globalization;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace Crank.Conformance.Agents;

/// <summary>The typed objects behind the names of MCP's schema.</summary>
internal static class McpTypes
{
    /// <summary>Reads an example into its type and writes it again. Nothing of it may be lost; what is only implied may be added.</summary>
    public static bool Rewrites(string name, JsonElement example, out string why)
    {
        if (TypeOf(name, example) is not { } type)
        {
            why = $"no type stands for {name}";
            return false;
        }

        try
        {
            var value = JsonSerializer.Deserialize(example, type, McpJsonUtilities.DefaultOptions);
            var again = JsonSerializer.SerializeToElement(value, type, McpJsonUtilities.DefaultOptions);
            if (Lost(example, again, "") is { } lost)
            {
                why = $"{type.Name} loses {lost}";
                return false;
            }
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            why = $"{type.Name}: {e.Message}";
            return false;
        }

        // What an envelope carries has a type of its own.
        foreach (var (member, inner) in Inside(name))
        {
            if (example.TryGetProperty("jsonrpc", out _) && example.TryGetProperty(member, out var carried) && Known(inner) is not null && !Rewrites(inner, carried, out why))
            {
                return false;
            }
        }

        why = "";
        return true;
    }

    private static IEnumerable<(string Member, string Type)> Inside(string name) => name switch
    {
        _ when name.EndsWith("ResultResponse", StringComparison.Ordinal) => [("result", name[..^"Response".Length])],
        _ when name.EndsWith("Request", StringComparison.Ordinal) || name.EndsWith("Notification", StringComparison.Ordinal) => [("params", name + "Params")],
        _ => [],
    };

    private static Type? TypeOf(string name, JsonElement example)
    {
        if (example.ValueKind == JsonValueKind.Object && example.TryGetProperty("jsonrpc", out _))
        {
            return typeof(JsonRpcMessage);
        }

        if (name.EndsWith("Error", StringComparison.Ordinal))
        {
            return typeof(JsonRpcErrorDetail);
        }

        // A request without an envelope is one that a result carries.
        return name.EndsWith("Request", StringComparison.Ordinal) ? typeof(InputRequest) : Known(name);
    }

    private static Type? Known(string name) => name switch
    {
        "TextContent" => typeof(TextContentBlock),
        "ImageContent" => typeof(ImageContentBlock),
        "AudioContent" => typeof(AudioContentBlock),
        "EmbeddedResource" => typeof(EmbeddedResourceBlock),
        "ResourceLink" => typeof(ResourceLinkBlock),
        "ToolUseContent" or "ToolResultContent" => typeof(ContentBlock),
        "PaginatedRequestParams" => typeof(ListToolsRequestParams),
        "ElicitRequestFormParams" => typeof(ElicitRequestParams),
        "InputRequests" => typeof(IDictionary<string, InputRequest>),
        "InputResponses" => typeof(IDictionary<string, InputResponse>),
        "SubscriptionsListenResult" => typeof(EmptyResult),
        _ when name.EndsWith("Schema", StringComparison.Ordinal) => typeof(ElicitRequestParams.PrimitiveSchemaDefinition),
        _ => typeof(Tool).Assembly.GetType("ModelContextProtocol.Protocol." + name),
    };

    /// <summary>The first member, by its place, that is not there again with the same value.</summary>
    private static string? Lost(JsonElement before, JsonElement after, string at)
    {
        switch (before.ValueKind)
        {
            case JsonValueKind.Object when after.ValueKind == JsonValueKind.Object:
                return before.EnumerateObject()
                    .Select(m => after.TryGetProperty(m.Name, out var again) ? Lost(m.Value, again, $"{at}/{m.Name}") : $"{at}/{m.Name}").FirstOrDefault(l => l is not null);
            case JsonValueKind.Array when after.ValueKind == JsonValueKind.Array && before.GetArrayLength() == after.GetArrayLength():
                return before.EnumerateArray().Zip(after.EnumerateArray(), (x, y) => Lost(x, y, at + "/*")).FirstOrDefault(l => l is not null);
            default:
                return JsonElement.DeepEquals(before, after) || IsSameTime(before, after) ? null : at.Length == 0 ? "the whole" : at;
        }
    }

    private static bool IsSameTime(JsonElement before, JsonElement after) =>
        before.ValueKind == JsonValueKind.String && after.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(before.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out var x)
        && DateTimeOffset.TryParse(after.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.None, out var y) && x == y;
}
