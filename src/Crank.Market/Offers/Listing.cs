using Crank.Core;

namespace Crank.Market;

/// <summary>An offer with what a search would otherwise work out again each time.</summary>
internal readonly struct Listing(Offer offer)
{
    internal Offer Offer { get; } = offer;

    internal IsolationLevel Isolation { get; } = offer.Isolation.Level;
}
