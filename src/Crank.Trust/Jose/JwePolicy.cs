using System.Collections.Immutable;

namespace Crank.Trust.Jose;

/// <summary>What a recipient accepts; it names the algorithms itself (RFC 8725 section 3.1).</summary>
/// <param name="KeyAlgorithms">Values of <c>alg</c>; of <see cref="KnownKeyAlgorithms"/>.</param>
/// <param name="ContentAlgorithms">Values of <c>enc</c>; of <see cref="KnownContentAlgorithms"/>.</param>
/// <param name="Compressed">Whether <c>zip: DEF</c> is taken; content may then grow to <see cref="JoseLimits.MaxInflated"/> bytes.</param>
/// <param name="MostRounds">The most rounds of PBKDF2 that a header may ask for: each costs processor time before anything is verified.</param>
public sealed record JwePolicy(
    ImmutableArray<string> KeyAlgorithms, ImmutableArray<string> ContentAlgorithms, bool Compressed = false, int MostRounds = JwePolicy.DefaultRounds)
{
    /// <summary>The fewest rounds of PBKDF2 taken (RFC 7518 section 4.8.1.2).</summary>
    public const int LeastRounds = 1000;

    /// <summary>Rounds of PBKDF2 used when encrypting, and the most taken unless told otherwise.</summary>
    public const int DefaultRounds = 310_000;

    /// <summary>Every <c>alg</c> known here. <c>RSA1_5</c> is for reading what others wrote.</summary>
    public static ImmutableArray<string> KnownKeyAlgorithms { get; } = [.. JweKeyAlgorithm.All.Select(a => a.Name)];

    /// <summary>Every <c>enc</c> known here.</summary>
    public static ImmutableArray<string> KnownContentAlgorithms { get; } = [.. JweContent.All.Select(c => c.Name)];
}
