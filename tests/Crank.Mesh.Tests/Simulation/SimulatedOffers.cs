using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Market;

namespace Crank.Mesh.Tests.Simulation;

/// <summary>Two capabilities, of which one may be run again at any time, and three nodes that offer both, at other prices and speeds.</summary>
internal static class SimulatedOffers
{
    private static readonly Isolation s_strong = Isolation.Parse("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7");

    public static Capability Echo { get; } = new(
        CapabilityVersion.Parse("echo@1.0.0"), "Gives back its message.", Schema(), Schema(), null, null,
        new(ByteCount.FromKiB(64), ByteCount.FromKiB(64), ByteCount.FromMiB(512), Duration.FromSeconds(2), ImmutableDictionary<Unit, long>.Empty),
        [new(ErrorCode.Parse("declared"), "It says so.", false)], Price(1_000), true);

    /// <summary>The same, and running it twice is as good as once.</summary>
    public static Capability Again { get; } = Echo with { Id = CapabilityVersion.Parse("again@1.0.0"), Idempotent = true };

    public static OfferSnapshot All(DateTimeOffset now) => OfferSnapshot.Of(
    [
        .. new[] { Echo, Again }.SelectMany((capability, i) => new[]
        {
            Offer(capability, (10 * i) + 1, "north", 1_000, 0.2, now),
            Offer(capability, (10 * i) + 2, "south", 1_500, 0.1, now),
            Offer(capability, (10 * i) + 3, "west", 1_000, 0.3, now),
        }),
    ]);

    private static Offer Offer(Capability capability, int number, string node, long price, double seconds, DateTimeOffset now) => new(
        new(new((UInt128)number)), capability.Id, NodeId.Parse(node), AccountId.Parse("provider/local"), Price(price), s_strong, now + TimeSpan.FromDays(3650),
        Zone.Parse("de"), Duration.FromSeconds(seconds), new Joules(1), new GramsCo2ePerKwh(350), 0.99);

    private static Price Price(long micros) => new(Currency.Eur, [new(Unit.Job, new(micros, Currency.Eur))]);

    private static JsonElement Schema() => JsonElement.Parse(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"message":{"type":"string"}},"required":["message"],"additionalProperties":false}""");
}
