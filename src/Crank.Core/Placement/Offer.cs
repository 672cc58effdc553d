namespace Crank.Core;

/// <summary>A worker's statement that it will run a capability: at which price, where, how fast and how well. A missing figure is unknown and priced as risk.</summary>
/// <param name="Id">Names the offer.</param>
/// <param name="Capability">What is offered.</param>
/// <param name="Node">The machine.</param>
/// <param name="Provider">The account that is paid for it.</param>
/// <param name="Price">What it asks.</param>
/// <param name="Isolation">What the node proved for its workers.</param>
/// <param name="ExpiresAt">The offer is not chosen from then on.</param>
/// <param name="Zone">The grid zone of the node; null when unknown.</param>
/// <param name="Latency">The median time that a job of it took there; null when unknown.</param>
/// <param name="JoulesPerJob">The mean energy that a job of it took there; null when unknown.</param>
/// <param name="Intensity">Carbon intensity of the zone; null when unknown.</param>
/// <param name="Reliability">The share of its jobs that were done, 0 to 1; null when unknown.</param>
public sealed record Offer(
    OfferId Id,
    CapabilityVersion Capability,
    NodeId Node,
    AccountId Provider,
    Price Price,
    Isolation Isolation,
    DateTimeOffset ExpiresAt,
    Zone? Zone = null,
    Duration? Latency = null,
    Joules? JoulesPerJob = null,
    GramsCo2ePerKwh? Intensity = null,
    double? Reliability = null);
