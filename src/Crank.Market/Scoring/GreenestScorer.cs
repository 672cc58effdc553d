using Crank.Core;

namespace Crank.Market;

/// <summary><c>greenest</c>: the least grams of CO2e of electricity per job: energy × carbon intensity.</summary>
public sealed class GreenestScorer : IScorer
{
    /// <inheritdoc />
    public string Name => "greenest";

    /// <inheritdoc />
    public double Score(Offer offer, Money ceiling, Risk unknown) =>
        ((offer.Intensity ?? unknown.Intensity) * (offer.JoulesPerJob ?? unknown.JoulesPerJob)).Value;
}
