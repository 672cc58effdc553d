using Crank.Core;

namespace Crank.Ledger;

/// <summary>What all transfers together did to one account.</summary>
/// <param name="Account">The account.</param>
/// <param name="Debits">The sum of what it paid.</param>
/// <param name="Credits">The sum of what it received.</param>
public sealed record AccountFlow(AccountId Account, Money Debits, Money Credits);
