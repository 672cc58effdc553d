using System.Collections.Immutable;
using Crank.Trust.Jose;

namespace Crank.Trust.Tokens;

/// <summary>What a bearer token (RFC 7519, RFC 8725, RFC 9068) of one issuer must be like.</summary>
/// <param name="Issuer">The one value of <c>iss</c>, compared letter by letter.</param>
/// <param name="Audiences">Values of <c>aud</c> that mean this mesh; one of them must be there.</param>
/// <param name="Algorithms">Algorithms accepted; only of <see cref="JwsPolicy.PublicKeyOnly"/>.</param>
/// <param name="Skew">How far the clocks of issuer and mesh may be apart.</param>
/// <param name="MaxLifetime">The longest time between <c>iat</c> (or, where absent, now) and <c>exp</c>.</param>
/// <param name="Types">Values of <c>typ</c> accepted; a token without <c>typ</c> counts as <c>JWT</c>.</param>
/// <param name="OneTime">Whether a token is good for one use: it then needs <c>jti</c>.</param>
public sealed record TokenRule(
    string Issuer,
    ImmutableArray<string> Audiences,
    ImmutableArray<string> Algorithms,
    TimeSpan Skew,
    TimeSpan MaxLifetime,
    ImmutableArray<string> Types,
    bool OneTime = false)
{
    /// <summary>A rule with what is usual: RS256, PS256, ES256, ES384 and EdDSA; one minute of skew; a day of life; <c>JWT</c> and <c>at+jwt</c>.</summary>
    public static TokenRule For(string issuer, params ReadOnlySpan<string> audiences) => new(
        issuer, [.. audiences], ["RS256", "PS256", "ES256", "ES384", "EdDSA"], TimeSpan.FromMinutes(1), TimeSpan.FromDays(1), ["JWT", "at+jwt"]);
}
