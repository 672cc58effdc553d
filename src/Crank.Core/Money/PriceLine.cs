namespace Crank.Core;

/// <summary>What one unit costs.</summary>
/// <param name="Per">The unit: a job, a megabyte of input, a second, a page…</param>
/// <param name="Amount">The price of one unit; not negative.</param>
public sealed record PriceLine(Unit Per, Money Amount);
