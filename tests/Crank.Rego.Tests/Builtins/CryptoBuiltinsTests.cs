using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Crank.Rego.Tests.Builtins;

public sealed class CryptoBuiltinsTests
{
    [Theory]
    [InlineData("crypto.md5", """["abc"]""", "\"900150983cd24fb0d6963f7d28e17f72\"")]
    [InlineData("crypto.sha1", """["abc"]""", "\"a9993e364706816aba3e25717850c26c9cd0d89d\"")]
    [InlineData("crypto.sha256", """["abc"]""", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"")]
    [InlineData("crypto.hmac.sha256", """["what do ya want for nothing?", "Jefe"]""", "\"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\"")]
    [InlineData("crypto.hmac.md5", """["what do ya want for nothing?", "Jefe"]""", "\"750c783e6ab0b503eaa86e310a5db738\"")]
    [InlineData("crypto.hmac.equal", """["a", "a"]""", "true")]
    [InlineData("crypto.hmac.equal", """["a", "ab"]""", "false")]
    public void Digests(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Fact]
    public void A_chain_is_verified_from_its_root_to_its_leaf()
    {
        var (root, leaf) = Chain(DateTimeOffset.UnixEpoch.AddYears(40), DateTimeOffset.UnixEpoch.AddYears(80));
        var verified = Calls.Call("crypto.x509.parse_and_verify_certificates", JsonSerializer.Serialize(new[] { root + leaf })).AsArray();
        Assert.True(verified[0].IsTrue);
        Assert.Equal("leaf", verified[1].AsArray()[0].Get("Subject").Get("CommonName").AsString());
        Assert.Equal("\"leaf.example\"", verified[1].AsArray()[0].Get("DNSNames").AsArray()[0].ToString());
        Assert.Equal("[false,[]]", Calls.Json("crypto.x509.parse_and_verify_certificates", JsonSerializer.Serialize(new[] { leaf })));
        var (_, stranger) = Chain(DateTimeOffset.UnixEpoch.AddYears(40), DateTimeOffset.UnixEpoch.AddYears(80));
        Assert.Equal("[false,[]]", Calls.Json("crypto.x509.parse_and_verify_certificates", JsonSerializer.Serialize(new[] { root + stranger })));
    }

    [Fact]
    public void A_chain_that_is_over_does_not_verify_except_at_its_time()
    {
        var (root, leaf) = Chain(DateTimeOffset.UnixEpoch.AddYears(10), DateTimeOffset.UnixEpoch.AddYears(12));
        var chain = JsonSerializer.Serialize(root + leaf);
        Assert.Equal("[false,[]]", Calls.Json("crypto.x509.parse_and_verify_certificates", $"[{chain}]"));
        var then = DateTimeOffset.UnixEpoch.AddYears(11).ToUnixTimeSeconds() * 1_000_000_000;
        Assert.StartsWith("[true,", Calls.Json("crypto.x509.parse_and_verify_certificates_with_options", $$"""[{{chain}}, {"CurrentTime": {{then}}}]"""), StringComparison.Ordinal);
        Assert.Equal("[false,[]]", Calls.Json("crypto.x509.parse_and_verify_certificates_with_options", $$"""[{{chain}}, {"CurrentTime": {{then}}, "DNSName": "other.example"}]"""));
    }

    [Fact]
    public void What_is_no_certificate_is_an_error()
    {
        Assert.NotEmpty(Calls.Error("crypto.x509.parse_certificates", """["not a certificate"]"""));
        Assert.NotEmpty(Calls.Error("crypto.x509.parse_certificate_request", """["AAAA"]"""));
    }

    private static (string Root, string Leaf) Chain(DateTimeOffset from, DateTimeOffset until)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = rootRequest.CreateSelfSigned(from, until);
        var leafRequest = new CertificateRequest("CN=leaf", leafKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("leaf.example");
        leafRequest.CertificateExtensions.Add(names.Build());
        using var leaf = leafRequest.Create(root, from, until, [1, 2, 3]);
        return (root.ExportCertificatePem() + "\n", leaf.ExportCertificatePem() + "\n");
    }
}
