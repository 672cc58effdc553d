using System.Security.Cryptography;
using Crank.Trust.Keys;

namespace Crank.Trust.Jose;

/// <summary>
/// The signature algorithms that are known here (RFC 7518 section 3, RFC 8037). <c>none</c> is not among them and has no code.
/// An algorithm fits one type of key, so that a public key can never be taken for a shared secret.
/// </summary>
internal sealed class JwsAlgorithm
{
    private readonly string _keyType;
    private readonly string? _curve;
    private readonly Func<Jwk, byte[], byte[]> _sign;
    private readonly Func<Jwk, byte[], byte[], bool> _verify;

    private JwsAlgorithm(string name, string keyType, string? curve, Func<Jwk, byte[], byte[]> sign, Func<Jwk, byte[], byte[], bool> verify) =>
        (Name, _keyType, _curve, _sign, _verify) = (name, keyType, curve, sign, verify);

    public static IReadOnlyList<JwsAlgorithm> All { get; } =
    [
        Mac("HS256", 32, HMACSHA256.HashData),
        Mac("HS384", 48, HMACSHA384.HashData),
        Mac("HS512", 64, HMACSHA512.HashData),
        RsaWith("RS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        RsaWith("RS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        RsaWith("RS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        RsaWith("PS256", HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        RsaWith("PS384", HashAlgorithmName.SHA384, RSASignaturePadding.Pss),
        RsaWith("PS512", HashAlgorithmName.SHA512, RSASignaturePadding.Pss),
        Elliptic("ES256", "P-256", HashAlgorithmName.SHA256),
        Elliptic("ES384", "P-384", HashAlgorithmName.SHA384),
        Elliptic("ES512", "P-521", HashAlgorithmName.SHA512),
        new("EdDSA", "OKP", "Ed25519", SignEdwards, VerifyEdwards),
    ];

    public string Name { get; }

    public static JwsAlgorithm? Named(string? name) => All.FirstOrDefault(a => a.Name == name);

    public bool Fits(Jwk key) => key.KeyType == _keyType && (_curve is null || key.Curve == _curve);

    public byte[] Sign(Jwk key, byte[] input) => _sign(key, input);

    public bool Verify(Jwk key, byte[] input, byte[] signature) => _verify(key, input, signature);

    private static JwsAlgorithm Mac(string name, int size, Func<byte[], byte[], byte[]> compute)
    {
        // RFC 7518 section 3.2: a key is at least as long as the hash.
        byte[] Compute(Jwk key, byte[] input) => key.Part("k").Length >= size
            ? compute(key.Part("k").ToArray(), input)
            : throw new CryptographicException($"{name} takes a secret of at least {size} bytes.");

        return new(name, "oct", null, Compute, (key, input, signature) => key.Part("k").Length >= size && CryptographicOperations.FixedTimeEquals(Compute(key, input), signature));
    }

    private static JwsAlgorithm RsaWith(string name, HashAlgorithmName hash, RSASignaturePadding padding) => new(
        name,
        "RSA",
        null,
        (key, input) =>
        {
            using var rsa = key.Rsa(withPrivate: true);
            return rsa.SignData(input, hash, padding);
        },
        (key, input, signature) =>
        {
            using var rsa = key.Rsa(withPrivate: false);
            return signature.Length == rsa.KeySize / 8 && rsa.VerifyData(input, signature, hash, padding);
        });

    private static JwsAlgorithm Elliptic(string name, string curve, HashAlgorithmName hash) => new(
        name,
        "EC",
        curve,
        (key, input) =>
        {
            using var ecdsa = ECDsa.Create(key.Elliptic(withPrivate: true));
            return ecdsa.SignData(input, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        },
        (key, input, signature) =>
        {
            using var ecdsa = ECDsa.Create(key.Elliptic(withPrivate: false));
            return signature.Length == 2 * JoseCurve.Named(curve)!.Size
                && ecdsa.VerifyData(input, signature, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        });

    private static byte[] SignEdwards(Jwk key, byte[] input)
    {
        using var pair = SigningKey.FromSeed("jwk", key.Part("d"));
        var signature = new byte[SigningKey.SignatureSize];
        pair.Sign(input, signature);
        return signature;
    }

    private static bool VerifyEdwards(Jwk key, byte[] input, byte[] signature) =>
        VerificationKey.TryCreate("jwk", key.Part("x"), out var publicKey) && publicKey.Verify(input, signature);
}
