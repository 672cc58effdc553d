using System.IO.Compression;
using System.Security.Cryptography;
using Crank.Trust.Jose;

namespace Crank.Trust.Tests.Jose;

public sealed class JweTests
{
    private static readonly JwePolicy Any = new(JwePolicy.KnownKeyAlgorithms, JwePolicy.KnownContentAlgorithms, Compressed: true);

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var algorithm in JwePolicy.KnownKeyAlgorithms)
        {
            foreach (var content in algorithm == "dir" ? JwePolicy.KnownContentAlgorithms : ["A128GCM"])
            {
                pairs.Add(algorithm, content);
            }
        }

        return pairs;
    }

    [Theory, MemberData(nameof(Pairs))]
    public void What_is_encrypted_decrypts_with_its_key_and_with_no_other(string algorithm, string content)
    {
        var (key, other) = (KeyFor(algorithm, content), KeyFor(algorithm, content, other: true));
        var text = JweEncryption.Compact("secret"u8, key, algorithm, content);
        Assert.True(Parsed(text).TryDecrypt(key, Any, out var plaintext, out _));
        Assert.Equal("secret"u8, plaintext);
        Assert.False(Parsed(text).TryDecrypt(other, Any, out _, out var why));
        Assert.Equal("it does not decrypt with this key", why);
    }

    [Fact]
    public void Any_changed_part_fails_and_tells_nothing_of_which()
    {
        var key = Jwk.Symmetric(RandomNumberGenerator.GetBytes(16));
        var parts = JweEncryption.Compact("a longer secret than one block"u8, key, "A128KW", "A128CBC-HS256").Split('.');
        for (var i = 1; i < parts.Length; i++)
        {
            var changed = parts.ToArray();
            changed[i] = (changed[i][0] == 'A' ? 'B' : 'A') + changed[i][1..];
            Assert.False(Parsed(string.Join('.', changed)).TryDecrypt(key, Any, out _, out var why));
            Assert.Equal("it does not decrypt with this key", why);
        }
    }

    [Fact]
    public void Algorithms_that_the_policy_does_not_name_are_not_tried()
    {
        var key = Forge.Rsa();
        var text = JweEncryption.Compact("x"u8, key, "RSA1_5", "A128GCM");
        Assert.False(Parsed(text).TryDecrypt(key, new JwePolicy(["RSA-OAEP"], ["A128GCM"]), out _, out _));
        Assert.False(Parsed(text).TryDecrypt(key, new JwePolicy(["RSA1_5"], ["A256GCM"]), out _, out _));
    }

    [Fact]
    public void A_password_may_not_ask_for_more_rounds_than_the_policy_allows()
    {
        var key = Jwk.Symmetric("correct horse"u8);
        var text = JweEncryption.Compact("x"u8, key, "PBES2-HS256+A128KW", "A128GCM");
        Assert.False(Parsed(text).TryDecrypt(key, Any with { MostRounds = JwePolicy.DefaultRounds - 1 }, out _, out _));
    }

    [Fact]
    public void Compressed_content_grows_to_a_limit_and_needs_a_policy_that_takes_it()
    {
        var key = Jwk.Symmetric(RandomNumberGenerator.GetBytes(16));
        Assert.True(Parsed(Compressed(key, 1000)).TryDecrypt(key, Any, out var plaintext, out _));
        Assert.Equal(1000, plaintext.Length);
        Assert.False(Parsed(Compressed(key, 1000)).TryDecrypt(key, Any with { Compressed = false }, out _, out _));
        Assert.False(Parsed(Compressed(key, JoseLimits.MaxInflated + 1)).TryDecrypt(key, Any, out _, out var why));
        Assert.Contains("grows beyond", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipient_whose_key_is_the_contents_is_the_only_one()
    {
        var key = Jwk.Symmetric(RandomNumberGenerator.GetBytes(16));
        var parts = JweEncryption.Compact("x"u8, key, "dir", "A128GCM").Split('.');
        string Json(int recipients) =>
            $$"""{"protected":"{{parts[0]}}","recipients":[{{string.Join(',', Enumerable.Repeat("{}", recipients))}}],"iv":"{{parts[2]}}","ciphertext":"{{parts[3]}}","tag":"{{parts[4]}}"}""";
        Assert.True(Parsed(Json(1)).TryDecrypt(key, Any, out _, out _));
        Assert.False(Parsed(Json(2)).TryDecrypt(key, Any, out _, out _));
    }

    [Theory]
    [InlineData("a.b.c.d"), InlineData("a.b.c.d.e.f"), InlineData("{}"), InlineData("""{"ciphertext":1}""")]
    [InlineData("""{"ciphertext":"AA","recipients":[]}""")]
    [InlineData("""{"ciphertext":"AA","recipients":[{}],"encrypted_key":"AA"}""")]
    [InlineData("""{"ciphertext":"AA","unprotected":{"alg":"dir"},"header":{"alg":"dir"}}""")]
    [InlineData("""{"ciphertext":"AA","unprotected":{"crit":["x"],"x":1}}""")]
    public void What_is_no_JWE_is_refused(string text) => Assert.False(Jwe.TryParse(text, out _, out _));

    [Fact]
    public void A_wrapped_key_is_that_of_the_standards_example()
    {
        // RFC 3394 section 4.1.
        var (wrapping, key) = (Convert.FromHexString("000102030405060708090A0B0C0D0E0F"), Convert.FromHexString("00112233445566778899AABBCCDDEEFF"));
        var wrapped = AesKeyWrap.Wrap(wrapping, key);
        Assert.Equal("1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5", Convert.ToHexString(wrapped));
        Assert.Equal(key, AesKeyWrap.Unwrap(wrapping, wrapped));
        wrapped[0] ^= 1;
        Assert.Null(AesKeyWrap.Unwrap(wrapping, wrapped));
    }

    [Fact]
    public void A_derived_key_is_that_of_the_standards_example()
    {
        // RFC 7518 appendix C.
        var alice = Forge.Parse("""{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps","d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"}""");
        var bob = Forge.Parse("""{"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}""");
        using var own = ECDiffieHellman.Create(alice.Elliptic(withPrivate: true));
        using var peer = ECDiffieHellman.Create(bob.Elliptic(withPrivate: false));
        var derived = ConcatKdf.Derive(own.DeriveRawSecretAgreement(peer.PublicKey), "A128GCM", "Alice"u8, "Bob"u8, 16);
        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", ExactBase64Url.Encode(derived));
    }

    private static string Compressed(Jwk key, int length)
    {
        using var buffer = new MemoryStream();
        using (var deflate = new DeflateStream(buffer, CompressionLevel.Fastest))
        {
            deflate.Write(new byte[length]);
        }

        var guarded = ExactBase64Url.Encode("""{"alg":"dir","enc":"A128GCM","zip":"DEF"}"""u8);
        var iv = RandomNumberGenerator.GetBytes(12);
        var (ciphertext, tag) = JweEncryption.Encrypt("A128GCM", key.Part("k").ToArray(), iv, buffer.ToArray(), guarded);
        return $"{guarded}..{ExactBase64Url.Encode(iv)}.{ExactBase64Url.Encode(ciphertext)}.{ExactBase64Url.Encode(tag)}";
    }

    private static Jwe Parsed(string text) => Jwe.TryParse(text, out var jwe, out var why) ? jwe : throw new InvalidDataException(why);

    private static Jwk KeyFor(string algorithm, string content, bool other = false)
    {
        if (algorithm.StartsWith("RSA", StringComparison.Ordinal))
        {
            return Forge.Rsa(other);
        }

        if (algorithm.StartsWith("ECDH", StringComparison.Ordinal))
        {
            using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);
            return Jwk.From(pair.ExportParameters(includePrivateParameters: true));
        }

        var bytes = algorithm == "dir" ? JweContent.Named(content)!.KeySize
            : algorithm.StartsWith("A192", StringComparison.Ordinal) ? 24
            : algorithm.StartsWith("A256", StringComparison.Ordinal) ? 32 : 16;
        return Jwk.Symmetric(RandomNumberGenerator.GetBytes(bytes));
    }
}
