using System.Security.Cryptography;
using NSec.Cryptography;

namespace Crank.Trust.Keys;

/// <summary>
/// A named Ed25519 private key. It signs and nothing else: it has no text, no export, and its bytes live in memory that is locked and wiped by <see cref="Dispose"/>.
/// Signing is safe from many threads at once.
/// </summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Bytes of a signature.</summary>
    public const int SignatureSize = Ed25519Rule.SignatureSize;

    internal const int SeedSize = 32;

    private readonly Key _key;

    private SigningKey(Key key, VerificationKey publicKey) => (_key, Public) = (key, publicKey);

    /// <summary>The public half.</summary>
    public VerificationKey Public { get; }

    /// <summary>Makes a key from the system's random source, in memory only. <see cref="KeyRing"/> makes keys that last.</summary>
    public static SigningKey Generate(string name)
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            RandomNumberGenerator.Fill(seed);
            return FromSeed(name, seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The key of a seed of 32 bytes (RFC 8032 section 5.1.5): equal seeds give equal keys, so that a simulated mesh replays.</summary>
    /// <exception cref="ArgumentException">The name is not valid (<see cref="KeyName"/>) or the seed has another length.</exception>
    public static SigningKey FromSeed(string name, ReadOnlySpan<byte> seed)
    {
        KeyName.Checked(name);
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException($"A seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        }

        var key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey);
        return VerificationKey.TryCreate(name, key.PublicKey.Export(KeyBlobFormat.RawPublicKey), out var publicKey)
            ? new SigningKey(key, publicKey)
            : throw new CryptographicException("The seed gives a public key that no verifier accepts; take another.");
    }

    /// <summary>Writes the signature over <paramref name="message"/> into <paramref name="signature"/>, exactly <see cref="SignatureSize"/> bytes.</summary>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature) => SignatureAlgorithm.Ed25519.Sign(_key, message, signature);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <summary>The public key's id. The private key has no text.</summary>
    public override string ToString() => $"signing key {Public.Id}";
}
