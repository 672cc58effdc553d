using Crank.Core;

namespace Crank.Storage;

/// <summary>What all transfers together did to one account.</summary>
/// <param name="Account">The account.</param>
/// <param name="Currency">The currency of those transfers.</param>
/// <param name="DebitMicros">The sum of what it paid, in millionths of a unit.</param>
/// <param name="CreditMicros">The sum of what it received, in millionths of a unit.</param>
public sealed record AccountFlow(AccountId Account, Currency Currency, long DebitMicros, long CreditMicros);
