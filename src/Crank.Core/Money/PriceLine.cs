namespace Crank.Core;

/// <summary>What one unit costs.</summary>
/// <param name="Per">The unit: a job, a megabyte of input, a second, a page…</param>
/// <param name="Amount">The price of one unit; not negative.</param>
public sealed record PriceLine(Unit Per, Money Amount)
{
    /// <summary>What so many units cost, rounded half up to the micro-unit.</summary>
    /// <exception cref="OverflowException">The amount does not fit.</exception>
    public Money AmountFor(Quantity quantity) =>
        TryAmountFor(quantity, out var amount) ? amount : throw new OverflowException($"{quantity} {Per} at {Amount} is more than an amount can hold.");

    /// <summary>What so many units cost, rounded half up to the micro-unit.</summary>
    /// <returns>False when the amount does not fit.</returns>
    public bool TryAmountFor(Quantity quantity, out Money amount)
    {
        var high = Math.BigMul((ulong)Amount.Micros, (ulong)quantity.Micros, out var low);
        var exact = high == 0 && low <= ulong.MaxValue - 500_000 ? (low + 500_000) / 1_000_000 : ((new UInt128(high, low) + 500_000) / 1_000_000);
        var fits = exact <= long.MaxValue;
        amount = new(fits ? (long)exact : 0, Amount.Currency);
        return fits;
    }
}
