using Crank.Core;

namespace Crank.Market;

/// <summary>What a missing figure counts as: a pessimistic default, or the worst known figure among the offers that fit when that is worse. Silence never wins over a figure.</summary>
/// <param name="Latency">For a missing latency.</param>
/// <param name="JoulesPerJob">For missing energy.</param>
/// <param name="Intensity">For a missing carbon intensity.</param>
/// <param name="Reliability">For a missing share of jobs done.</param>
public readonly record struct Risk(Duration Latency, Joules JoulesPerJob, GramsCo2ePerKwh Intensity, double Reliability)
{
    /// <summary>The defaults: a minute, a watt-hour, 1,000 g/kWh (a grid that burns coal alone), every second job done.</summary>
    public static Risk Default { get; } = new(Duration.FromSeconds(60), new(3_600), new(1_000), 0.5);

    /// <summary>The risk after one more offer that fits was seen.</summary>
    public Risk With(Offer offer) => new(
        offer.Latency is { } latency && latency > Latency ? latency : Latency,
        offer.JoulesPerJob is { } joules && joules > JoulesPerJob ? joules : JoulesPerJob,
        offer.Intensity is { } intensity && intensity > Intensity ? intensity : Intensity,
        offer.Reliability is { } reliability && reliability < Reliability ? reliability : Reliability);
}
