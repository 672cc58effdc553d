using System.Text;
using Crank.Trust.Jose;

namespace Crank.Trust.Tests.Jose;

public sealed class JwkTests
{
    [Fact]
    public void A_point_off_its_curve_is_no_key()
    {
        var key = Forge.Public(Forge.Elliptic("k"));
        var y = key.Part("y").ToArray();
        y[31] ^= 1;
        Assert.False(Read($$"""{"kty":"EC","crv":"P-256","x":"{{ExactBase64Url.Encode(key.Part("x"))}}","y":"{{ExactBase64Url.Encode(y)}}"}""", out var why));
        Assert.Equal("its numbers are no EC key", why);
    }

    [Theory]
    [InlineData("""{"kty":"EC","crv":"secp256k1","x":"AA","y":"AA"}""", "the curve 'secp256k1' is not known here; P-256, P-384 and P-521 are")]
    [InlineData("""{"kty":"OKP","crv":"Ed448","x":"AA"}""", "the curve 'Ed448' is not known here; Ed25519 and X25519 are")]
    [InlineData("""{"kty":"AKP"}""", "keys of type 'AKP' are not known here; EC, RSA, OKP and oct are")]
    [InlineData("""{"kty":"RSA","n":"AQAB","e":"AQAB"}""", "an RSA key here has 2048 to 8192 bits")]
    [InlineData("""{"kty":"oct","k":""}""", "'k' is not base64url of 1 to 4096 bytes")]
    [InlineData("""{"kty":"oct","k":"AA","use":1}""", "'kid', 'use', 'alg' or 'key_ops' is not of its type")]
    [InlineData("""{"kty":"oct","k":"AA","key_ops":["sign","sign"]}""", "'kid', 'use', 'alg' or 'key_ops' is not of its type")]
    [InlineData("""[]""", "it is not a JSON object")]
    [InlineData("""{"k":"AA"}""", "a key is an object with 'kty'")]
    [InlineData("""{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}""", "its point is not one that signatures are accepted from")]
    public void What_is_no_key_is_refused_by_name(string json, string expected)
    {
        Assert.False(Read(json, out var why));
        Assert.Equal(expected, why);
    }

    [Theory]
    [InlineData("AQ"), InlineData("Ag"), InlineData("AAEAAQ")]
    public void An_RSA_exponent_that_is_one_even_or_padded_is_refused(string exponent)
    {
        var json = Forge.Public(Forge.Rsa()).ToJson().Replace("\"AQAB\"", $"\"{exponent}\"", StringComparison.Ordinal);
        Assert.False(Read(json, out _));
    }

    [Fact]
    public void Halves_that_do_not_belong_together_are_no_pair()
    {
        var (one, other) = (Forge.Elliptic("a"), Forge.Elliptic("b"));
        var mixed = one.ToJson(withPrivate: true).Replace(ExactBase64Url.Encode(one.Part("d")), ExactBase64Url.Encode(other.Part("d")), StringComparison.Ordinal);
        Assert.False(Read(mixed, out _));
    }

    [Fact]
    public void A_private_half_is_shown_only_when_asked_for_and_never_printed()
    {
        var key = Forge.Elliptic("k");
        Assert.DoesNotContain("\"d\"", key.ToJson(), StringComparison.Ordinal);
        Assert.Contains("\"d\"", key.ToJson(withPrivate: true), StringComparison.Ordinal);
        Assert.Equal("EC key k", key.ToString());
        Assert.Throws<InvalidOperationException>(() => Jwk.Symmetric([1]).ToJson());
    }

    [Fact]
    public void A_thumbprint_is_that_of_the_standards_example()
    {
        // RFC 8037 appendix A.3.
        var key = Forge.Parse("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""");
        Assert.Equal("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", key.Thumbprint());
    }

    [Fact]
    public void A_set_leaves_out_what_it_does_not_know_and_says_so()
    {
        var json = $$"""{"keys":[{"kty":"AKP"},{{Forge.Elliptic("k").ToJson()}}]}""";
        Assert.True(JwkSet.TryParse(Encoding.UTF8.GetBytes(json), out var set, out _));
        Assert.Equal("k", Assert.Single(set.Keys).KeyId);
        Assert.Contains("AKP", Assert.Single(set.LeftOut), StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_of_too_many_keys_is_refused()
    {
        var entry = """{"kty":"oct","k":"AA"}""";
        Assert.False(JwkSet.TryParse(Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', Enumerable.Repeat(entry, JoseLimits.MaxEntries + 1))}}]}"""), out _, out _));
        Assert.False(JwkSet.TryParse(new byte[JoseLimits.MaxKeySet + 1], out _, out _));
    }

    private static bool Read(string json, out string? why) => Jwk.TryParse(Encoding.UTF8.GetBytes(json), out _, out why);
}
