using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Ledger;

/// <summary>The most a job can cost, known before it runs.</summary>
/// <remarks>A ceiling is <see cref="Price.TotalFor"/> of the most units; it holds because a line never falls when its quantity grows.</remarks>
public static class Ceiling
{
    /// <summary>The most units of each kind that one job with this input can meter.</summary>
    /// <remarks>
    /// <c>job</c>: one. <c>megabyte</c>: the input's real size, a million bytes each. <c>second</c>: the deadline, rounded up to the
    /// microsecond. Every other unit: what the capability declares; the three above are never taken from there.
    /// </remarks>
    /// <param name="limits">What the capability declares.</param>
    /// <param name="input">JSON and blobs together.</param>
    /// <param name="deadline">The longest the worker may take for this job; more than the capability allows counts as what it allows.</param>
    /// <exception cref="OverflowException">A declared maximum does not fit.</exception>
    public static ImmutableSortedDictionary<Unit, Quantity> MostUnits(Limits limits, ByteCount input, Duration deadline)
    {
        var units = ImmutableSortedDictionary.CreateBuilder<Unit, Quantity>();
        foreach (var (unit, most) in limits.Units)
        {
            units[unit] = Quantity.Whole(most);
        }

        var longest = deadline < limits.Deadline ? deadline : limits.Deadline;
        units[Unit.Job] = Quantity.One;
        units[Unit.Megabyte] = Quantities.Megabytes(input);
        units[Unit.Second] = Quantities.Seconds(longest);
        return units.ToImmutable();
    }

    /// <summary>The first unit that has a price but no known maximum, so that no ceiling can be given; null when there is none.</summary>
    public static Unit? UnitWithoutMaximum(Price price, IReadOnlyDictionary<Unit, Quantity> mostUnits)
    {
        foreach (var line in price.Lines)
        {
            if (!mostUnits.ContainsKey(line.Per))
            {
                return line.Per;
            }
        }

        return null;
    }

    /// <summary>The most that a job can cost at this price.</summary>
    /// <exception cref="ArgumentException">A unit has a price but no known maximum; the message names it.</exception>
    /// <exception cref="OverflowException">The ceiling does not fit.</exception>
    public static Money For(Price price, IReadOnlyDictionary<Unit, Quantity> mostUnits) =>
        UnitWithoutMaximum(price, mostUnits) is { } unit
            ? throw new ArgumentException($"The price is per {unit}, but nothing says how many a job can use at most; declare a maximum of {unit} in the limits of the capability.", nameof(price))
            : price.TotalFor(mostUnits);
}
