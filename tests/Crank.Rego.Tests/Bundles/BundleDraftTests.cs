using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Crank.Rego.Bundles;
using Crank.Rego.Values;
using CsCheck;

namespace Crank.Rego.Tests.Bundles;

public sealed class BundleDraftTests
{
    private const string Secret = "a secret of this test";

    [Fact]
    public void What_is_packed_is_read_again_whatever_it_is_called()
    {
        string[] parts = ["a", "b.c", "é", "x y", new('l', 60), new('m', 120)];
        Gen.Select(Gen.OneOf([.. parts.Select(Gen.Const)]).Array[0, 4], Gen.Byte.Array[0, 1_500]).Array[0, 6].Sample(files =>
        {
            var (draft, wanted) = (new BundleDraft(), new SortedDictionary<string, byte[]>(StringComparer.Ordinal));
            foreach (var (folders, bytes) in files)
            {
                var path = string.Join('/', [.. folders, $"{wanted.Count}.bin"]);
                wanted[path] = bytes;
                draft.Add(path, bytes);
            }

            var packed = draft.Pack();
            var again = BundleDraft.Read(new MemoryStream(packed));
            Assert.Equal(wanted.Keys, again.Paths);
            Assert.Equal(packed, again.Pack());
            Assert.Equal(wanted, Others(packed));
        }, iter: 100);
    }

    [Fact]
    public void Bundles_of_the_same_files_are_the_same_bytes_in_whatever_order_they_came()
    {
        var (one, other) = (Draft(), new BundleDraft());
        other.Describe("r1", ["app", "limits"]);
        other.Add("./data.json", Encoding.UTF8.GetBytes(Archives.Data));
        other.Add("/app/policy.rego", Encoding.UTF8.GetBytes(Archives.Policy));
        Assert.Equal(one.Pack(), other.Pack());
    }

    [Theory]
    [InlineData("HS256"), InlineData("HS512"), InlineData("RS256"), InlineData("PS384"), InlineData("ES256"), InlineData("ES384"), InlineData("ES512")]
    public void A_bundle_that_was_signed_is_accepted_and_any_change_to_it_is_refused(string algorithm)
    {
        var (key, verifier) = Keys(algorithm);
        var draft = Draft();
        draft.Sign(new(algorithm, key) { KeyId = "k", Scope = "write", Claims = JsonIn.Read("""{"iss": "tests", "scope": "read"}""").AsObject() });
        var options = new BundleOptions { Keys = [new("k", algorithm, verifier)], Scope = "write" };
        Assert.Equal("k", Archives.Read(draft.Pack(), options).SignedBy);
        Assert.Equal(new(algorithm, "k", "write", 3), draft.Summarize().Signature);
        foreach (var path in (string[])["app/policy.rego", "data.json", ".manifest"])
        {
            var changed = BundleDraft.Read(new MemoryStream(draft.Pack()));
            changed.Remove(path);
            changed.Add(path, path == "app/policy.rego" ? "package app"u8.ToArray() : """{"revision": "other", "roots": ["app", "limits"]}"""u8.ToArray());
            Assert.Contains($"{path} is not what was signed", Archives.Refused(changed.Pack(), options), StringComparison.Ordinal);
        }

        draft.Add("more.rego", "package app"u8.ToArray());
        Assert.Contains("more.rego is not listed", Archives.Refused(draft.Pack(), options), StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_keeps_what_it_says_beside_revision_and_roots()
    {
        var draft = new BundleDraft();
        draft.Add(".manifest", """{"revision": "old", "roots": ["a"], "metadata": {"team": "x"}}"""u8.ToArray());
        draft.Describe("new", null);
        Assert.Equal("""{"metadata":{"team":"x"},"revision":"new","roots":["a"]}""", JsonOut.Write(draft.Summarize().Manifest));
        draft.Remove(".manifest");
        draft.Describe(null, null);
        Assert.Equal("""{"rego_version":1,"revision":"","roots":[""]}""", JsonOut.Write(draft.Summarize().Manifest));
    }

    [Theory]
    [InlineData("EdDSA", "x", "is no algorithm for bundles")]
    [InlineData("HS256", "", "is empty")]
    [InlineData("RS256", "x", "holds no private key")]
    [InlineData("RS256", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "A private key is needed")]
    [InlineData("RS256", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "cannot be read")]
    [InlineData("ES256", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "is encrypted")]
    public void A_key_that_does_not_fit_is_said_without_showing_it(string algorithm, string key, string message) =>
        Assert.Contains(message, Assert.Throws<BundleException>(() => Draft().Sign(new(algorithm, key))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_algorithm_goes_with_the_kind_of_key()
    {
        Assert.Equal(["RS256", "ES256", "ES384", "ES512"], ((string[])["RS256", "ES256", "ES384", "ES512"]).Select(a => BundleSigner.AlgorithmFor(Keys(a).Private)));
        Assert.Contains("is none for RS256", Assert.Throws<BundleException>(() => Draft().Sign(new("RS256", Keys("ES256").Private))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, new BundleSigner("HS256", Secret).ToString(), StringComparison.Ordinal);
    }

    private static BundleDraft Draft()
    {
        var draft = new BundleDraft();
        draft.Add("app/policy.rego", Encoding.UTF8.GetBytes(Archives.Policy));
        draft.Add("data.json", Encoding.UTF8.GetBytes(Archives.Data));
        draft.Describe("r1", ["app", "limits"]);
        return draft;
    }

    private static (string Private, string Public) Keys(string algorithm)
    {
        if (algorithm[0] == 'H')
        {
            return (Secret, Secret);
        }

        if (algorithm[0] == 'E')
        {
            using var ecdsa = ECDsa.Create(algorithm switch { "ES256" => ECCurve.NamedCurves.nistP256, "ES384" => ECCurve.NamedCurves.nistP384, _ => ECCurve.NamedCurves.nistP521 });
            return (ecdsa.ExportECPrivateKeyPem(), ecdsa.ExportSubjectPublicKeyInfoPem());
        }

        using var rsa = RSA.Create(2048);
        return (rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportSubjectPublicKeyInfoPem());
    }

    // Read by someone else.
    private static SortedDictionary<string, byte[]> Others(byte[] packed)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        using var reader = new TarReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress));
        while (reader.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files.Add(entry.Name, content.ToArray());
        }

        return files;
    }
}
