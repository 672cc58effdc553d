using Crank.Core;

namespace Crank.Market;

/// <summary><c>trusted</c>: the smallest share of jobs that were not done.</summary>
public sealed class TrustedScorer : IScorer
{
    /// <inheritdoc />
    public string Name => "trusted";

    /// <inheritdoc />
    public double Score(Offer offer, Money ceiling, Risk unknown) => 1 - (offer.Reliability ?? unknown.Reliability);
}
