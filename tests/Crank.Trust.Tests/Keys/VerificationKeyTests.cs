using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Crank.Trust.Keys;

namespace Crank.Trust.Tests.Keys;

public sealed class VerificationKeyTests
{
    private static readonly SigningKey Key = SigningKey.FromSeed("mesh.example/log", Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    [Fact]
    public void A_key_prints_as_a_verifier_key_and_parses_back()
    {
        // The public key of the seed 00 01 … 1f, and the first four bytes of SHA-256 over name, line feed, 01 and key.
        Assert.Equal("03A107BFF3CE10BE1D70DD18E74BC09967E4D6309BA50D5F1DDC8664125531B8", Convert.ToHexString(Key.Public.Bytes));
        var hash = Convert.ToHexStringLower(SHA256.HashData([.. "mesh.example/log\n"u8, 1, .. Key.Public.Bytes]))[..8];
        Assert.Equal($"mesh.example/log+{hash}", Key.Public.Id);
        Assert.Equal($"mesh.example/log+{hash}+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", Key.Public.ToString());
        Assert.True(VerificationKey.TryParse(Key.Public.ToString(), out var parsed));
        Assert.Equal(Key.Public, parsed);
    }

    [Fact]
    public void A_verifier_key_with_any_character_changed_is_another_key_or_none()
    {
        var text = Key.Public.ToString();
        for (var i = 0; i < text.Length; i++)
        {
            foreach (var c in "Aa0+/= \n-")
            {
                var changed = text[..i] + c + text[(i + 1)..];
                Assert.True(changed == text || !VerificationKey.TryParse(changed, out _), changed);
            }
        }

        Assert.False(VerificationKey.TryParse(null, out _));
        Assert.False(VerificationKey.TryParse(text + "=", out _));
        Assert.False(VerificationKey.TryParse(new string('a', 10_000), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("a\u00a0b")]
    public void A_name_that_a_note_could_not_hold_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => SigningKey.Generate(name));
        Assert.False(VerificationKey.TryCreate(name, Key.Public.Bytes, out _));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void A_point_that_is_not_canonical_or_of_low_order_is_neither_key_nor_signature(string hex)
    {
        var point = Convert.FromHexString(hex);
        Assert.False(Ed25519Rule.IsAcceptablePoint(point));
        Assert.False(VerificationKey.TryCreate("a", point, out _));
        Assert.False(Key.Public.Verify("message"u8, [.. point, .. new byte[32]]));
    }

    [Fact]
    public void A_signature_has_one_form()
    {
        var message = Encoding.UTF8.GetBytes("message");
        var signature = new byte[SigningKey.SignatureSize];
        Key.Sign(message, signature);
        Assert.True(Key.Public.Verify(message, signature));
        Assert.False(Key.Public.Verify([.. message, 0], signature));
        Assert.False(Key.Public.Verify(message, signature.AsSpan(0, 63)));
        Assert.False(Key.Public.Verify(message, [.. signature, 0]));
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            byte[] flipped = [.. signature];
            flipped[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(Key.Public.Verify(message, flipped));
        }

        // S plus the group order is the same number for the equation and another signature for everyone else.
        var order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        byte[] malleated = [.. signature];
        for (int i = 0, carry = 0; i < 32; i++)
        {
            carry += malleated[32 + i] + order[i];
            malleated[32 + i] = (byte)(carry & 0xff);
            carry >>= 8;
        }

        Assert.False(Key.Public.Verify(message, malleated));
        Assert.True(Ed25519Rule.IsBelowOrder(signature.AsSpan(32)));
        Assert.False(Ed25519Rule.IsBelowOrder(malleated.AsSpan(32)));
        Assert.False(Ed25519Rule.IsBelowOrder(order));
    }

    [Fact]
    public void A_signature_that_satisfies_the_equation_with_a_point_of_low_order_is_refused()
    {
        // The holder of the key takes the neutral element for R: S = k·a then satisfies S·B = R + k·A.
        var seed = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        var scalar = SHA512.HashData(seed)[..32];
        scalar[0] &= 248;
        scalar[31] = (byte)(scalar[31] & 63 | 64);
        byte[] neutral = [1, .. new byte[31]];
        var order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
        var k = new BigInteger(SHA512.HashData([.. neutral, .. Key.Public.Bytes, .. "message"u8]), isUnsigned: true) % order;
        var s = (k * new BigInteger(scalar, isUnsigned: true) % order).ToByteArray(isUnsigned: true);
        byte[] signature = [.. neutral, .. s, .. new byte[32 - s.Length]];
        Assert.False(Key.Public.Verify("message"u8, signature));
        Assert.False(Ed25519Rule.IsAcceptablePoint(signature.AsSpan(0, 32)));
    }

    [Fact]
    public void A_signing_key_has_no_text()
    {
        Assert.Equal("signing key " + Key.Public.Id, Key.ToString());
        Assert.DoesNotContain(typeof(SigningKey).GetProperties(), p => p.Name != nameof(SigningKey.Public));
        Assert.DoesNotContain(typeof(SigningKey).GetMethods(), m => m.Name.Contains("Export", StringComparison.Ordinal));
    }
}
