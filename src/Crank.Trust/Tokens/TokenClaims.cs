using System.Collections.Immutable;
using System.Text.Json;

namespace Crank.Trust.Tokens;

/// <summary>What a verified token says.</summary>
public sealed class TokenClaims
{
    private readonly JsonElement _json;

    internal TokenClaims(JsonElement json, string issuer, string subject, DateTimeOffset expires, string? tokenId) =>
        (_json, Issuer, Subject, Expires, TokenId) = (json, issuer, subject, expires, tokenId);

    /// <summary><c>iss</c>.</summary>
    public string Issuer { get; }

    /// <summary><c>sub</c>.</summary>
    public string Subject { get; }

    /// <summary><c>exp</c>.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary><c>jti</c>; null when absent.</summary>
    public string? TokenId { get; }

    /// <summary>A claim that is a text; null when it is absent or something else.</summary>
    public string? Text(string name) => _json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A claim that is a list of texts, or one text with words between spaces (RFC 8693 section 4.2); empty when it is absent or something else.</summary>
    public ImmutableArray<string> Words(string name)
    {
        if (!_json.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [.. value.GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(100)],
            JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) => [.. value.EnumerateArray().Select(v => v.GetString()!).Take(100)],
            _ => [],
        };
    }
}
