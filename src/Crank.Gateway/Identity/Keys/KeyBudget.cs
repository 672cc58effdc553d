using Crank.Core;

namespace Crank.Gateway.Identity.Keys;

/// <summary>What a key may spend of its tenant's money. At least one of both is there.</summary>
/// <param name="PerDay">The most in one day of UTC; null for no limit.</param>
/// <param name="Total">The most as long as it and its successors live; null for no limit.</param>
public sealed record KeyBudget(Money? PerDay, Money? Total);
