using System.Collections.Immutable;

namespace Crank.Core;

/// <summary>The price of a capability: one line per unit, all of one currency.</summary>
/// <remarks>
/// Rounding: each line is unit price × quantity, rounded half up to the micro-unit; the total is the sum of the rounded lines.
/// A line never falls when its quantity grows, so a charge stays within the ceiling as long as each quantity stays within its maximum.
/// </remarks>
public sealed record Price
{
    /// <summary>Makes a price.</summary>
    /// <param name="currency">The currency of every line.</param>
    /// <param name="lines">At most 16 lines, each unit once, no negative amount; none means free.</param>
    /// <exception cref="ArgumentException">A line is negative, of another currency or repeats a unit, or there are too many.</exception>
    public Price(Currency currency, ImmutableArray<PriceLine> lines)
    {
        if (lines.Length > 16 || lines.Any(l => l.Amount.Micros < 0 || l.Amount.Currency != currency) || lines.DistinctBy(l => l.Per).Count() != lines.Length)
        {
            throw new ArgumentException($"A price has at most 16 lines in {currency}, each unit once and none negative.", nameof(lines));
        }

        (Currency, Lines) = (currency, lines);
    }

    /// <summary>The currency of every line.</summary>
    public Currency Currency { get; }

    /// <summary>The lines, in the order they are shown.</summary>
    public ImmutableArray<PriceLine> Lines { get; }

    /// <summary>What a job costs that used so much of each unit; units without a line are free.</summary>
    /// <exception cref="OverflowException">The total does not fit.</exception>
    public ImmutableArray<ChargeLine> LinesFor(IReadOnlyDictionary<Unit, Quantity> used) =>
        [.. Lines.Where(l => used.ContainsKey(l.Per)).Select(l => new ChargeLine(l.Per, used[l.Per], l.Amount, l.AmountFor(used[l.Per])))];

    /// <summary>The total of <see cref="LinesFor"/>.</summary>
    /// <exception cref="OverflowException">The total does not fit.</exception>
    public Money TotalFor(IReadOnlyDictionary<Unit, Quantity> used)
    {
        var total = Money.Zero(Currency);
        foreach (var line in Lines)
        {
            if (used.TryGetValue(line.Per, out var quantity))
            {
                total += line.AmountFor(quantity);
            }
        }

        return total;
    }
}
