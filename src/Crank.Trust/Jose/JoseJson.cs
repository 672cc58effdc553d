using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Crank.Trust.Jose;

/// <summary>Strict JSON (RFC 8259; RFC 7515 section 4 asks for unique names): no duplicates, comments or trailing commas, valid UTF-8, bounded depth.</summary>
internal static class JoseJson
{
    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = JoseLimits.MaxDepth,
    };

    public static bool TryParseObject(ReadOnlyMemory<byte> utf8, out JsonElement json, [NotNullWhen(false)] out string? why)
    {
        json = default;
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                why = "it is not a JSON object";
                return false;
            }

            json = document.RootElement.Clone();
            why = Unreadable(json);
            return why is null;
        }
        catch (JsonException e)
        {
            why = e.Message;
            return false;
        }
    }

    public static string? Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>False when the member is there and is not a text, so that nothing wrong passes for something absent.</summary>
    public static bool TryOptionalText(this JsonElement json, string name, out string? text)
    {
        text = null;
        if (!json.TryGetProperty(name, out var value))
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }

    /// <summary>Decodes every text once: an escape of half a surrogate pair parses, and throws only when it is read.</summary>
    private static string? Unreadable(JsonElement json)
    {
        try
        {
            Read(json);
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static void Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in json.EnumerateObject())
                {
                    _ = member.Name;
                    Read(member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in json.EnumerateArray())
                {
                    Read(item);
                }

                break;
            case JsonValueKind.String:
                _ = json.GetString();
                break;
            default:
                break;
        }
    }
}
