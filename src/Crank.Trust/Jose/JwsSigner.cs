using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crank.Trust.Keys;

namespace Crank.Trust.Jose;

/// <summary>Signs with one key by one algorithm.</summary>
public sealed class JwsSigner
{
    private readonly Func<byte[], byte[]> _sign;

    private JwsSigner(string algorithm, string? keyId, Func<byte[], byte[]> sign) => (Algorithm, KeyId, _sign) = (algorithm, keyId, sign);

    /// <summary>The name for <c>alg</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The name for <c>kid</c>; null when the key has none.</summary>
    public string? KeyId { get; }

    /// <summary>Signs with the key of a mesh: EdDSA (RFC 8037).</summary>
    public static JwsSigner With(SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new("EdDSA", key.Public.Id, input =>
        {
            var signature = new byte[SigningKey.SignatureSize];
            key.Sign(input, signature);
            return signature;
        });
    }

    /// <summary>Signs with a private or symmetric JWK.</summary>
    /// <exception cref="ArgumentException">The algorithm is not known, or the key is not one for it.</exception>
    public static JwsSigner With(Jwk key, string algorithm)
    {
        ArgumentNullException.ThrowIfNull(key);
        var known = JwsAlgorithm.Named(algorithm) ?? throw new ArgumentException($"'{algorithm}' is not known; {string.Join(", ", JwsPolicy.Known)} are.", nameof(algorithm));
        return known.Fits(key) && key.IsPrivate && key.Permits(algorithm, "sig", "sign")
            ? new(algorithm, key.KeyId, input => known.Sign(key, input))
            : throw new ArgumentException($"The {key} is not one to sign {algorithm} with.", nameof(key));
    }

    /// <summary>The compact form of a payload under a header of <c>alg</c>, <c>kid</c> and <c>typ</c>.</summary>
    /// <param name="payload">What is signed.</param>
    /// <param name="type">The name for <c>typ</c>; null for none.</param>
    public string Compact(ReadOnlySpan<byte> payload, string? type = null)
    {
        var members = new List<string> { $"\"alg\":{Quoted(Algorithm)}" };
        if (KeyId is not null)
        {
            members.Add($"\"kid\":{Quoted(KeyId)}");
        }

        if (type is not null)
        {
            members.Add($"\"typ\":{Quoted(type)}");
        }

        return Compact(Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}"), payload);
    }

    /// <summary>The compact form of a payload under a header given as JSON.</summary>
    public string Compact(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var input = $"{ExactBase64Url.Encode(header)}.{ExactBase64Url.Encode(payload)}";
        return $"{input}.{ExactBase64Url.Encode(Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    /// <summary>The bare signature over a JWS signing input (RFC 7515 section 5.1).</summary>
    /// <exception cref="CryptographicException">The key is too short for the algorithm.</exception>
    public byte[] Sign(byte[] input) => _sign(input);

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
