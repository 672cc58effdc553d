using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Market;

namespace Crank.Mesh.Tests.Simulation;

/// <summary>One capability and three nodes that offer it, at other prices and speeds.</summary>
internal static class SimulatedOffers
{
    private static readonly Isolation s_strong = Isolation.Parse("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7");

    public static Capability Echo { get; } = new(
        CapabilityVersion.Parse("echo@1.0.0"), "Gives back its message.", Schema(), Schema(), null, null,
        new(ByteCount.FromKiB(64), ByteCount.FromKiB(64), ByteCount.FromMiB(512), Duration.FromSeconds(2), ImmutableDictionary<Unit, long>.Empty),
        [new(ErrorCode.Parse("declared"), "It says so.", false)], Price(1_000), true);

    public static OfferSnapshot All(DateTimeOffset now) => OfferSnapshot.Of(
    [
        Offer(1, "north", 1_000, 0.2, now),
        Offer(2, "south", 1_500, 0.1, now),
        Offer(3, "west", 1_000, 0.3, now),
    ]);

    private static Offer Offer(int number, string node, long price, double seconds, DateTimeOffset now) => new(
        new(new((UInt128)number)), Echo.Id, NodeId.Parse(node), AccountId.Parse("provider/local"), Price(price), s_strong, now + TimeSpan.FromDays(3650),
        Zone.Parse("de"), Duration.FromSeconds(seconds), new Joules(1), new GramsCo2ePerKwh(350), 0.99);

    private static Price Price(long micros) => new(Currency.Eur, [new(Unit.Job, new(micros, Currency.Eur))]);

    private static JsonElement Schema() => JsonElement.Parse(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"message":{"type":"string"}},"required":["message"],"additionalProperties":false}""");
}
