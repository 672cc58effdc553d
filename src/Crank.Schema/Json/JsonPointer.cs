using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace Crank.Schema.Json;

/// <summary>JSON Pointer (RFC 6901).</summary>
internal static class JsonPointer
{
    public static string Escape(string token) =>
        token.AsSpan().IndexOfAny('~', '/') < 0 ? token : token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    /// <summary>The child that an unescaped token names.</summary>
    public static bool TryStep(JsonElement from, string token, [NotNullWhen(true)] out JsonElement? child)
    {
        child = null;
        if (from.ValueKind == JsonValueKind.Object && from.TryGetProperty(token, out var member))
        {
            child = member;
        }
        else if (from.ValueKind == JsonValueKind.Array && (token == "0" || !token.StartsWith('0'))
            && int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < from.GetArrayLength())
        {
            child = from[index];
        }

        return child is not null;
    }
}
