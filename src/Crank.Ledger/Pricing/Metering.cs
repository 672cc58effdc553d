using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Ledger;

/// <summary>From what a job used to what it is charged, never above its ceiling.</summary>
public static class Metering
{
    /// <summary>Prices what was used.</summary>
    /// <param name="price">The price that was agreed.</param>
    /// <param name="mostUnits">The maxima that the ceiling was made from; a unit without one is not charged.</param>
    /// <param name="used">What was used; units without a price are free.</param>
    public static Metered Charge(Price price, IReadOnlyDictionary<Unit, Quantity> mostUnits, IReadOnlyDictionary<Unit, Quantity> used)
    {
        var charged = new Dictionary<Unit, Quantity>(price.Lines.Length);
        var clamped = ImmutableArray<Unit>.Empty;
        foreach (var line in price.Lines)
        {
            if (!used.TryGetValue(line.Per, out var quantity))
            {
                continue;
            }

            var most = mostUnits.GetValueOrDefault(line.Per);
            if (quantity.CompareTo(most) > 0)
            {
                clamped = clamped.Add(line.Per);
                quantity = most;
            }

            charged[line.Per] = quantity;
        }

        var lines = price.LinesFor(charged);
        var total = Money.Zero(price.Currency);
        foreach (var line in lines)
        {
            total += line.Amount;
        }

        return new(lines, total, clamped);
    }
}
