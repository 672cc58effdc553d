using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Crank.Trust.Canonical;
using NSec.Cryptography;

namespace Crank.Trust.Keys;

/// <summary>
/// A named Ed25519 public key. Prints and parses as the C2SP signed-note verifier key: <c>name+hash+base64</c>, hash in eight hex digits,
/// base64 of the algorithm byte 1 and the 32 key bytes.
/// </summary>
public sealed class VerificationKey : IEquatable<VerificationKey>
{
    /// <summary>Signature algorithm byte of Ed25519 in signed notes.</summary>
    internal const byte Ed25519 = 1;

    private readonly PublicKey _key;
    private readonly byte[] _bytes;

    private VerificationKey(string name, byte[] bytes, PublicKey key)
    {
        (Name, _bytes, _key) = (name, bytes, key);
        Hash = HashOf(name, bytes);
        Id = string.Create(CultureInfo.InvariantCulture, $"{Name}+{Hash:x8}");
    }

    /// <summary>Who holds the key; equals the origin of the log whose checkpoints it signs.</summary>
    public string Name { get; }

    /// <summary>The key hash of C2SP signed-note: the first four bytes, big-endian, of SHA-256 over name, line feed, algorithm byte and key.</summary>
    public uint Hash { get; }

    /// <summary><c>name+hash</c>: what an envelope names the key by.</summary>
    public string Id { get; }

    /// <summary>The 32 bytes of the key (RFC 8032 section 5.1.5).</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Takes a raw public key. False for a point that the verification rule never accepts, and for a bad name.</summary>
    public static bool TryCreate(string name, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        if (!KeyName.IsValid(name) || bytes.Length != Ed25519Rule.KeySize || !Ed25519Rule.IsAcceptablePoint(bytes)
            || !PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var imported))
        {
            return false;
        }

        key = new VerificationKey(name, bytes.ToArray(), imported!);
        return true;
    }

    /// <summary>Reads <c>name+hash+base64</c>; false when the text is malformed, its hash is wrong or its algorithm is not Ed25519.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VerificationKey? key)
    {
        key = null;
        if (text is null || text.Length > KeyName.MaxLength + 64)
        {
            return false;
        }

        // Base64 may hold a '+' of its own: the first two are the separators.
        var parts = text.Split('+', 3);
        return parts.Length == 3
            && parts[1].Length == 8
            && ExactBase64.TryDecode(parts[2], 1 + Ed25519Rule.KeySize, out var blob)
            && blob.Length == 1 + Ed25519Rule.KeySize
            && blob[0] == Ed25519
            && TryCreate(parts[0], blob.AsSpan(1), out key)
            && parts[1] == key.Hash.ToString("x8", CultureInfo.InvariantCulture);
    }

    /// <summary>True when <paramref name="signature"/> (64 bytes) is this key's over <paramref name="message"/>, by the one rule that this project uses.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519Rule.Verify(_key, message, signature);

    /// <inheritdoc/>
    public bool Equals(VerificationKey? other) => other is not null && Name == other.Name && Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerificationKey);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Hash >> 1);

    /// <summary><c>name+hash+base64</c>, for <see cref="TryParse"/>.</summary>
    public override string ToString() => $"{Id}+{Convert.ToBase64String([Ed25519, .. _bytes])}";

    private static uint HashOf(string name, ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', Ed25519, .. bytes]));
}
