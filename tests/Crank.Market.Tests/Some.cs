using System.Collections.Immutable;
using System.Globalization;
using Crank.Core;
using CsCheck;

namespace Crank.Market.Tests;

internal static class Some
{
    internal static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-01T12:00:00Z", CultureInfo.InvariantCulture);
    internal static readonly Currency Eur = Currency.Eur;
    internal static readonly Currency Usd = Currency.Parse("USD");
    internal static readonly CapabilityVersion Convert = CapabilityVersion.Parse("doc.convert@1.2.0");
    internal static readonly Isolation Strong = Isolation.Parse("process+env+rlimits+seccomp+landlock-7");

    internal static readonly ImmutableSortedDictionary<Unit, Quantity> Units =
        ImmutableSortedDictionary<Unit, Quantity>.Empty.Add(Unit.Job, Quantity.One).Add(Unit.Megabyte, Quantity.Parse("2.5"));

    internal static OfferId Id(int number) => new(new((UInt128)number + 1));

    internal static Money Micros(long micros) => new(micros, Eur);

    internal static Price PerJob(long micros, Currency? currency = null) => new(currency ?? Eur, [new(Unit.Job, new(micros, currency ?? Eur))]);

    internal static Offer Offer(int number, long micros = 1_000) =>
        new(Id(number), Convert, NodeId.Local, AccountId.Parse("provider/local"), PerJob(micros), Strong, Noon.AddHours(1));

    internal static PlacementQuestion Question(string prefer = "cheapest") =>
        new(Convert, Terms.Default with { Prefer = Preference.Parse(prefer) }, Constraints.None, Units, Eur, Noon);

    internal static Plan Plan(PlacementQuestion question, params Offer[] offers) =>
        Assert.IsType<PlacementAnswer.Placed>(Placement.Place(question, OfferSnapshot.Of(offers), Scorers.BuiltIn)).Plan;

    private static readonly Gen<Zone?> Zones = Of<Zone?>(null, Zone.Unknown, Zone.Parse("de"), Zone.Parse("fr"), Zone.Parse("se"));
    private static readonly Gen<Isolation> Isolations = Of(Isolation.None, Isolation.Parse("process"), Strong, Isolation.Parse(Strong + "+cgroup"));

    private static readonly Gen<Price> Prices = Gen.Select(Gen.Long[0, 6], Gen.Long[0, 6], Gen.Int[0, 19]).Select((job, megabyte, odd) => odd switch
    {
        0 => PerJob(job, Usd),
        1 => new(Eur, [new(Unit.Page, Micros(1))]),
        2 => new(Eur, [new(Unit.Megabyte, Micros(long.MaxValue))]),
        3 => new(Eur, []),
        _ => new(Eur, [new(Unit.Job, Micros(job * 100)), new(Unit.Megabyte, Micros(megabyte * 100))]),
    });

    private static readonly Gen<CapabilityVersion> Versions =
        Of("doc.convert@1.2.0", "doc.convert@1.2.0", "doc.convert@1.3.0", "doc.convert@1.1.9", "doc.convert@2.0.0", "hash@1.2.0").Select(v => CapabilityVersion.Parse(v));

    internal static readonly Gen<Offer> Offers =
        Gen.Select(
            Gen.Select(Versions, Gen.Int[0, 3].Select(n => NodeId.Parse($"node-{n}")), Prices, Isolations),
            Gen.Select(Gen.Int[-1, 8], Zones, Gen.Int[0, 4].Nullable(), Gen.Int[0, 4].Nullable()),
            Gen.Select(Gen.Int[0, 4].Nullable(), Gen.Int[0, 4].Nullable()))
        .Select((what, where, how) => new Offer(
            default, what.Item1, what.Item2, AccountId.Parse("provider/local"), what.Item3, what.Item4, Noon.AddMinutes(where.Item1), where.Item2,
            where.Item3 is { } l ? Duration.FromSeconds(l * 30) : null,
            where.Item4 is { } j ? new Joules(j * 2_000) : null,
            how.Item1 is { } i ? new GramsCo2ePerKwh(i * 300) : null,
            how.Item2 is { } r ? r / 4.0 : null));

    internal static readonly Gen<Offer[]> ManyOffers = Offers.Array[0, 40].Select(offers => offers.Select((o, i) => o with { Id = Id(i * 7 % 41) }).ToArray());

    internal static readonly Gen<PlacementQuestion> Questions =
        Gen.Select(
            Of("cheapest", "fastest", "greenest", "trusted", "cheapest=0.7,greenest=0.3", "trusted=1,fastest=2,cheapest=3"),
            Gen.Long[-1, 1_500], Gen.Int[-1, 120], Gen.Int[0, 3], Gen.Int[-1, 4], Gen.Int[0, 3], Gen.Long[-1, 1_500])
        .Select((prefer, budget, deadline, zones, isolation, demandedZones, most) => Question(prefer) with
        {
            Terms = new(
                Preference.Parse(prefer), budget < 0 ? null : Micros(budget), deadline < 0 ? null : Duration.FromSeconds(deadline), ZonesOf(zones), null,
                isolation < 0 ? null : (IsolationLevel)isolation),
            Constraints = new(ZonesOf(demandedZones), null, most < 0 ? null : Micros(most)),
        });

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static ImmutableArray<Zone> ZonesOf(int number) => number switch
    {
        1 => [Zone.Parse("de"), Zone.Parse("fr")],
        2 => [Zone.Parse("se"), Zone.Parse("de"), Zone.Unknown],
        _ => [],
    };
}
