using System.Security.Cryptography;
using Crank.Trust.Keys;

namespace Crank.Trust.Sealing;

/// <summary>Seals small secrets at rest: AES-256-GCM (NIST SP 800-38D) under a key that lies in a file of its owner alone.</summary>
/// <remarks>A sealed text is version 1, a nonce of 12 bytes, a tag of 16 bytes, then the bytes; what it belongs to is bound in, so that none can be put in another's place.</remarks>
public sealed class SealingKey
{
    private const byte Version = 1;
    private const int KeySize = 32;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Head = 1 + NonceSize + TagSize;

    private readonly byte[] _key;

    private SealingKey(byte[] key) => _key = key;

    /// <summary>Opens the key of a file, and makes both when there is none.</summary>
    /// <exception cref="KeyStoreException">The file is damaged, cannot be read, or is open to others.</exception>
    public static SealingKey OpenOrCreate(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                OwnerOnlyFile.Write(path, RandomNumberGenerator.GetBytes(KeySize));
            }

            var key = OwnerOnlyFile.Read(path, KeySize + 1);
            return key.Length == KeySize ? new(key) : throw new KeyStoreException($"The key {path} is damaged: it has {key.Length} bytes instead of {KeySize}. Restore it from a backup.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyStoreException($"The key {path} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Seals a secret for one place.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="place">What it belongs to; the same bytes are needed to open it.</param>
    public byte[] Seal(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> place)
    {
        var result = new byte[Head + secret.Length];
        result[0] = Version;
        RandomNumberGenerator.Fill(result.AsSpan(1, NonceSize));
        using var gcm = new AesGcm(_key, TagSize);
        gcm.Encrypt(result.AsSpan(1, NonceSize), secret, result.AsSpan(Head), result.AsSpan(1 + NonceSize, TagSize), place);
        return result;
    }

    /// <summary>Opens what was sealed for a place; null when it was sealed for another, under another key, or changed.</summary>
    public byte[]? Open(ReadOnlySpan<byte> seal, ReadOnlySpan<byte> place)
    {
        if (seal.Length < Head || seal[0] != Version)
        {
            return null;
        }

        var secret = new byte[seal.Length - Head];
        using var gcm = new AesGcm(_key, TagSize);
        try
        {
            gcm.Decrypt(seal.Slice(1, NonceSize), seal[Head..], seal.Slice(1 + NonceSize, TagSize), secret, place);
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
