using Crank.Core;

namespace Crank.Ledger;

/// <summary>One part of a split.</summary>
/// <param name="Account">Who receives it; <c>provider</c> stands for the account of the chosen offer.</param>
/// <param name="BasisPoints">Hundredths of a percent, 1 to 10,000.</param>
public readonly record struct SplitPart(AccountId Account, int BasisPoints);
