using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Gateway.Identity.Keys;

/// <summary>What a new key should be.</summary>
/// <param name="Principal">Who acts with it.</param>
/// <param name="Scopes">What it may do, of what its maker may do; default for everything that maker and principal both may.</param>
/// <param name="Lifetime">How long it is good; null for the configured time.</param>
/// <param name="Name">For people, at most 100 characters; null for none.</param>
/// <param name="Budget">What it may spend; null for all that its tenant may. A maker with a budget makes keys that spend from the same one, and gives no other.</param>
public sealed record NewKey(PrincipalId Principal, ImmutableArray<string> Scopes = default, TimeSpan? Lifetime = null, string? Name = null, KeyBudget? Budget = null);
