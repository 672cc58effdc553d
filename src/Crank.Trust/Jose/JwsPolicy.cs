using System.Collections.Immutable;

namespace Crank.Trust.Jose;

/// <summary>What a verifier accepts. It names its algorithms itself: what a token says of them is a claim, not a choice (RFC 8725 section 3.1).</summary>
/// <param name="Algorithms">The names accepted; of <see cref="Known"/>.</param>
/// <param name="UnencodedPayload">Whether <c>b64: false</c> is understood (RFC 7797).</param>
/// <param name="UnlistedB64">Whether <c>b64</c> is also taken where <c>crit</c> does not list it, as objects made before RFC 7797 was final do; section 6 forbids it.</param>
public sealed record JwsPolicy(ImmutableArray<string> Algorithms, bool UnencodedPayload = false, bool UnlistedB64 = false)
{
    /// <summary>Every algorithm known here: HS, RS, PS and ES with 256, 384 and 512 bits, and EdDSA on Ed25519.</summary>
    public static ImmutableArray<string> Known { get; } = [.. JwsAlgorithm.All.Select(a => a.Name)];

    /// <summary>Those of <see cref="Known"/> that need a pair of keys: what a token of an issuer may be signed with.</summary>
    public static ImmutableArray<string> PublicKeyOnly { get; } = [.. Known.Where(a => !a.StartsWith("HS", StringComparison.Ordinal))];
}
