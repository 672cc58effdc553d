using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins.Keys;

/// <summary>Keys out of PEM (certificates, SPKI, PKCS #1, PKCS #8, SEC 1) and JSON Web Keys (RFC 7517).</summary>
internal static class KeyReader
{
    private const int MaxKeys = 1_000;
    private const string Ed25519Oid = "1.3.101.112";

    /// <summary>The public keys of one PEM block, or of a JSON Web Key or set of them. Keys for algorithms that tokens do not use are left out.</summary>
    public static List<SigningKey> PublicKeys(string text)
    {
        foreach (var (label, bytes, rest) in Pem.Read(text))
        {
            if (rest.Length > 0)
            {
                throw new BuiltinException("extra data after a PEM certificate block");
            }

            return label switch
            {
                "CERTIFICATE" => [Checked(() => OfCertificate(bytes), "failed to parse a PEM certificate")],
                "PUBLIC KEY" => [Checked(() => OfSubjectPublicKeyInfo(bytes), "failed to parse a PEM public key")],
                _ => throw new BuiltinException("failed to extract a Key from the PEM certificate"),
            };
        }

        try
        {
            return [.. JsonWebKeys(JsonIn.Read(text)).Where(static key => key.Algorithm.Length == 0 || IsTokenAlgorithm(key.Algorithm))];
        }
        catch (Exception broken) when (broken is ValueFormatException or BuiltinException or CryptographicException or FormatException)
        {
            throw new BuiltinException($"failed to parse a JWK key (set): {broken.Message}");
        }
    }

    /// <summary>Whether tokens may be signed with this algorithm.</summary>
    public static bool IsTokenAlgorithm(string name) => name is
        "RS256" or "RS384" or "RS512" or "PS256" or "PS384" or "PS512" or "ES256" or "ES384" or "ES512" or "HS256" or "HS384" or "HS512" or "EdDSA";

    /// <summary>The keys of a JSON Web Key or set.</summary>
    public static List<SigningKey> JsonWebKeys(in Value value)
    {
        if (value.Kind != ValueKind.Object)
        {
            throw new BuiltinException("a JWK is a JSON object");
        }

        if (value.AsObject().Get("keys") is not { Kind: ValueKind.Array } set)
        {
            return [JsonWebKey(value.AsObject())];
        }

        if (set.AsArray().Count > MaxKeys)
        {
            throw new LimitException($"a key set has more than {MaxKeys} keys");
        }

        return [.. set.AsArray().Select(static key => key.Kind == ValueKind.Object ? JsonWebKey(key.AsObject()) : throw new BuiltinException("a JWK is a JSON object"))];
    }

    /// <summary>The private keys of a PEM text; null where a block holds none that is known.</summary>
    public static SigningKey? PrivateKey(string label, byte[] bytes)
    {
        switch (label)
        {
            case "RSA PRIVATE KEY":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportRSAPrivateKey(bytes, out _);
                    return new SigningKey.Rsa(rsa.ExportParameters(true));
                }

            case "EC PRIVATE KEY":
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportECPrivateKey(bytes, out _);
                    return new SigningKey.Ecdsa(ecdsa.ExportParameters(true));
                }

            case "PRIVATE KEY":
                return OfPkcs8(bytes);
            default:
                return null;
        }
    }

    /// <summary>The key of a certificate.</summary>
    public static SigningKey OfCertificate(byte[] bytes)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(bytes);
        return OfSubjectPublicKeyInfo(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The key of a SubjectPublicKeyInfo (RFC 5280).</summary>
    public static SigningKey OfSubjectPublicKeyInfo(byte[] bytes)
    {
        var sequence = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
        var algorithm = sequence.ReadSequence().ReadObjectIdentifier();
        switch (algorithm)
        {
            case "1.2.840.113549.1.1.1" or "1.2.840.113549.1.1.10":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportSubjectPublicKeyInfo(bytes, out _);
                    return new SigningKey.Rsa(rsa.ExportParameters(false));
                }

            case "1.2.840.10045.2.1":
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportSubjectPublicKeyInfo(bytes, out _);
                    return new SigningKey.Ecdsa(ecdsa.ExportParameters(false));
                }

            case Ed25519Oid:
                return new SigningKey.Ed25519(sequence.ReadBitString(out _));
            default:
                throw new CryptographicException($"public keys of algorithm {algorithm} are not supported");
        }
    }

    private static SigningKey OfPkcs8(byte[] bytes)
    {
        var sequence = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
        sequence.ReadInteger();
        var algorithm = sequence.ReadSequence().ReadObjectIdentifier();
        switch (algorithm)
        {
            case "1.2.840.113549.1.1.1":
                using (var rsa = RSA.Create())
                {
                    rsa.ImportPkcs8PrivateKey(bytes, out _);
                    return new SigningKey.Rsa(rsa.ExportParameters(true));
                }

            case "1.2.840.10045.2.1":
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportPkcs8PrivateKey(bytes, out _);
                    return new SigningKey.Ecdsa(ecdsa.ExportParameters(true));
                }

            case Ed25519Oid:
                var seed = new AsnReader(sequence.ReadOctetString(), AsnEncodingRules.DER).ReadOctetString();
                using (var key = NSec.Cryptography.Key.Import(NSec.Cryptography.SignatureAlgorithm.Ed25519, seed, NSec.Cryptography.KeyBlobFormat.RawPrivateKey))
                {
                    return new SigningKey.Ed25519(key.PublicKey.Export(NSec.Cryptography.KeyBlobFormat.RawPublicKey), seed);
                }

            default:
                throw new CryptographicException($"private keys of algorithm {algorithm} are not supported");
        }
    }

    private static SigningKey JsonWebKey(ObjectValue key)
    {
        var id = key.Get("kid").TryGetString(out var kid) ? kid : "";
        var algorithm = key.Get("alg").TryGetString(out var alg) ? alg : "";
        switch (key.Get("kty").TryGetString(out var type) ? type : "")
        {
            case "oct":
                return new SigningKey.Secret(Number(key, "k") ?? throw Missing("k")) { Id = id, Algorithm = algorithm };
            case "RSA":
                return new SigningKey.Rsa(Rsa(key)) { Id = id, Algorithm = algorithm };
            case "EC":
                var (curve, size) = (key.Get("crv").TryGetString(out var name) ? name : "") switch
                {
                    "P-256" => (ECCurve.NamedCurves.nistP256, 32),
                    "P-384" => (ECCurve.NamedCurves.nistP384, 48),
                    "P-521" => (ECCurve.NamedCurves.nistP521, 66),
                    var other => throw new BuiltinException($"curve {other} is not supported"),
                };
                return new SigningKey.Ecdsa(new ECParameters
                {
                    Curve = curve,
                    Q = new() { X = Sized(Number(key, "x"), size) ?? throw Missing("x"), Y = Sized(Number(key, "y"), size) ?? throw Missing("y") },
                    D = Sized(Number(key, "d"), size),
                })
                { Id = id, Algorithm = algorithm };
            case "OKP":
                return key.Get("crv").Equals("Ed25519")
                    ? new SigningKey.Ed25519(Number(key, "x") ?? throw Missing("x"), Number(key, "d")) { Id = id, Algorithm = algorithm }
                    : throw new BuiltinException("only the curve Ed25519 is supported of OKP keys");
            default:
                throw new BuiltinException(type is null ? "a JWK needs a kty" : $"JWKs of type {type} are not supported");
        }
    }

    private static RSAParameters Rsa(ObjectValue key)
    {
        var modulus = Number(key, "n") ?? throw Missing("n");
        var exponent = Number(key, "e") ?? throw Missing("e");
        if (Number(key, "d") is not { } d)
        {
            return new() { Modulus = modulus, Exponent = exponent };
        }

        var half = (modulus.Length + 1) / 2;
        var p = new BigInteger(Number(key, "p") ?? throw Missing("p"), isUnsigned: true, isBigEndian: true);
        var q = new BigInteger(Number(key, "q") ?? throw Missing("q"), isUnsigned: true, isBigEndian: true);
        var secret = new BigInteger(d, isUnsigned: true, isBigEndian: true);
        return new()
        {
            Modulus = modulus,
            Exponent = exponent,
            D = Sized(d, modulus.Length),
            P = Sized(p, half),
            Q = Sized(q, half),
            DP = Sized(secret % (p - 1), half),
            DQ = Sized(secret % (q - 1), half),
            InverseQ = Sized(BigInteger.ModPow(q, p - 2, p), half),
        };
    }

    private static byte[]? Number(ObjectValue key, string name) => key.Get(name).TryGetString(out var text) ? EncodingBuiltins.FromBase64Url(text) : null;

    private static byte[] Sized(BigInteger number, int size) => Sized(number.ToByteArray(isUnsigned: true, isBigEndian: true), size)!;

    private static byte[]? Sized(byte[]? number, int size)
    {
        if (number is null)
        {
            return null;
        }

        var digits = number.AsSpan().TrimStart((byte)0);
        var sized = new byte[Math.Max(size, digits.Length)];
        digits.CopyTo(sized.AsSpan(sized.Length - digits.Length));
        return sized;
    }

    private static BuiltinException Missing(string name) => new($"the JWK needs {name}");

    private static SigningKey Checked(Func<SigningKey> read, string what)
    {
        try
        {
            return read();
        }
        catch (Exception broken) when (broken is CryptographicException or AsnContentException)
        {
            throw new BuiltinException($"{what}: {broken.Message}");
        }
    }
}
