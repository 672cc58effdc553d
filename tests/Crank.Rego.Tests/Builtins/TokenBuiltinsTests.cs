using System.Security.Cryptography;
using System.Text.Json;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Builtins;

public sealed class TokenBuiltinsTests
{
    private const string Secret = """{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}""";

    public static TheoryData<string, string> Keys()
    {
        using var rsa = RSA.Create(2048);
        using var curve256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var curve384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var curve521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        return new()
        {
            { "HS256", Secret },
            { "HS512", Secret },
            { "RS256", Jwk(rsa) },
            { "RS512", Jwk(rsa) },
            { "PS384", Jwk(rsa) },
            { "ES256", Jwk(curve256, "P-256") },
            { "ES384", Jwk(curve384, "P-384") },
            { "ES512", Jwk(curve521, "P-521") },
            { "EdDSA", """{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""" },
        };
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_signed_token_is_verified_and_a_changed_one_is_not(string algorithm, string key)
    {
        var token = Sign(algorithm, key, """{"iss":"a","aud":["x","y"]}""");
        Assert.StartsWith("[true,", Verified(token, Constraints(key, $"\"alg\":\"{algorithm}\",\"iss\":\"a\",\"aud\":\"x\"")), StringComparison.Ordinal);
        var parts = token.Split('.');
        var changed = $"{parts[0]}.{Encoded("""{"iss":"a","aud":["x","y"],"admin":true}""")}.{parts[2]}";
        Assert.Equal("[false,{},{}]", Verified(changed, Constraints(key, "\"aud\":\"x\"")));
        Assert.Equal("[false,{},{}]", Verified(token, Constraints(key, "\"aud\":\"z\"")));
        Assert.Equal("[false,{},{}]", Verified(token, Constraints(key, "\"aud\":\"x\",\"iss\":\"b\"")));
        Assert.Equal("[false,{},{}]", Verified(token, Constraints(key, "\"aud\":\"x\",\"alg\":\"none\"")));
    }

    [Fact]
    public void Ed25519_signs_as_rfc_8037_shows()
    {
        var key = KeyReader.JsonWebKeys(JsonIn.Read("""{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"""))[0];
        Assert.Equal(
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            Encoded(key.Sign("EdDSA", "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"u8.ToArray())));
    }

    [Fact]
    public void A_token_is_not_taken_with_an_algorithm_its_key_is_not_for()
    {
        using var rsa = RSA.Create(2048);
        var pem = rsa.ExportSubjectPublicKeyInfoPem();
        var forged = Sign("HS256", $$"""{"kty":"oct","k":"{{Encoded(pem)}}"}""", "{}");
        Assert.Equal("[false,{},{}]", Verified(forged, $$"""{"cert":{{JsonSerializer.Serialize(pem)}}}"""));
    }

    [Theory]
    [InlineData("{\"exp\":1}", "", false)]
    [InlineData("{\"exp\":99999999999}", "", true)]
    [InlineData("{\"nbf\":99999999999}", "", false)]
    [InlineData("{\"nbf\":1}", "", true)]
    [InlineData("{\"exp\":10}", ",\"time\":9000000000", true)]
    [InlineData("{\"exp\":10}", ",\"time\":11000000000", false)]
    [InlineData("{\"aud\":\"x\"}", "", false)]
    public void Times_and_audiences_are_checked(string claims, string constraints, bool expected)
    {
        var token = Sign("HS256", $$"""{"kty":"oct","k":"{{Encoded("secret")}}"}""", claims);
        var verified = Verified(token, $$"""{"secret":"secret"{{constraints}}}""");
        Assert.StartsWith(expected ? "[true," : "[false,", verified, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", "encoded JWT had no period separators")]
    [InlineData("x.y", "encoded JWT must have 3 sections, found 2")]
    public void What_is_no_token_is_an_error(string token, string expected) => Assert.Equal(expected, Calls.Error("io.jwt.decode", $"[\"{token}\"]"));

    [Fact]
    public void Tokens_in_tokens_are_opened_to_a_limit()
    {
        var token = Sign("HS256", Secret, "{}");
        for (var depth = 0; depth < 3; depth++)
        {
            token = Calls.Call("io.jwt.encode_sign_raw", JsonSerializer.Serialize(new[] { """{"alg":"HS256","typ":"text","cty":"JWT"}""", token, Secret })).AsString();
        }

        Assert.Equal("{}", Calls.Call("io.jwt.decode", $"[\"{token}\"]").AsArray()[1].ToString());
        for (var depth = 0; depth < 12; depth++)
        {
            token = Calls.Call("io.jwt.encode_sign_raw", JsonSerializer.Serialize(new[] { """{"alg":"HS256","typ":"text","cty":"JWT"}""", token, Secret })).AsString();
        }

        Assert.Contains("nested more than", Calls.Error("io.jwt.decode", $"[\"{token}\"]"), StringComparison.Ordinal);
    }

    private static string Constraints(string key, string more) => $$"""{"cert":{{JsonSerializer.Serialize($$"""{"keys":[{{Public(key)}}]}""")}},{{more}}}""";

    // The key without its private members; a shared secret stays what it is.
    private static string Public(string key)
    {
        var members = JsonSerializer.Deserialize<Dictionary<string, string>>(key)!;
        return JsonSerializer.Serialize(members.Where(member => member.Key is not ("d" or "p" or "q" or "dp" or "dq" or "qi")).ToDictionary());
    }

    private static string Sign(string algorithm, string key, string claims) =>
        Calls.Call("io.jwt.encode_sign", $$"""[{"alg":"{{algorithm}}"},{{claims}},{{key}}]""").AsString();

    private static string Verified(string token, string constraints) => JsonOut.Write(Calls.Call("io.jwt.decode_verify", $"[\"{token}\",{constraints}]"));

    private static string Encoded(string text) => Encoded(System.Text.Encoding.UTF8.GetBytes(text));

    private static string Encoded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Jwk(RSA rsa)
    {
        var p = rsa.ExportParameters(true);
        return JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["kty"] = "RSA",
            ["n"] = Encoded(p.Modulus!),
            ["e"] = Encoded(p.Exponent!),
            ["d"] = Encoded(p.D!),
            ["p"] = Encoded(p.P!),
            ["q"] = Encoded(p.Q!),
            ["dp"] = Encoded(p.DP!),
            ["dq"] = Encoded(p.DQ!),
            ["qi"] = Encoded(p.InverseQ!),
        });
    }

    private static string Jwk(ECDsa curve, string name)
    {
        var p = curve.ExportParameters(true);
        return JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["kty"] = "EC",
            ["crv"] = name,
            ["x"] = Encoded(p.Q.X!),
            ["y"] = Encoded(p.Q.Y!),
            ["d"] = Encoded(p.D!),
        });
    }
}
