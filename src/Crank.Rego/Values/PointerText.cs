using System.Text;

namespace Crank.Rego.Values;

/// <summary>Paths into documents as OPA writes them: JSON pointers (RFC 6901) whose octets may be percent-encoded too.</summary>
internal static class PointerText
{
    private static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The parts of a path without the slash in front; null when it cannot be read.</summary>
    public static string[]? Split(string path)
    {
        var parts = path.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (Unescaped(parts[i]) is not { } part)
            {
                return null;
            }

            parts[i] = part;
        }

        return parts;
    }

    /// <summary>The path of parts, with the slash in front.</summary>
    public static string Of(IEnumerable<string> parts) =>
        string.Concat(parts.Select(static part => "/" + part.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal).Replace("%", "%25", StringComparison.Ordinal)));

    /// <summary>The position in an array that a part names: digits, no zero in front of others; null for what is none, or beyond the last.</summary>
    public static int? Position(string part, int last) =>
        part.Length is > 0 and < 10 && (part == "0" || part[0] != '0') && !part.AsSpan().ContainsAnyExceptInRange('0', '9')
            && int.Parse(part, System.Globalization.CultureInfo.InvariantCulture) is var at && at <= last ? at : null;

    private static string? Unescaped(string part)
    {
        if (!part.AsSpan().ContainsAny('%', '~'))
        {
            return part;
        }

        var octets = new byte[Encoding.UTF8.GetMaxByteCount(part.Length)];
        var count = 0;
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] != '%')
            {
                var length = char.IsHighSurrogate(part[i]) && i + 1 < part.Length ? 2 : 1;
                count += Encoding.UTF8.GetBytes(part.AsSpan(i, length), octets.AsSpan(count));
                i += length - 1;
                continue;
            }

            if (i + 2 >= part.Length || !char.IsAsciiHexDigit(part[i + 1]) || !char.IsAsciiHexDigit(part[i + 2]))
            {
                return null;
            }

            octets[count++] = Convert.FromHexString(part.AsSpan(i + 1, 2))[0];
            i += 2;
        }

        try
        {
            return s_utf8.GetString(octets, 0, count).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
