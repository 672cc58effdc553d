using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Market;

/// <summary>Everything but the offers that a placement depends on; with the snapshot it gives the same plan for good.</summary>
/// <param name="Capability">What is wanted; any version that can stand in for it will do, unless <paramref name="Exact"/>.</param>
/// <param name="Terms">What the caller asks.</param>
/// <param name="Constraints">What the decision adds.</param>
/// <param name="MostUnits">The most units of each kind that this input can meter; a ceiling is an offer's price of them.</param>
/// <param name="Currency">The currency of the account that pays.</param>
/// <param name="Now">When it is asked: offers that expired by then are out.</param>
/// <param name="DefaultIsolation">The weakest isolation where the terms name none.</param>
/// <param name="Wanted">How many results are wanted.</param>
/// <param name="Agree">How many of them must agree.</param>
/// <param name="Exact">True: that very version alone, because it was chosen before.</param>
public sealed record PlacementQuestion(
    CapabilityVersion Capability,
    Terms Terms,
    Constraints Constraints,
    ImmutableSortedDictionary<Unit, Quantity> MostUnits,
    Currency Currency,
    DateTimeOffset Now,
    IsolationLevel DefaultIsolation = IsolationLevel.None,
    int Wanted = 1,
    int Agree = 1,
    bool Exact = false);
