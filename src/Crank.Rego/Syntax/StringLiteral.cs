using System.Globalization;
using System.Text;

namespace Crank.Rego.Syntax;

/// <summary>What the characters between quotes stand for: JSON's escapes, and <c>\{</c> in templates.</summary>
internal static class StringLiteral
{
    /// <summary>The characters meant, or null when an escape is malformed.</summary>
    public static string? Unescape(ReadOnlySpan<char> inner, bool template)
    {
        if (!inner.Contains('\\'))
            return inner.ToString();
        var value = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            var c = inner[i];
            if (c < ' ')
                return null;
            if (c != '\\')
            {
                value.Append(c);
                continue;
            }
            if (++i == inner.Length)
                return null;
            switch (inner[i])
            {
                case 'b': value.Append('\b'); break;
                case 'f': value.Append('\f'); break;
                case 'n': value.Append('\n'); break;
                case 'r': value.Append('\r'); break;
                case 't': value.Append('\t'); break;
                case '"' or '\\' or '/': value.Append(inner[i]); break;
                case '{' when template: value.Append('{'); break;
                case 'u':
                    if (inner.Length - i < 5
                        || !ushort.TryParse(inner.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
                        return null;
                    value.Append((char)unit);
                    i += 4;
                    break;
                default:
                    return null;
            }
        }
        return WellFormed(value);
    }

    /// <summary>In a raw template only <c>\{</c> is an escape.</summary>
    public static string UnescapeRaw(ReadOnlySpan<char> inner) => inner.ToString().Replace("\\{", "{", StringComparison.Ordinal);

    /// <summary>Replaces lone surrogates, which no UTF-8 text can hold, by U+FFFD.</summary>
    private static string WellFormed(StringBuilder value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]))
                i++;
            else if (char.IsSurrogate(value[i]))
                value[i] = '\ufffd';
        }
        return value.ToString();
    }
}
