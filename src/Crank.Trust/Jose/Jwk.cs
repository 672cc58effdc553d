using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Crank.Trust.Keys;

namespace Crank.Trust.Jose;

/// <summary>
/// A JSON Web Key (RFC 7517; members of RFC 7518 section 6 and RFC 8037): <c>EC</c> on P-256, P-384 or P-521, <c>RSA</c> of 2048 to 8192 bits, <c>oct</c>,
/// <c>OKP</c> on Ed25519 or X25519. Other kinds are refused by name. Printing one shows its id, never its secret.
/// </summary>
public sealed class Jwk
{
    private const int MaxJson = 32 * 1024;
    private const int MaxSecret = 4 * 1024;

    private readonly ImmutableDictionary<string, byte[]> _parts;

    private Jwk(string keyType, string? curve, string? keyId, string? use, string? algorithm, ImmutableArray<string> operations, ImmutableDictionary<string, byte[]> parts) =>
        (KeyType, Curve, KeyId, Use, Algorithm, Operations, _parts) = (keyType, curve, keyId, use, algorithm, operations, parts);

    /// <summary><c>kty</c>.</summary>
    public string KeyType { get; }

    /// <summary><c>crv</c>; null for <c>RSA</c> and <c>oct</c>.</summary>
    public string? Curve { get; }

    /// <summary><c>kid</c>; null when the key has none.</summary>
    public string? KeyId { get; }

    /// <summary><c>use</c>: <c>sig</c>, <c>enc</c> or null for any.</summary>
    public string? Use { get; }

    /// <summary><c>alg</c>: the one algorithm that the key is for; null for any that fits its type.</summary>
    public string? Algorithm { get; }

    /// <summary><c>key_ops</c>; default when absent.</summary>
    public ImmutableArray<string> Operations { get; }

    /// <summary>True for a symmetric key, and for one of a pair with its private half.</summary>
    public bool IsPrivate => KeyType == "oct" || _parts.ContainsKey("d");

    /// <summary>Reads one key.</summary>
    /// <param name="utf8">The JSON, at most 32 KiB.</param>
    /// <param name="key">The key.</param>
    /// <param name="why">What is wrong with it.</param>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out Jwk? key, [NotNullWhen(false)] out string? why)
    {
        key = null;
        why = $"a key is longer than {MaxJson} bytes";
        return utf8.Length <= MaxJson && JoseJson.TryParseObject(utf8, out var json, out why) && TryRead(json, out key, out why);
    }

    /// <summary>A symmetric key, or a password as its UTF-8 bytes.</summary>
    public static Jwk Symmetric(ReadOnlySpan<byte> secret, string? keyId = null, string? algorithm = null) =>
        new("oct", null, keyId, null, algorithm, default, ImmutableDictionary<string, byte[]>.Empty.Add("k", secret.ToArray()));

    /// <summary>The public key of a mesh (RFC 8037), named by its id.</summary>
    public static Jwk From(VerificationKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new("OKP", "Ed25519", key.Id, "sig", "EdDSA", default, ImmutableDictionary<string, byte[]>.Empty.Add("x", key.Bytes.ToArray()));
    }

    /// <summary>The public half of a pair of keys on one of the three curves.</summary>
    public static Jwk From(ECParameters parameters, string? keyId = null, string? use = null)
    {
        var curve = JoseCurve.Of(parameters.Curve) ?? throw new ArgumentException("Only P-256, P-384 and P-521 are known here.", nameof(parameters));
        var parts = ImmutableDictionary<string, byte[]>.Empty.Add("x", parameters.Q.X!).Add("y", parameters.Q.Y!);
        return new("EC", curve.Name, keyId, use, null, default, parameters.D is null ? parts : parts.Add("d", parameters.D));
    }

    /// <summary>A pair of X25519 keys (RFC 8037 section 2).</summary>
    internal static Jwk Exchange(byte[] publicKey, byte[] privateKey) =>
        new("OKP", "X25519", null, null, null, default, ImmutableDictionary<string, byte[]>.Empty.Add("x", publicKey).Add("d", privateKey));

    /// <summary>The key as JSON, members in the order of their names; its private half only when <paramref name="withPrivate"/> says so.</summary>
    /// <exception cref="InvalidOperationException">A symmetric key has no public half.</exception>
    public string ToJson(bool withPrivate = false)
    {
        if (!withPrivate && KeyType == "oct")
        {
            throw new InvalidOperationException("A symmetric key has no public half to show.");
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Members(withPrivate))
            {
                json.WriteString(name, value);
            }

            if (!Operations.IsDefault)
            {
                json.WriteStartArray("key_ops");
                foreach (var operation in Operations)
                {
                    json.WriteStringValue(operation);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The numbers of the public half alone, as <c>epk</c> carries them (RFC 7518 section 4.6.1.1).</summary>
    internal string ToBareJson() => KeyType == "EC"
        ? $$"""{"kty":"EC","crv":"{{Curve}}","x":"{{Encoded("x")}}","y":"{{Encoded("y")}}"}"""
        : $$"""{"kty":"OKP","crv":"{{Curve}}","x":"{{Encoded("x")}}"}""";

    /// <summary>The SHA-256 thumbprint of the key (RFC 7638), base64url.</summary>
    public string Thumbprint()
    {
        var text = KeyType switch
        {
            "EC" => $$"""{"crv":"{{Curve}}","kty":"EC","x":"{{Encoded("x")}}","y":"{{Encoded("y")}}"}""",
            "RSA" => $$"""{"e":"{{Encoded("e")}}","kty":"RSA","n":"{{Encoded("n")}}"}""",
            "OKP" => $$"""{"crv":"{{Curve}}","kty":"OKP","x":"{{Encoded("x")}}"}""",
            _ => $$"""{"k":"{{Encoded("k")}}","kty":"oct"}""",
        };
        return ExactBase64Url.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>The kind and the id of the key.</summary>
    public override string ToString() => $"{KeyType} key {KeyId ?? Thumbprint()}";

    internal ReadOnlySpan<byte> Part(string name) => _parts.TryGetValue(name, out var bytes) ? bytes : default;

    /// <summary>True when neither <c>alg</c>, <c>use</c> nor <c>key_ops</c> forbids this use (RFC 7517 sections 4.2 to 4.4).</summary>
    internal bool Permits(string algorithm, string use, params ReadOnlySpan<string> operations)
    {
        if ((Use is not null && Use != use) || (Algorithm is not null && Algorithm != algorithm))
        {
            return false;
        }

        if (Operations.IsDefault)
        {
            return true;
        }

        foreach (var operation in operations)
        {
            if (Operations.Contains(operation))
            {
                return true;
            }
        }

        return false;
    }

    internal ECParameters Elliptic(bool withPrivate) => new()
    {
        Curve = JoseCurve.Named(Curve!)!.Curve,
        Q = new ECPoint { X = _parts["x"], Y = _parts["y"] },
        D = withPrivate ? _parts["d"] : null,
    };

    internal RSA Rsa(bool withPrivate)
    {
        var parameters = new RSAParameters { Modulus = _parts["n"], Exponent = _parts["e"] };
        if (withPrivate)
        {
            (parameters.D, parameters.P, parameters.Q) = (_parts["d"], _parts["p"], _parts["q"]);
            (parameters.DP, parameters.DQ, parameters.InverseQ) = (_parts["dp"], _parts["dq"], _parts["qi"]);
        }

        return RSA.Create(parameters);
    }

    internal static bool TryRead(JsonElement json, [NotNullWhen(true)] out Jwk? key, [NotNullWhen(false)] out string? why)
    {
        key = null;
        if (json.ValueKind != JsonValueKind.Object || json.Text("kty") is not { } keyType)
        {
            why = "a key is an object with 'kty'";
            return false;
        }

        if (!json.TryOptionalText("kid", out var keyId) || !json.TryOptionalText("use", out var use)
            || !json.TryOptionalText("alg", out var algorithm) || !TryOperations(json, out var operations))
        {
            why = "'kid', 'use', 'alg' or 'key_ops' is not of its type";
            return false;
        }

        var curve = json.Text("crv");
        var parts = ImmutableDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        why = keyType switch
        {
            "EC" => ReadElliptic(json, curve, parts),
            "RSA" => ReadRsa(json, parts),
            "OKP" => ReadOctetPair(json, curve, parts),
            "oct" => Take(json, "k", 1, MaxSecret, parts),
            _ => $"keys of type '{keyType}' are not known here; EC, RSA, OKP and oct are",
        };
        if (why is not null)
        {
            return false;
        }

        key = new Jwk(keyType, keyType is "EC" or "OKP" ? curve : null, keyId, use, algorithm, operations, parts.ToImmutable());
        why = key.Fault();
        return why is null;
    }

    private static bool TryOperations(JsonElement json, out ImmutableArray<string> operations)
    {
        operations = default;
        if (!json.TryGetProperty("key_ops", out var list))
        {
            return true;
        }

        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(o => o.ValueKind != JsonValueKind.String))
        {
            return false;
        }

        operations = [.. list.EnumerateArray().Select(o => o.GetString()!)];
        return operations.Distinct(StringComparer.Ordinal).Count() == operations.Length;
    }

    private static string? ReadElliptic(JsonElement json, string? curve, ImmutableDictionary<string, byte[]>.Builder parts)
    {
        if (curve is null || JoseCurve.Named(curve) is not { } known)
        {
            return $"the curve '{curve}' is not known here; P-256, P-384 and P-521 are";
        }

        return Take(json, "x", known.Size, known.Size, parts) ?? Take(json, "y", known.Size, known.Size, parts)
            ?? (json.TryGetProperty("d", out _) ? Take(json, "d", known.Size, known.Size, parts) : null);
    }

    private static string? ReadOctetPair(JsonElement json, string? curve, ImmutableDictionary<string, byte[]>.Builder parts) =>
        curve is not ("Ed25519" or "X25519")
            ? $"the curve '{curve}' is not known here; Ed25519 and X25519 are"
            : Take(json, "x", 32, 32, parts) ?? (json.TryGetProperty("d", out _) ? Take(json, "d", 32, 32, parts) : null);

    private static string? ReadRsa(JsonElement json, ImmutableDictionary<string, byte[]>.Builder parts)
    {
        if ((Take(json, "n", 256, 1024, parts) ?? Take(json, "e", 1, 4, parts)) is { } why)
        {
            return why.Contains("'n'", StringComparison.Ordinal) ? "an RSA key here has 2048 to 8192 bits" : why;
        }

        if (parts["n"][0] == 0 || parts["e"][0] == 0 || (parts["e"][^1] & 1) == 0 || parts["e"] is [1])
        {
            return "the numbers of an RSA key have no leading zeros, and its exponent is odd and at least 3";
        }

        if (!json.TryGetProperty("d", out _))
        {
            return null;
        }

        var half = (parts["n"].Length + 1) / 2;
        if ((Take(json, "d", 1, parts["n"].Length, parts) ?? Take(json, "p", 1, half, parts) ?? Take(json, "q", 1, half, parts)
            ?? Take(json, "dp", 1, half, parts) ?? Take(json, "dq", 1, half, parts) ?? Take(json, "qi", 1, half, parts)) is { } missing)
        {
            return missing;
        }

        // The platform wants every number at full width.
        parts["d"] = Wide(parts["d"], parts["n"].Length);
        foreach (var name in (string[])["p", "q", "dp", "dq", "qi"])
        {
            parts[name] = Wide(parts[name], half);
        }

        return json.TryGetProperty("oth", out _) ? "RSA keys of more than two primes are not known here" : null;
    }

    private static byte[] Wide(byte[] number, int width) => [.. new byte[width - number.Length], .. number];

    private static string? Take(JsonElement json, string name, int least, int most, ImmutableDictionary<string, byte[]>.Builder parts)
    {
        if (json.Text(name) is not { } text || !ExactBase64Url.TryDecode(text, most, out var bytes) || bytes.Length < least)
        {
            return $"'{name}' is not base64url of {least} to {most} bytes";
        }

        parts[name] = bytes;
        return null;
    }

    /// <summary>Asks the platform whether the numbers are a key: a point off its curve, or halves that do not belong together, are not.</summary>
    private string? Fault()
    {
        try
        {
            switch (KeyType)
            {
                case "EC":
                    using (ECDsa.Create(Elliptic(IsPrivate)))
                    {
                        return null;
                    }

                case "RSA":
                    using (Rsa(IsPrivate))
                    {
                        return null;
                    }

                case "OKP" when Curve == "Ed25519":
                    return Ed25519Fault();
                default:
                    return null;
            }
        }
        catch (CryptographicException)
        {
            return $"its numbers are no {KeyType} key";
        }
    }

    private string? Ed25519Fault()
    {
        if (!VerificationKey.TryCreate("jwk", Part("x"), out var publicKey))
        {
            return "its point is not one that signatures are accepted from";
        }

        if (!IsPrivate)
        {
            return null;
        }

        using var pair = SigningKey.FromSeed("jwk", Part("d"));
        return pair.Public.Equals(publicKey) ? null : "its two halves do not belong together";
    }

    private string Encoded(string part) => ExactBase64Url.Encode(Part(part));

    private SortedDictionary<string, string> Members(bool withPrivate)
    {
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["kty"] = KeyType };
        foreach (var (name, value) in ((string, string?)[])[("alg", Algorithm), ("crv", Curve), ("kid", KeyId), ("use", Use)])
        {
            if (value is not null)
            {
                members[name] = value;
            }
        }

        foreach (var (name, bytes) in _parts.Where(p => withPrivate || p.Key is "x" or "y" or "n" or "e"))
        {
            members[name] = ExactBase64Url.Encode(bytes);
        }

        return members;
    }
}
