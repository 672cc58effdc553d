using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Crank.Trust.Jose;

/// <summary>The content encryption of JWE (RFC 7518 section 5): AES-CBC with HMAC, and AES-GCM.</summary>
internal sealed class JweContent
{
    private readonly bool _isGcm;
    private readonly Func<byte[], byte[], byte[]>? _mac;

    private JweContent(string name, int keySize, Func<byte[], byte[], byte[]>? mac) => (Name, KeySize, _mac, _isGcm) = (name, keySize, mac, mac is null);

    public static IReadOnlyList<JweContent> All { get; } =
    [
        new("A128CBC-HS256", 32, HMACSHA256.HashData),
        new("A192CBC-HS384", 48, HMACSHA384.HashData),
        new("A256CBC-HS512", 64, HMACSHA512.HashData),
        new("A128GCM", 16, null),
        new("A192GCM", 24, null),
        new("A256GCM", 32, null),
    ];

    public string Name { get; }

    /// <summary>Bytes of the key.</summary>
    public int KeySize { get; }

    /// <summary>Bytes of the initialization vector.</summary>
    public int IvSize => _isGcm ? 12 : 16;

    /// <summary>Bytes of the tag.</summary>
    public int TagSize => _isGcm ? 16 : KeySize / 2;

    public static JweContent? Named(string? name) => All.FirstOrDefault(c => c.Name == name);

    public (byte[] Ciphertext, byte[] Tag) Encrypt(byte[] key, byte[] iv, byte[] plaintext, byte[] aad)
    {
        if (_isGcm)
        {
            var (hidden, tag) = (new byte[plaintext.Length], new byte[TagSize]);
            using var gcm = new AesGcm(key, TagSize);
            gcm.Encrypt(iv, plaintext, hidden, tag, aad);
            return (hidden, tag);
        }

        using var aes = Aes.Create();
        aes.Key = key[(KeySize / 2)..];
        var ciphertext = aes.EncryptCbc(plaintext, iv);
        return (ciphertext, Tag(key, iv, ciphertext, aad));
    }

    /// <returns>Null when the tag does not belong to all of it; nothing was decrypted then.</returns>
    public byte[]? Decrypt(byte[] key, byte[] iv, byte[] ciphertext, byte[] tag, byte[] aad)
    {
        if (key.Length != KeySize || iv.Length != IvSize || tag.Length != TagSize)
        {
            return null;
        }

        try
        {
            if (_isGcm)
            {
                var plaintext = new byte[ciphertext.Length];
                using var gcm = new AesGcm(key, TagSize);
                gcm.Decrypt(iv, ciphertext, tag, plaintext, aad);
                return plaintext;
            }

            if (!CryptographicOperations.FixedTimeEquals(Tag(key, iv, ciphertext, aad), tag))
            {
                return null;
            }

            using var aes = Aes.Create();
            aes.Key = key[(KeySize / 2)..];
            return aes.DecryptCbc(ciphertext, iv);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private byte[] Tag(byte[] key, byte[] iv, byte[] ciphertext, byte[] aad)
    {
        var bits = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bits, aad.Length * 8L);
        return _mac!(key[..(KeySize / 2)], [.. aad, .. iv, .. ciphertext, .. bits])[..TagSize];
    }
}
