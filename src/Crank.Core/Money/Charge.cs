using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>What a job cost: price lines, their total, and who received it. The shares add up to the total exactly.</summary>
/// <param name="Held">What was set aside before the run: the most it could cost.</param>
/// <param name="Lines">The price lines; empty when nothing was charged.</param>
/// <param name="Total">Their sum.</param>
/// <param name="Shares">The split of the total, by data.</param>
public sealed record Charge(Money Held, ImmutableArray<ChargeLine> Lines, Money Total, ImmutableArray<Share> Shares)
{
    /// <summary>No charge, whatever was held.</summary>
    public static Charge None(Money held) => new(held, [], Money.Zero(held.Currency), []);
}
