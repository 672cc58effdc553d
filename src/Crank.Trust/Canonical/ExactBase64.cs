using System.Diagnostics.CodeAnalysis;

namespace Crank.Trust.Canonical;

/// <summary>Standard base64 (RFC 4648 section 4) of which each value has one text only: padded, without white space, with zero padding bits.</summary>
internal static class ExactBase64
{
    public static bool TryDecode(ReadOnlySpan<char> text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 != 0 || text.Length / 4 * 3L > maxBytes + 2L)
        {
            return false;
        }

        var decoded = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, decoded, out var length) || length > maxBytes)
        {
            return false;
        }

        // Decoders drop white space and the bits of the last letter that carry nothing; encoding again shows both.
        var again = new char[text.Length];
        if (!Convert.TryToBase64Chars(decoded.AsSpan(0, length), again, out var written) || !text.SequenceEqual(again.AsSpan(0, written)))
        {
            return false;
        }

        bytes = decoded.AsSpan(0, length).ToArray();
        return true;
    }
}
