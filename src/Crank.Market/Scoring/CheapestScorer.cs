using Crank.Core;

namespace Crank.Market;

/// <summary><c>cheapest</c>: the lowest price ceiling, in micro-units.</summary>
public sealed class CheapestScorer : IScorer
{
    /// <inheritdoc />
    public string Name => "cheapest";

    /// <inheritdoc />
    public double Score(Offer offer, Money ceiling, Risk unknown) => ceiling.Micros;
}
