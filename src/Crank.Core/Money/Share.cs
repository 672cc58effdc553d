namespace Crank.Core;

/// <summary>What one account receives of a charge.</summary>
/// <param name="Account">Who receives it.</param>
/// <param name="Amount">How much.</param>
public sealed record Share(AccountId Account, Money Amount);
