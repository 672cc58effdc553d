namespace Crank.Core;

/// <summary>Two amounts of different currencies were added, subtracted or compared: Crank never converts silently.</summary>
public sealed class CurrencyMismatchException(Currency left, Currency right)
    : InvalidOperationException($"{left} and {right} cannot be added or compared; use amounts of one currency.");
