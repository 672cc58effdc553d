using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
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
    private const ulong Base = 62;
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
        if (text is not { Length: TextLength } || !Ascii.IsValid(text) || !LooksLike(text) || text[Prefix.Length + IdLength] != '_')
        {
            return false;
        }

        Span<char> checksum = stackalloc char[ChecksumLength];
        WriteChecksum(text.AsSpan(0, TextLength - ChecksumLength), checksum);
        if (!CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(checksum), MemoryMarshal.AsBytes(text.AsSpan(TextLength - ChecksumLength))))
        {
            return false;
        }

        var id = text.AsSpan(Prefix.Length, IdLength);
        var secret = new byte[SecretSize];
        if (id.ContainsAnyInRange('A', 'Z') || !SortableId.TryParse(id.ToString().ToUpperInvariant(), null, out var parsed)
            || !TryReadNumber(text.AsSpan(Prefix.Length + IdLength + 1, SecretLength), secret))
        {
            return false;
        }

        key = new ApiKey(parsed, secret);
        return true;
    }

    /// <summary>The whole key, with its secret: to be shown once.</summary>
    public string Reveal()
    {
        Span<char> text = stackalloc char[TextLength];
        $"{Prefix}{Lower(Id)}_".CopyTo(text);
        WriteNumber(_secret, text.Slice(TextLength - ChecksumLength - SecretLength, SecretLength));
        WriteChecksum(text[..^ChecksumLength], text[^ChecksumLength..]);
        return text.ToString();
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

    /// <summary>The first 64 bits of SHA-256, modulo 62^5, as digits.</summary>
    private static void WriteChecksum(ReadOnlySpan<char> body, Span<char> digits)
    {
        Span<byte> ascii = stackalloc byte[TextLength];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..Encoding.ASCII.GetBytes(body, ascii)], hash);
        var number = BinaryPrimitives.ReadUInt64BigEndian(hash);
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            (number, var digit) = Math.DivRem(number, Base);
            digits[i] = Alphabet[(int)digit];
        }
    }

    /// <summary>A number of <see cref="SecretSize"/> bytes, the most significant first, as digits.</summary>
    private static void WriteNumber(ReadOnlySpan<byte> number, Span<char> digits)
    {
        Span<byte> left = stackalloc byte[SecretSize];
        number.CopyTo(left);
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            var rest = 0;
            for (var at = 0; at < left.Length; at++)
            {
                var value = (rest << 8) | left[at];
                left[at] = (byte)(value / (int)Base);
                rest = value % (int)Base;
            }

            digits[i] = Alphabet[rest];
        }
    }

    /// <summary>Reads what <see cref="WriteNumber"/> wrote; false for another letter, or a number that does not fit.</summary>
    private static bool TryReadNumber(ReadOnlySpan<char> digits, Span<byte> number)
    {
        Span<uint> limbs = stackalloc uint[SecretSize / sizeof(uint)];
        limbs.Clear();
        foreach (var c in digits)
        {
            if (ValueOf(c) is not { } digit)
            {
                return false;
            }

            ulong carry = digit;
            for (var i = limbs.Length - 1; i >= 0; i--)
            {
                var sum = (limbs[i] * Base) + carry;
                limbs[i] = (uint)(sum & uint.MaxValue);
                carry = sum >> 32;
            }

            if (carry != 0)
            {
                return false;
            }
        }

        for (var i = 0; i < limbs.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number[(i * sizeof(uint))..], limbs[i]);
        }

        return true;
    }

    private static uint? ValueOf(char c) => c switch
    {
        >= '0' and <= '9' => (uint)(c - '0'),
        >= 'A' and <= 'Z' => (uint)(c - 'A' + 10),
        >= 'a' and <= 'z' => (uint)(c - 'a' + 36),
        _ => null,
    };
}
