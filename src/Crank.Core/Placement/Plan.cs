using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>What Place returns: how many results are wanted, how many must agree, and the offers to try in order.</summary>
/// <param name="Scorer">The scorer or weights by name; a name never changes its meaning.</param>
/// <param name="Snapshot">Digest of the canonical offer snapshot that was looked at.</param>
/// <param name="Considered">How many offers the snapshot holds.</param>
/// <param name="Units">The most units of each kind that this input can meter; every ceiling is an offer's price of them, so that the choice can be made again from the receipt.</param>
/// <param name="Wanted">How many results are wanted.</param>
/// <param name="Agree">How many of them must agree.</param>
/// <param name="Candidates">At most 16 offers that fit, best first.</param>
/// <param name="Losers">The first 16 losers, in the order of the snapshot.</param>
/// <param name="Losses">How many lost for each reason.</param>
public sealed record Plan(
    string Scorer,
    Digest Snapshot,
    int Considered,
    ImmutableSortedDictionary<Unit, Quantity> Units,
    int Wanted,
    int Agree,
    ImmutableArray<Candidate> Candidates,
    ImmutableArray<Loser> Losers,
    ImmutableSortedDictionary<LossReason, int> Losses)
{
    /// <summary>How many candidates, and how many losers, a plan names at most.</summary>
    public const int MaxNamed = 16;
}
