using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Crank.Trust.Jose;

namespace Crank.Trust.Tokens;

/// <summary>A bearer token against the rule of its issuer: a function of the token, the rule, the issuer's keys and the time.</summary>
public static class TokenCheck
{
    /// <summary>Characters of a token.</summary>
    public const int MaxToken = 16 * 1024;

    private static readonly DateTimeOffset LastTime = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What a token claims before anything is verified: which issuer's rule to take, and which key to look for.</summary>
    /// <param name="token">The compact JWS.</param>
    /// <param name="issuer">Its <c>iss</c>.</param>
    /// <param name="keyId">Its <c>kid</c>; null when it names none.</param>
    public static bool TryPeek(string token, [NotNullWhen(true)] out string? issuer, out string? keyId)
    {
        (issuer, keyId) = (null, null);
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length > MaxToken || token.StartsWith('{') || !Jws.TryParse(token, new JwsPolicy([]), out var jws, out _) || !JoseJson.TryParseObject(jws.Payload, out var json, out _))
        {
            return false;
        }

        keyId = jws.Signatures[0].Header.KeyId;
        issuer = json.Text("iss");
        return issuer is not null;
    }

    /// <summary>Verifies a token.</summary>
    /// <param name="token">The compact JWS.</param>
    /// <param name="rule">What it must be like.</param>
    /// <param name="keys">The issuer's keys now.</param>
    /// <param name="now">The time.</param>
    /// <param name="claims">What it says.</param>
    /// <param name="fault">Why it is refused.</param>
    public static bool TryVerify(
        string token, TokenRule rule, ImmutableArray<Jwk> keys, DateTimeOffset now, [NotNullWhen(true)] out TokenClaims? claims, [NotNullWhen(false)] out TokenFault? fault)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(rule);
        claims = null;
        var policy = new JwsPolicy([.. rule.Algorithms.Where(a => JwsPolicy.PublicKeyOnly.Contains(a))]);
        if (token.Length > MaxToken || token.StartsWith('{'))
        {
            fault = TokenFault.Malformed;
            return false;
        }

        if (!Jws.TryParse(token, policy, out var jws, out var why))
        {
            fault = why.Contains("'crit'", StringComparison.Ordinal) || why.Contains("'b64'", StringComparison.Ordinal) ? TokenFault.Header : TokenFault.Malformed;
            return false;
        }

        fault = HeaderFault(jws.Signatures[0], policy, rule) ?? SignatureFault(jws.Signatures[0], policy, keys);
        if (fault is not null)
        {
            return false;
        }

        if (!JoseJson.TryParseObject(jws.Payload, out var json, out _))
        {
            fault = TokenFault.Malformed;
            return false;
        }

        fault = ClaimsFault(json, rule, now, out claims);
        return fault is null;
    }

    private static TokenFault? HeaderFault(JwsSignature signature, JwsPolicy policy, TokenRule rule)
    {
        var header = signature.Header;
        if (header.Algorithm is null || !policy.Algorithms.Contains(header.Algorithm))
        {
            return TokenFault.Algorithm;
        }

        // A key, or an address to fetch one from, that the token itself brings is never looked at: whoever sets it says nothing by it.
        return header.Has("jwk") || header.Has("jku") || header.Has("x5u") || header.Has("x5c") || !IsAcceptedType(header.Type ?? "JWT", rule) ? TokenFault.Header : null;
    }

    private static bool IsAcceptedType(string type, TokenRule rule)
    {
        var bare = type.StartsWith("application/", StringComparison.OrdinalIgnoreCase) ? type["application/".Length..] : type;
        return rule.Types.Contains(bare, StringComparer.OrdinalIgnoreCase);
    }

    private static TokenFault? SignatureFault(JwsSignature signature, JwsPolicy policy, ImmutableArray<Jwk> keys)
    {
        var fault = TokenFault.UnknownKey;
        foreach (var key in keys)
        {
            if (signature.Header.KeyId is { } id && key.KeyId != id)
            {
                continue;
            }

            if (Jws.Verify(signature, key, policy, out _))
            {
                return null;
            }

            fault = TokenFault.Signature;
        }

        return fault;
    }

    private static TokenFault? ClaimsFault(JsonElement json, TokenRule rule, DateTimeOffset now, out TokenClaims? claims)
    {
        claims = null;
        if (json.Text("iss") != rule.Issuer)
        {
            return TokenFault.Issuer;
        }

        if (!IsForUs(json, rule))
        {
            return TokenFault.Audience;
        }

        if (json.Text("sub") is not { Length: > 0 and <= 255 } subject || !json.TryOptionalText("jti", out var tokenId) || (rule.OneTime && tokenId is not { Length: > 0 and <= 255 })
            || !TryTime(json, "exp", out var expires) || expires is null || !TryTime(json, "nbf", out var from) || !TryTime(json, "iat", out var issued))
        {
            return TokenFault.Claims;
        }

        if (now >= expires.Value + rule.Skew)
        {
            return TokenFault.Expired;
        }

        if (now < from - rule.Skew || now < issued - rule.Skew)
        {
            return TokenFault.NotYet;
        }

        if (expires.Value - (issued ?? now) > rule.MaxLifetime + rule.Skew)
        {
            return TokenFault.Claims;
        }

        claims = new TokenClaims(json, rule.Issuer, subject, expires.Value, tokenId);
        return null;
    }

    private static bool IsForUs(JsonElement json, TokenRule rule) => json.TryGetProperty("aud", out var audience) && audience.ValueKind switch
    {
        JsonValueKind.String => rule.Audiences.Contains(audience.GetString()!),
        JsonValueKind.Array => audience.EnumerateArray().All(a => a.ValueKind == JsonValueKind.String) && audience.EnumerateArray().Any(a => rule.Audiences.Contains(a.GetString()!)),
        _ => false,
    };

    /// <summary>NumericDate (RFC 7519 section 2): seconds since 1970, a fraction allowed; null when absent, false when it is something else.</summary>
    private static bool TryTime(JsonElement json, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!json.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || !double.IsFinite(seconds) || seconds < 0)
        {
            return false;
        }

        time = seconds >= LastTime.ToUnixTimeSeconds() ? LastTime : DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }
}
