using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Crank.Trust.Jose;

/// <summary>A JSON Web Signature (RFC 7515) in any of its serializations, with the unencoded payload of RFC 7797 where a policy takes it.</summary>
public sealed class Jws
{
    private static readonly string[] Understood = ["b64"];

    private Jws(byte[] payload, ImmutableArray<JwsSignature> signatures) => (Payload, Signatures) = (payload, signatures);

    /// <summary>What was signed, decoded.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The signatures, at least one.</summary>
    public ImmutableArray<JwsSignature> Signatures { get; }

    /// <summary>Reads the compact, flattened or general serialization; verifies nothing.</summary>
    /// <param name="text">The text, at most <see cref="JoseLimits.MaxText"/> characters.</param>
    /// <param name="policy">What is accepted.</param>
    /// <param name="jws">The object.</param>
    /// <param name="why">What is wrong with it.</param>
    /// <param name="detached">The payload, when the object leaves it out (RFC 7515 appendix F).</param>
    public static bool TryParse(
        string text, JwsPolicy policy, [NotNullWhen(true)] out Jws? jws, [NotNullWhen(false)] out string? why, byte[]? detached = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(policy);
        jws = null;
        if (text.Length > JoseLimits.MaxText)
        {
            why = $"it is longer than {JoseLimits.MaxText} characters";
            return false;
        }

        return text.StartsWith('{') ? TryParseJson(text, policy, detached, out jws, out why) : TryParseCompact(text, policy, detached, out jws, out why);
    }

    /// <summary>True when <paramref name="signature"/> was made with <paramref name="key"/> by an algorithm that the policy accepts and that the key is for.</summary>
    /// <param name="signature">One of <see cref="Signatures"/>.</param>
    /// <param name="key">The key to try.</param>
    /// <param name="policy">What is accepted.</param>
    /// <param name="why">Why not.</param>
    public static bool Verify(JwsSignature signature, Jwk key, JwsPolicy policy, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(policy);
        if (signature.Header.Algorithm is not { } name || !policy.Algorithms.Contains(name) || JwsAlgorithm.Named(name) is not { } algorithm)
        {
            why = $"the algorithm '{signature.Header.Algorithm}' is not accepted; {string.Join(", ", policy.Algorithms)} are";
            return false;
        }

        if (!algorithm.Fits(key) || !key.Permits(name, "sig", "verify", "sign"))
        {
            why = $"the {key.KeyType} key is not one for {name}";
            return false;
        }

        why = algorithm.Verify(key, signature.Input, signature.Bytes) ? null : "the signature does not verify";
        return why is null;
    }

    /// <summary>Verifies with the keys of a set: those with the signature's <c>kid</c> when it has one, else all that fit its algorithm.</summary>
    /// <param name="keys">The keys to choose from.</param>
    /// <param name="policy">What is accepted.</param>
    /// <param name="why">Why no signature verifies with any of them.</param>
    /// <returns>True when every signature verifies.</returns>
    public bool VerifyAll(IEnumerable<Jwk> keys, JwsPolicy policy, [NotNullWhen(false)] out string? why)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var all = keys.ToList();
        foreach (var signature in Signatures)
        {
            string? last = "no key of the set has its id";
            foreach (var key in all.Where(k => signature.Header.KeyId is null || k.KeyId is null || k.KeyId == signature.Header.KeyId))
            {
                if (Verify(signature, key, policy, out var fault))
                {
                    last = null;
                    break;
                }

                last = fault;
            }

            if (last is not null)
            {
                why = last;
                return false;
            }
        }

        why = null;
        return true;
    }

    private static bool TryParseCompact(string text, JwsPolicy policy, byte[]? detached, out Jws? jws, [NotNullWhen(false)] out string? why)
    {
        jws = null;
        var (first, last) = (text.IndexOf('.', StringComparison.Ordinal), text.LastIndexOf('.'));
        if (first < 0 || first == last)
        {
            why = "it is not three parts with a dot between";
            return false;
        }

        var payload = text[(first + 1)..last];
        if (!TryReadOne(text[..first], null, text[(last + 1)..], policy, out var draft, out why)
            || !TryPayload(payload.Length == 0 && detached is not null ? null : payload, detached, draft.Encoded, compact: true, out var content, out var signed, out why))
        {
            return false;
        }

        jws = new Jws(content, [draft.With(signed)]);
        return true;
    }

    private static bool TryParseJson(string text, JwsPolicy policy, byte[]? detached, out Jws? jws, [NotNullWhen(false)] out string? why)
    {
        jws = null;
        if (!JoseJson.TryParseObject(Encoding.UTF8.GetBytes(text), out var json, out why))
        {
            return false;
        }

        if (!json.TryOptionalText("payload", out var payload))
        {
            why = "'payload' is not a text";
            return false;
        }

        var general = json.TryGetProperty("signatures", out var list);
        if (general && (json.TryGetProperty("signature", out _) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > JoseLimits.MaxEntries))
        {
            why = $"'signatures' is a list of 1 to {JoseLimits.MaxEntries}, without 'signature' beside it";
            return false;
        }

        var drafts = new List<Draft>();
        foreach (var entry in general ? list.EnumerateArray().ToArray() : [json])
        {
            if (entry.ValueKind != JsonValueKind.Object || !entry.TryOptionalText("protected", out var guarded) || entry.Text("signature") is not { } signature)
            {
                why = "a signature is an object with 'signature' and, as texts, 'protected'";
                return false;
            }

            JoseHeader? open = null;
            if (entry.TryGetProperty("header", out var header))
            {
                if (header.ValueKind != JsonValueKind.Object)
                {
                    why = "'header' is not an object";
                    return false;
                }

                open = JoseHeader.Of(header);
            }

            if (!TryReadOne(guarded, open, signature, policy, out var draft, out why))
            {
                return false;
            }

            drafts.Add(draft);
        }

        if (drafts.Exists(d => d.Encoded != drafts[0].Encoded))
        {
            why = "'b64' differs between the signatures";
            return false;
        }

        if (!TryPayload(payload, detached, drafts[0].Encoded, compact: false, out var content, out var signed, out why))
        {
            return false;
        }

        jws = new Jws(content, [.. drafts.Select(d => d.With(signed))]);
        return true;
    }

    private static bool TryReadOne(string? guardedText, JoseHeader? open, string signatureText, JwsPolicy policy, [NotNullWhen(true)] out Draft? draft, [NotNullWhen(false)] out string? why)
    {
        draft = null;
        var guarded = JoseHeader.Empty;
        if (guardedText is { Length: > 0 })
        {
            if (!ExactBase64Url.TryDecode(guardedText, JoseLimits.MaxHeader, out var bytes))
            {
                why = "the protected header is not base64url";
                return false;
            }

            if (!JoseHeader.TryParse(bytes, out var parsed, out why))
            {
                return false;
            }

            guarded = parsed;
        }

        if (!ExactBase64Url.TryDecode(signatureText, JoseLimits.MaxHeader, out var signature))
        {
            why = "the signature is not base64url";
            return false;
        }

        if (JoseHeader.Join(guarded, open) is not { } joined)
        {
            why = "a name stands in both headers";
            return false;
        }

        why = JoseHeader.CriticalFault(guarded, open, policy.UnencodedPayload ? Understood : []) ?? EncodingFault(guarded, open, policy, out var encoded);
        if (why is not null)
        {
            return false;
        }

        draft = new Draft(guarded, open, joined, guardedText ?? "", signature, encoded: !guarded.TryGet("b64", out var b64) || b64.ValueKind != JsonValueKind.False);
        return true;
    }

    private static string? EncodingFault(JoseHeader guarded, JoseHeader? open, JwsPolicy policy, out bool encoded)
    {
        encoded = true;
        if (open?.Has("b64") == true)
        {
            return "'b64' stands outside the protected header";
        }

        if (!guarded.TryGet("b64", out var b64))
        {
            return null;
        }

        if (!policy.UnencodedPayload || b64.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            return "'b64' is not accepted here";
        }

        encoded = b64.ValueKind == JsonValueKind.True;
        return policy.UnlistedB64 || guarded.Has("crit") ? null : "'b64' is not listed in 'crit' (RFC 7797 section 6)";
    }

    private static bool TryPayload(
        string? text, byte[]? detached, bool encoded, bool compact, out byte[] content, out byte[] signed, [NotNullWhen(false)] out string? why)
    {
        (content, signed) = ([], []);
        why = null;
        if (text is null)
        {
            if (detached is null)
            {
                why = "it holds no payload, and none was given beside it";
                return false;
            }

            content = [.. detached];
            signed = encoded ? Encoding.ASCII.GetBytes(ExactBase64Url.Encode(content)) : content;
            return true;
        }

        if (detached is not null)
        {
            why = "it holds a payload, and another was given beside it";
            return false;
        }

        signed = Encoding.UTF8.GetBytes(text);
        if (!encoded)
        {
            content = signed;
            why = compact && text.Contains('.', StringComparison.Ordinal) ? "a payload that is not encoded holds no dot in the compact form" : null;
            return why is null;
        }

        if (!ExactBase64Url.TryDecode(text, JoseLimits.MaxText, out var decoded))
        {
            why = "the payload is not base64url";
            return false;
        }

        content = decoded;
        return true;
    }

    private sealed class Draft(JoseHeader guarded, JoseHeader? open, JoseHeader joined, string guardedText, byte[] signature, bool encoded)
    {
        public bool Encoded => encoded;

        public JwsSignature With(byte[] signed) => new(guarded, open, joined, [.. Encoding.ASCII.GetBytes(guardedText), (byte)'.', .. signed], signature);
    }
}
