using System.Text;

namespace Crank.Rego.Builtins.Keys;

/// <summary>The blocks of a PEM text (RFC 7468), read as forgivingly as Go's <c>encoding/pem</c>: indented, between other text, with headers.</summary>
internal static class Pem
{
    private const int MaxBlocks = 1_000;

    /// <summary>The blocks in order, each with the text that follows it.</summary>
    public static IEnumerable<(string Label, byte[] Bytes, string After)> Read(string text)
    {
        var found = 0;
        for (var at = text.IndexOf("-----BEGIN ", StringComparison.Ordinal); at >= 0; at = text.IndexOf("-----BEGIN ", at, StringComparison.Ordinal))
        {
            var labelEnd = text.IndexOf("-----", at + 11, StringComparison.Ordinal);
            if (labelEnd < 0)
            {
                yield break;
            }

            var label = text[(at + 11)..labelEnd];
            var footer = $"-----END {label}-----";
            var end = text.IndexOf(footer, labelEnd, StringComparison.Ordinal);
            if (end < 0 || Decode(text[(labelEnd + 5)..end]) is not { } bytes)
            {
                at += 11;
                continue;
            }

            if (++found > MaxBlocks)
            {
                throw new LimitException($"a PEM text has more than {MaxBlocks} blocks");
            }

            at = end + footer.Length;
            yield return (label, bytes, text[at..].TrimStart('\r', '\n', ' ', '\t'));
        }
    }

    private static byte[]? Decode(string body)
    {
        var data = new StringBuilder(body.Length);
        foreach (var line in body.Split('\n'))
        {
            // Headers stand before the data.
            if (!line.Contains(':'))
            {
                data.Append(line.Trim());
            }
        }

        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data.ToString(), bytes, out var written) ? bytes[..written] : null;
    }
}
