using System.Security.Cryptography;
using System.Text;
using Crank.Trust.Jose;
using Crank.Trust.Keys;
using CsCheck;

namespace Crank.Trust.Tests.Jose;

public sealed class JwsTests
{
    private static readonly JwsPolicy Any = new(JwsPolicy.Known);

    [Theory]
    [InlineData("HS256"), InlineData("HS384"), InlineData("HS512"), InlineData("RS256"), InlineData("RS384"), InlineData("RS512"), InlineData("PS256"), InlineData("PS384")]
    [InlineData("PS512"), InlineData("ES256"), InlineData("ES384"), InlineData("ES512"), InlineData("EdDSA")]
    public void What_an_algorithm_signs_it_verifies_and_a_changed_letter_it_does_not(string algorithm)
    {
        var key = KeyFor(algorithm);
        var text = JwsSigner.With(key, algorithm).Compact("payload"u8);
        Assert.True(Parsed(text).VerifyAll([key], Any, out _));
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var changed = text[..(dot + 1)] + (text[dot + 1] == 'A' ? 'B' : 'A') + text[(dot + 2)..];
        Assert.False(Parsed(changed).VerifyAll([key], Any, out var why));
        Assert.Equal("the signature does not verify", why);
    }

    [Fact]
    public void An_algorithm_that_the_policy_does_not_name_is_refused_whatever_the_token_says()
    {
        var key = Jwk.Symmetric(RandomNumberGenerator.GetBytes(32));
        var jws = Parsed(JwsSigner.With(key, "HS256").Compact("x"u8));
        Assert.False(jws.VerifyAll([key], new JwsPolicy(["RS256"]), out var why));
        Assert.Contains("'HS256' is not accepted", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none"), InlineData("None"), InlineData("NONE"), InlineData("nOnE"), InlineData("")]
    public void A_token_without_a_signature_is_refused_even_when_the_policy_names_it(string algorithm)
    {
        var jws = Parsed(Forge.Unsigned($$"""{"alg":"{{algorithm}}"}""", "{}"));
        Assert.False(jws.VerifyAll([Forge.Elliptic("k")], new JwsPolicy([.. JwsPolicy.Known, algorithm]), out _));
    }

    [Fact]
    public void A_public_key_is_never_taken_for_a_shared_secret()
    {
        var rsa = Forge.Rsa();
        foreach (var confused in (byte[][])[Encoding.UTF8.GetBytes(Forge.Public(rsa).ToJson()), rsa.Part("n").ToArray()])
        {
            var forged = JwsSigner.With(Jwk.Symmetric(confused), "HS256").Compact("x"u8);
            Assert.False(Parsed(forged).VerifyAll([Forge.Public(rsa)], Any, out var why));
            Assert.Equal("the RSA key is not one for HS256", why);
        }
    }

    [Fact]
    public void A_key_for_another_use_or_algorithm_does_not_verify()
    {
        var key = Forge.Elliptic("k");
        var jws = Parsed(Forge.Sign(key, "ES256", """{"alg":"ES256"}""", "x"));
        var open = Forge.Public(key).ToJson();
        Assert.True(jws.VerifyAll([Forge.Parse(open)], Any, out _));
        Assert.False(jws.VerifyAll([Forge.Parse(open.Replace("\"sig\"", "\"enc\"", StringComparison.Ordinal))], Any, out _));
        Assert.False(jws.VerifyAll([Forge.Parse(open.Replace("{", "{\"alg\":\"ES384\",", StringComparison.Ordinal))], Any, out _));
        Assert.False(jws.VerifyAll([Forge.Parse(open.Replace("{", "{\"key_ops\":[\"deriveKey\"],", StringComparison.Ordinal))], Any, out _));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","crit":["exp"],"exp":1}""")]
    [InlineData("""{"alg":"ES256","crit":[]}""")]
    [InlineData("""{"alg":"ES256","crit":"b64"}""")]
    [InlineData("""{"alg":"ES256","crit":["b64","b64"],"b64":true}""")]
    [InlineData("""{"alg":"ES256","crit":["b64"]}""")]
    [InlineData("""{"alg":"ES256","crit":["alg"]}""")]
    [InlineData("""{"alg":"ES256","b64":false}""")]
    [InlineData("""{"alg":"ES256","alg":"none"}""")]
    public void What_a_header_says_is_critical_and_is_not_understood_is_refused(string header)
    {
        var text = Forge.Sign(Forge.Elliptic("k"), "ES256", header, "x");
        Assert.False(Jws.TryParse(text, new JwsPolicy(JwsPolicy.Known, UnencodedPayload: true), out _, out _));
    }

    [Fact]
    public void An_unencoded_payload_needs_a_policy_that_takes_it()
    {
        var key = Jwk.Symmetric(RandomNumberGenerator.GetBytes(32));
        var header = ExactBase64Url.Encode("""{"alg":"HS256","b64":false,"crit":["b64"]}"""u8);
        var text = $"{header}.$02.{ExactBase64Url.Encode(JwsSigner.With(key, "HS256").Sign(Encoding.ASCII.GetBytes($"{header}.$02")))}";
        var taking = new JwsPolicy(["HS256"], UnencodedPayload: true);
        Assert.True(Jws.TryParse(text, taking, out var jws, out _) && jws.VerifyAll([key], taking, out _));
        Assert.Equal("$02"u8, jws.Payload.Span);
        Assert.False(Jws.TryParse(text, new JwsPolicy(["HS256"]), out _, out _));
    }

    [Theory]
    [InlineData("e30.e30"), InlineData("e30.e30.a.b"), InlineData(""), InlineData("..")]
    [InlineData("e30=.e30.AA"), InlineData("e3 0.e30.AA"), InlineData("e31.e30.AA"), InlineData("!!!.e30.AA"), InlineData("bnVsbA.e30.AA"), InlineData("W10.e30.AA")]
    public void What_is_no_compact_form_is_refused(string text) => Assert.False(Jws.TryParse(text, Any, out var jws, out _) && jws.VerifyAll([Forge.Elliptic("k")], Any, out _));

    [Theory]
    [InlineData("""{"payload":"eA","signatures":[]}""")]
    [InlineData("""{"payload":"eA","signature":"AA","signatures":[{"signature":"AA"}]}""")]
    [InlineData("""{"payload":1,"signature":"AA"}""")]
    [InlineData("""{"payload":"eA","protected":"eyJhbGciOiJFUzI1NiJ9","header":{"alg":"none"},"signature":"AA"}""")]
    [InlineData("""{"payload":"eA","header":{"alg":"ES256","crit":["b64"],"b64":true},"signature":"AA"}""")]
    [InlineData("""{"payload":"eA","payload":"eQ","signature":"AA"}""")]
    public void A_JSON_form_that_can_be_read_in_two_ways_is_refused(string text) => Assert.False(Jws.TryParse(text, Any, out _, out _));

    [Fact]
    public void Any_text_is_read_or_refused_and_never_throws() =>
        Gen.String[Gen.Char["eyJhbGciOiJFUzI1NiJ9.{}[]\":,_-=+/ \0\u00e9"], 0, 120].Sample(text => Jws.TryParse(text, Any, out _, out var why) || why.Length > 0);

    [Fact]
    public void A_mesh_signs_with_its_own_key_and_is_verified_by_its_public_half()
    {
        using var key = SigningKey.Generate("crank.example/mesh");
        var text = JwsSigner.With(key).Compact("card"u8, "JOSE");
        var jws = Parsed(text);
        Assert.True(jws.VerifyAll([Jwk.From(key.Public)], new JwsPolicy(["EdDSA"]), out _));
        Assert.Equal((key.Public.Id, "JOSE"), (jws.Signatures[0].Header.KeyId!, jws.Signatures[0].Header.Type!));
    }

    [Fact]
    public void Every_signature_of_several_must_verify()
    {
        var (one, other) = (Forge.Elliptic("a"), Forge.Elliptic("b"));
        string Part(Jwk key, string header) => $$"""{"protected":"{{ExactBase64Url.Encode(Encoding.UTF8.GetBytes(header))}}","signature":"{{Forge.Sign(key, "ES256", header, "x").Split('.')[2]}}"}""";
        string Both(Jwk second) => $$"""{"payload":"eA","signatures":[{{Part(one, """{"alg":"ES256","kid":"a"}""")}},{{Part(second, """{"alg":"ES256","kid":"b"}""")}}]}""";
        Assert.True(Parsed(Both(other)).VerifyAll([one, other], Any, out _));
        Assert.False(Parsed(Both(one)).VerifyAll([one, other], Any, out _));
    }

    private static Jws Parsed(string text) => Jws.TryParse(text, Any, out var jws, out var why) ? jws : throw new InvalidDataException(why);

    private static Jwk KeyFor(string algorithm) => algorithm switch
    {
        "ES256" => Forge.Elliptic("k"),
        "ES384" => Forge.Elliptic("k", ECCurve.NamedCurves.nistP384),
        "ES512" => Forge.Elliptic("k", ECCurve.NamedCurves.nistP521),
        "EdDSA" => Edwards(),
        _ when algorithm.StartsWith("HS", StringComparison.Ordinal) => Jwk.Symmetric(RandomNumberGenerator.GetBytes(64)),
        _ => Forge.Rsa(),
    };

    private static Jwk Edwards()
    {
        var seed = RandomNumberGenerator.GetBytes(32);
        using var key = SigningKey.FromSeed("k", seed);
        return Forge.Parse($$"""{"kty":"OKP","crv":"Ed25519","x":"{{ExactBase64Url.Encode(key.Public.Bytes)}}","d":"{{ExactBase64Url.Encode(seed)}}"}""");
    }
}
