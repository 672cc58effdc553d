using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Crank.Core;

namespace Crank.Trust.ApiKeys;

/// <summary>
/// An API key as its holder writes it: <c>crank_</c>, the key's id (26 characters), <c>_</c>, the secret (43 characters, 256 bits) and a checksum (5
/// characters). The checksum finds a mistyped or cut key without a look into any store, and lets scanners of source code be sure of a find.
/// Printing one shows its id alone.
/// </summary>
public sealed class ApiKey
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretSize = 32;

    private const string Prefix = "crank_";
    private const int IdLength = 26;
    private const int SecretLength = 43;
    private const int ChecksumLength = 5;
    private const int TextLength = 6 + IdLength + 1 + SecretLength + ChecksumLength;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private readonly byte[] _secret;

    private ApiKey(SortableId id, byte[] secret) => (Id, _secret) = (id, secret);

    /// <summary>Which key it is; no secret.</summary>
    public SortableId Id { get; }

    /// <summary>Makes a key.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="secret"><see cref="SecretSize"/> bytes that nobody can guess.</param>
    public static ApiKey Create(SortableId id, ReadOnlySpan<byte> secret) => secret.Length == SecretSize
        ? new(id, secret.ToArray())
        : throw new ArgumentException($"A secret has {SecretSize} bytes, not {secret.Length}.", nameof(secret));

    /// <summary>True when a text begins as an API key does, so that it is worth parsing as one.</summary>
    public static bool LooksLike(ReadOnlySpan<char> text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a key as its holder writes it; false for any other length, letter or checksum.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ApiKey? key)
    {
        key = null;
        if (text is not { Length: TextLength } || !LooksLike(text) || text[Prefix.Length + IdLength] != '_'
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Checksum(text[..^ChecksumLength])), Encoding.UTF8.GetBytes(text[^ChecksumLength..])))
        {
            return false;
        }

        var id = text.Substring(Prefix.Length, IdLength);
        if (!SortableId.TryParse(id.ToUpperInvariant(), null, out var parsed) || id != Lower(parsed)
            || Number(text.Substring(Prefix.Length + IdLength + 1, SecretLength)) is not { } number || number.GetByteCount(isUnsigned: true) > SecretSize)
        {
            return false;
        }

        var secret = new byte[SecretSize];
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(secret.AsSpan(SecretSize - bytes.Length));
        key = new ApiKey(parsed, secret);
        return true;
    }

    /// <summary>The whole key, with its secret: to be shown once.</summary>
    public string Reveal()
    {
        var body = $"{Prefix}{Lower(Id)}_{Digits(new BigInteger(_secret, isUnsigned: true, isBigEndian: true), SecretLength)}";
        return body + Checksum(body);
    }

    /// <summary>What is stored of it: HMAC-SHA-256 under a key of the mesh over id and secret.</summary>
    /// <remarks>
    /// A hash made slow on purpose defends secrets that people choose. This one has 256 bits of chance: trying costs 2^255 hashes however fast each is, and a
    /// fast one keeps a flood of wrong keys from eating the processor. The key of the mesh makes a stolen table alone useless to compare with.
    /// </remarks>
    public byte[] Hash(ReadOnlySpan<byte> pepper) => HMACSHA256.HashData(pepper, [.. "crank.api-key/1\n"u8, .. Encoding.ASCII.GetBytes(Lower(Id)), (byte)'\n', .. _secret]);

    /// <summary>True when the stored hash is this key's; takes the same time whatever differs.</summary>
    public bool Matches(ReadOnlySpan<byte> storedHash, ReadOnlySpan<byte> pepper) => CryptographicOperations.FixedTimeEquals(storedHash, Hash(pepper));

    /// <summary>The id, never the secret.</summary>
    public override string ToString() => $"API key {Lower(Id)}";

    private static string Lower(SortableId id) => id.ToString().ToLowerInvariant();

    private static string Checksum(string body)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(body));
        return Digits(new BigInteger(hash.AsSpan(0, 8), isUnsigned: true, isBigEndian: true) % BigInteger.Pow(Alphabet.Length, ChecksumLength), ChecksumLength);
    }

    private static string Digits(BigInteger number, int length)
    {
        var digits = new char[length];
        for (var i = length - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Alphabet.Length, out var digit);
            digits[i] = Alphabet[(int)digit];
        }

        return new string(digits);
    }

    private static BigInteger? Number(string digits)
    {
        var number = BigInteger.Zero;
        foreach (var c in digits)
        {
            var digit = Alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            number = (number * Alphabet.Length) + digit;
        }

        return number;
    }
}
