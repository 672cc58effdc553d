using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Builtins.Keys;
using Crank.Rego.Bundles;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Bundles;

public sealed class SignatureTests
{
    private const string Secret = "a secret of this test";
    private static readonly SigningKey s_signer = new SigningKey.Secret(Encoding.UTF8.GetBytes(Secret));
    private static readonly BundleOptions s_options = new() { Keys = [new("shared", "HS256", Secret)] };
    private static readonly (string Name, string Text)[] s_files = [("app/policy.rego", Archives.Policy), ("data.json", Canonical(Archives.Data)), (".manifest", Canonical(Archives.Manifest))];

    public static TheoryData<string> Algorithms() => ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void A_bundle_signed_with_a_given_key_is_read_and_one_signed_with_another_is_refused(string algorithm)
    {
        var (signer, key) = Key(algorithm);
        var archive = Archives.Pack([.. s_files, Archives.Signature(signer, algorithm, s_files)]);
        Assert.Equal("k", Archives.Read(archive, new() { Keys = [key] }).SignedBy);
        Assert.Contains("the signature was not made with key", Archives.Refused(archive, new() { Keys = [Key(algorithm, 1).Key] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SHA-256", null)]
    [InlineData("SHA-384", null)]
    [InlineData("SHA-512", null)]
    [InlineData("SHA-1", "broken and refused")]
    [InlineData("MD5", "broken and refused")]
    [InlineData("SHA-224", "not supported")]
    [InlineData("", "not supported")]
    public void Files_are_hashed_with_SHA_2_alone(string hash, string? refused)
    {
        var archive = Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", s_files, hash: hash)]);
        if (refused is null)
        {
            Assert.Equal("shared", Archives.Read(archive, s_options).SignedBy);
        }
        else
        {
            Assert.Contains(refused, Archives.Refused(archive, s_options), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Json_and_yaml_are_hashed_by_value_and_everything_else_by_its_bytes()
    {
        (string, string)[] signed = [.. s_files, ("limits/more/data.yaml", """{"a":[1,"x"]}""")];
        var signature = Archives.Signature(s_signer, "HS256", signed);
        Archives.Read(Archives.Pack([s_files[0], ("data.json", Archives.Data.Replace("é", "\\u00e9", StringComparison.Ordinal)), (".manifest", $" {Archives.Manifest}"), ("limits/more/data.yaml", "a:\n- 1\n- x\n"), signature]), s_options);
        Assert.Contains("app/policy.rego is not what was signed", Archives.Refused(Archives.Pack([("app/policy.rego", $"{Archives.Policy} "), .. signed[1..], signature]), s_options), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_must_be_listed_and_every_listed_file_must_be_there()
    {
        var signature = Archives.Signature(s_signer, "HS256", s_files);
        Assert.Contains("note is not listed", Archives.Refused(Archives.Pack([.. s_files, signature, ("note", "")]), s_options), StringComparison.Ordinal);
        Assert.Contains("app/policy.rego is listed and missing", Archives.Refused(Archives.Pack([.. s_files[1..], signature]), s_options), StringComparison.Ordinal);
        Assert.Contains("data.json is not what was signed", Archives.Refused(Archives.Pack([s_files[0], ("data.json", "{}"), s_files[2], signature]), s_options), StringComparison.Ordinal);
        Assert.Contains("is listed twice", Archives.Refused(Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", [.. s_files, ("/data.json", "{}")])]), s_options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_is_needed_with_keys_and_refused_without()
    {
        Assert.Contains("is not signed", Archives.Refused(Archives.Pack(s_files), s_options), StringComparison.Ordinal);
        Assert.Contains("no key is given", Archives.Refused(Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", s_files)])), StringComparison.Ordinal);
        Assert.Contains("no key is given", Archives.Refused(Archives.Pack(s_files), new() { KeyId = "shared" }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_configured_key_wins_over_what_the_token_says()
    {
        BundleKey[] keys = [new("shared", "HS256", Secret), new("other", "HS256", "another secret")];
        foreach (var archive in (byte[][])[
            Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", s_files, more: ",\"keyid\":\"shared\"")]),
            Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", s_files, header: ",\"kid\":\"shared\"", more: ",\"keyid\":\"other\"")])])
        {
            Assert.Equal("shared", Archives.Read(archive, new() { Keys = keys }).SignedBy);
            Assert.Contains("was not made with key other", Archives.Refused(archive, new() { Keys = keys, KeyId = "other" }), StringComparison.Ordinal);
            Assert.Contains("exactly one key 'none'", Archives.Refused(archive, new() { Keys = keys, KeyId = "none" }), StringComparison.Ordinal);
        }

        Assert.Contains("it names no key", Archives.Refused(Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", s_files)]), new() { Keys = keys }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_scope_must_be_the_configured_one()
    {
        var scoped = Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", s_files, more: ",\"scope\":\"write\"")]);
        Archives.Read(scoped, s_options with { Scope = "write" });
        Assert.Contains("scope", Archives.Refused(scoped, s_options with { Scope = "read" }), StringComparison.Ordinal);
        Assert.Contains("scope", Archives.Refused(scoped, s_options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_used_with_its_own_algorithm_alone()
    {
        var (_, rsa) = Key("RS256");
        var confused = new SigningKey.Secret(Encoding.UTF8.GetBytes(rsa.Text));
        Assert.Contains("algorithm is not that of key", Archives.Refused(Archives.Pack([.. s_files, Archives.Signature(confused, "HS256", s_files)]), new() { Keys = [rsa] }), StringComparison.Ordinal);
        Assert.Contains("HS, RS, PS or ES", Archives.Refused(Archives.Pack([.. s_files, WithHeader("""{"alg":"none"}""")]), new() { Keys = [new("k", "none", "x")] }), StringComparison.Ordinal);
        Assert.Contains("crit", Archives.Refused(Archives.Pack([.. s_files, Archives.Signature(s_signer, "HS256", s_files, header: ",\"crit\":[\"b64\"]")]), s_options), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Archives.Refused(Archives.Pack([.. s_files, WithHeader("""{"alg":"RS256"}""")]), new() { Keys = [new("k", "RS256", "no key")] }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"signatures": []}""", "exactly one token")]
    [InlineData("""{"signatures": ["a.b.c", "a.b.c"]}""", "exactly one token")]
    [InlineData("""{"signatures": ["a.b"]}""", "three parts")]
    [InlineData("""{"signatures": ["?.b.c"]}""", "base64url")]
    [InlineData("""{"signatures": ["e30.bm8.c"]}""", "no JSON")]
    [InlineData("""{"signatures": ["e30.W10.c"]}""", "no object")]
    [InlineData("""{"signatures": ["e30.e30.e30"], "plugin": "mine"}""", "plugins are not supported")]
    [InlineData("[]", "must be an object")]
    [InlineData("{", ".signatures.json")]
    public void A_signature_file_of_another_shape_is_refused(string text, string why) =>
        Assert.Contains(why, Archives.Refused(Archives.Pack([.. s_files, (".signatures.json", text)]), s_options), StringComparison.Ordinal);

    [Fact]
    public void A_key_does_not_show_itself() => Assert.Equal("shared (HS256)", s_options.Keys[0].ToString());

    private static (string Name, string Text) WithHeader(string header) =>
        (".signatures.json", $$"""{"signatures":["{{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}}.e30.e30"]}""");

    private static string Canonical(string json) => JsonOut.Write(JsonIn.Read(json));

    private static (SigningKey Signer, BundleKey Key) Key(string algorithm, int another = 0)
    {
        switch (algorithm[0])
        {
            case 'H':
                return (new SigningKey.Secret([(byte)('a' + another)]), new("k", algorithm, $"{(char)('a' + another)}"));
            case 'E':
                using (var curve = ECDsa.Create(algorithm switch { "ES256" => ECCurve.NamedCurves.nistP256, "ES384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 }))
                {
                    return (new SigningKey.Ecdsa(curve.ExportParameters(true)), new("k", algorithm, curve.ExportSubjectPublicKeyInfoPem()));
                }

            default:
                using (var rsa = RSA.Create(2048))
                {
                    return (new SigningKey.Rsa(rsa.ExportParameters(true)), new("k", algorithm, rsa.ExportSubjectPublicKeyInfoPem()));
                }
        }
    }
}
