using System.Security.Cryptography;
using NSec.Cryptography;

namespace Crank.Rego.Builtins.Keys;

/// <summary>A key for signatures of JSON Web Tokens (RFC 7518, RFC 8037): which algorithms it can serve, and how.</summary>
internal abstract class SigningKey
{
    private SigningKey()
    {
    }

    /// <summary>Key id and algorithm as a JSON Web Key says them; empty when it does not.</summary>
    public string Id { get; init; } = "";

    public string Algorithm { get; init; } = "";

    /// <summary>Whether the signature is right. False also when the algorithm is none for this key.</summary>
    public abstract bool Verify(string algorithm, byte[] data, byte[] signature);

    /// <summary>Signs.</summary>
    /// <exception cref="BuiltinException">The algorithm is none for this key, or the key has no private part.</exception>
    public abstract byte[] Sign(string algorithm, byte[] data);

    private static HashAlgorithmName? HashOf(string algorithm) => algorithm.Length == 5 ? algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        "512" => HashAlgorithmName.SHA512,
        _ => null,
    }
    : null;

    private static BuiltinException Unfit(string algorithm, string kind) => new($"key of type {kind} cannot sign with {algorithm}");

    /// <summary>A shared secret: HS256, HS384, HS512.</summary>
    public sealed class Secret(byte[] bytes) : SigningKey
    {
        public override bool Verify(string algorithm, byte[] data, byte[] signature) =>
            Mac(algorithm, data) is { } mac && CryptographicOperations.FixedTimeEquals(mac, signature);

        public override byte[] Sign(string algorithm, byte[] data) => Mac(algorithm, data) ?? throw Unfit(algorithm, "oct");

        private byte[]? Mac(string algorithm, byte[] data) => algorithm switch
        {
            "HS256" => HMACSHA256.HashData(bytes, data),
            "HS384" => HMACSHA384.HashData(bytes, data),
            "HS512" => HMACSHA512.HashData(bytes, data),
            _ => null,
        };
    }

    /// <summary>An RSA key: RS and PS with SHA-2.</summary>
    public sealed class Rsa(RSAParameters parameters) : SigningKey
    {
        public RSAParameters Parameters => parameters;

        public override bool Verify(string algorithm, byte[] data, byte[] signature)
        {
            if (Padding(algorithm) is not { } padding || HashOf(algorithm) is not { } hash)
            {
                return false;
            }

            using var rsa = RSA.Create(parameters);
            return rsa.VerifyData(data, signature, hash, padding);
        }

        public override byte[] Sign(string algorithm, byte[] data)
        {
            if (Padding(algorithm) is not { } padding || HashOf(algorithm) is not { } hash || parameters.D is null)
            {
                throw Unfit(algorithm, "RSA");
            }

            using var rsa = RSA.Create(parameters);
            return rsa.SignData(data, hash, padding);
        }

        private static RSASignaturePadding? Padding(string algorithm) =>
            algorithm.StartsWith("RS", StringComparison.Ordinal) ? RSASignaturePadding.Pkcs1 : algorithm.StartsWith("PS", StringComparison.Ordinal) ? RSASignaturePadding.Pss : null;
    }

    /// <summary>A key on a NIST curve: ES256, ES384, ES512. Verification hashes as the algorithm says, whatever the curve.</summary>
    public sealed class Ecdsa(ECParameters parameters) : SigningKey
    {
        public ECParameters Parameters => parameters;

        public override bool Verify(string algorithm, byte[] data, byte[] signature)
        {
            if (!algorithm.StartsWith("ES", StringComparison.Ordinal) || HashOf(algorithm) is not { } hash || signature.Length == 0)
            {
                return false;
            }

            // The halves may be longer or shorter than the curve's numbers, as long as their values fit.
            var size = parameters.Q.X!.Length;
            var fixedSize = new byte[2 * size];
            var half = signature.Length / 2;
            if (!Fit(signature.AsSpan(0, half), fixedSize.AsSpan(0, size)) || !Fit(signature.AsSpan(half), fixedSize.AsSpan(size)))
            {
                return false;
            }

            using var ecdsa = ECDsa.Create(parameters);
            return ecdsa.VerifyData(data, fixedSize, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        public override byte[] Sign(string algorithm, byte[] data)
        {
            if (!algorithm.StartsWith("ES", StringComparison.Ordinal) || HashOf(algorithm) is not { } hash || parameters.D is null)
            {
                throw Unfit(algorithm, "EC");
            }

            using var ecdsa = ECDsa.Create(parameters);
            return ecdsa.SignData(data, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }

        private static bool Fit(ReadOnlySpan<byte> number, Span<byte> room)
        {
            number = number.TrimStart((byte)0);
            if (number.Length > room.Length)
            {
                return false;
            }

            number.CopyTo(room[(room.Length - number.Length)..]);
            return true;
        }
    }

    /// <summary>An Ed25519 key: EdDSA.</summary>
    public sealed class Ed25519(byte[] publicKey, byte[]? seed = null) : SigningKey
    {
        public byte[] PublicKey => publicKey;

        public byte[]? Seed => seed;

        public override bool Verify(string algorithm, byte[] data, byte[] signature) =>
            algorithm == "EdDSA"
            && NSec.Cryptography.PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
            && SignatureAlgorithm.Ed25519.Verify(key!, data, signature);

        public override byte[] Sign(string algorithm, byte[] data)
        {
            if (algorithm != "EdDSA" || seed is null)
            {
                throw Unfit(algorithm, "OKP");
            }

            using var key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
            return SignatureAlgorithm.Ed25519.Sign(key, data);
        }
    }
}
