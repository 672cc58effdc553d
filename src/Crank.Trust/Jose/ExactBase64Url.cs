using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Crank.Trust.Jose;

/// <summary>base64url without padding (RFC 7515 section 2), of which each value has one text only: no white space, zero padding bits.</summary>
internal static class ExactBase64Url
{
    public static bool TryDecode(ReadOnlySpan<char> text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length / 4 * 3L > maxBytes + 2L || text.Length % 4 == 1)
        {
            return false;
        }

        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, decoded, out var length) || length > maxBytes)
        {
            return false;
        }

        // The decoder drops white space, takes padding and ignores the bits of the last letter that carry nothing; encoding again shows all three.
        if (!text.SequenceEqual(Base64Url.EncodeToString(decoded.AsSpan(0, length))))
        {
            return false;
        }

        bytes = decoded.AsSpan(0, length).ToArray();
        return true;
    }

    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
