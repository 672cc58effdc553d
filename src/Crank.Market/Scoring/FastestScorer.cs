using Crank.Core;

namespace Crank.Market;

/// <summary><c>fastest</c>: the lowest median latency, in seconds.</summary>
public sealed class FastestScorer : IScorer
{
    /// <inheritdoc />
    public string Name => "fastest";

    /// <inheritdoc />
    public double Score(Offer offer, Money ceiling, Risk unknown) => (offer.Latency ?? unknown.Latency).Seconds;
}
