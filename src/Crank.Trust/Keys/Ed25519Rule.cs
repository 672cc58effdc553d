using NSec.Cryptography;

namespace Crank.Trust.Keys;

/// <summary>
/// The one rule by which an Ed25519 signature is accepted, everywhere and always one at a time (RFC 8032 section 5.1.7, made strict):
/// A and R are canonical encodings (y below p, no sign bit on x = 0) of points that are not of low order, S is below the group order,
/// and the verification equation holds in the form that the library pinned in Directory.Packages.props checks.
/// </summary>
internal static class Ed25519Rule
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;

    /// <summary>Group order L = 2^252 + 27742317777372353535851937790883648493, little-endian.</summary>
    private static ReadOnlySpan<byte> Order =>
    [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];

    /// <summary>The y coordinates, below p, of the eight points whose order divides 8; little-endian, one after the other.</summary>
    private static readonly byte[][] LowOrder =
    [
        [.. new byte[32]],
        [1, .. new byte[31]],
        [0xec, .. Enumerable.Repeat((byte)0xff, 30), 0x7f],
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    ];

    /// <summary>True when the encoding is canonical and not of low order; whether it is on the curve is left to the library.</summary>
    public static bool IsAcceptablePoint(ReadOnlySpan<byte> encoding)
    {
        Span<byte> y = stackalloc byte[KeySize];
        encoding.CopyTo(y);
        y[31] &= 0x7f;
        if (y[31] == 0x7f && y[0] >= 0xed && !y[1..31].ContainsAnyExcept((byte)0xff))
        {
            return false;
        }

        foreach (var low in LowOrder)
        {
            // Covers both signs, and so also the sign bit on x = 0, which only y = 1 and y = p - 1 have.
            if (y.SequenceEqual(low))
            {
                return false;
            }
        }

        return true;
    }

    public static bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureSize
        && IsAcceptablePoint(signature[..KeySize])
        && IsBelowOrder(signature[KeySize..])
        && SignatureAlgorithm.Ed25519.Verify(key, message, signature);

    /// <summary>True when S, 32 bytes little-endian, is below the group order.</summary>
    public static bool IsBelowOrder(ReadOnlySpan<byte> s)
    {
        for (var i = s.Length - 1; i >= 0; i--)
        {
            if (s[i] != Order[i])
            {
                return s[i] < Order[i];
            }
        }

        return false;
    }
}
