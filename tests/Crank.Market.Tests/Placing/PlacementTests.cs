using System.Collections.Immutable;
using Crank.Core;
using CsCheck;

namespace Crank.Market.Tests.Placing;

public sealed class PlacementTests
{
    [Fact]
    public void A_plan_says_what_was_looked_at_and_why_the_others_lost()
    {
        var late = Some.Offer(4) with { ExpiresAt = Some.Noon };
        var plan = Some.Plan(Some.Question() with { Wanted = 3, Agree = 2 }, Some.Offer(1, 30), Some.Offer(2, 10), Some.Offer(3, 20), late);
        Assert.Equal(("cheapest", 4, 3, 2), (plan.Scorer, plan.Considered, plan.Wanted, plan.Agree));
        Assert.Equal([Some.Id(2), Some.Id(3), Some.Id(1)], plan.Candidates.Select(c => c.Offer));
        Assert.Equal(Some.Micros(10), plan.Candidates[0].Ceiling);
        Assert.Equal(
            [(Some.Id(1), LossReason.Score, "30 against 10"), (Some.Id(3), LossReason.Score, "20 against 10"), (Some.Id(4), LossReason.Expired, "it expired at 2026-03-01T12:00:00Z")],
            plan.Losers.Select(l => (l.Offer, l.Reason, l.Detail)));
        Assert.Equal([(LossReason.Expired, 1), (LossReason.Score, 2)], plan.Losses.Select(l => (l.Key, l.Value)));
        Assert.Same(Some.Units, plan.Units);
    }

    public static TheoryData<LossReason, string> HardLimits => new()
    {
        { LossReason.Capability, "doc.convert@2.0.0 cannot stand in for doc.convert@1.2.0" },
        { LossReason.Expired, "it expired at 2026-03-01T12:00:00Z" },
        { LossReason.Zone, "fr is not among the zones allowed" },
        { LossReason.Isolation, "none is none, and strong is demanded" },
        { LossReason.Currency, "it asks for USD" },
        { LossReason.Budget, "0.001001 EUR is over the budget of 0.001 EUR" },
        { LossReason.Deadline, "its median of 11s is over the deadline of 10s" },
    };

    [Theory]
    [MemberData(nameof(HardLimits))]
    public void Each_hard_limit_keeps_an_offer_out_and_says_so(LossReason reason, string detail)
    {
        var fits = Some.Offer(2) with { Zone = Zone.Parse("de"), Latency = Duration.Parse("10s") };
        var question = Some.Question() with
        {
            Terms = new(Preference.Cheapest, Some.Micros(1_000), Duration.Parse("10s"), [Zone.Parse("de")], null, IsolationLevel.Strong),
        };
        var bad = reason switch
        {
            LossReason.Capability => fits with { Capability = CapabilityVersion.Parse("doc.convert@2.0.0") },
            LossReason.Expired => fits with { ExpiresAt = Some.Noon },
            LossReason.Zone => fits with { Zone = Zone.Parse("fr") },
            LossReason.Isolation => fits with { Isolation = Isolation.None },
            LossReason.Currency => fits with { Price = Some.PerJob(1, Some.Usd) },
            LossReason.Budget => fits with { Price = Some.PerJob(1_001) },
            _ => fits with { Latency = Duration.Parse("11s") },
        };
        var plan = Some.Plan(question, fits, bad with { Id = Some.Id(1) });
        Assert.Equal([fits.Id], plan.Candidates.Select(c => c.Offer));
        Assert.Equal((reason, detail), (Assert.Single(plan.Losers).Reason, plan.Losers[0].Detail));
    }

    [Fact]
    public void What_a_decision_adds_is_obeyed_even_where_the_terms_are_looser()
    {
        var offer = Some.Offer(1) with { Zone = Zone.Parse("de") };
        Assert.Equal(LossReason.Zone, Refused(Some.Question() with { Constraints = new([Zone.Parse("fr")], null, null) }, offer));
        Assert.Equal(LossReason.Isolation, Refused(Some.Question() with { Constraints = new([], IsolationLevel.StrongPlus, null) }, offer));
        Assert.Equal(LossReason.Budget, Refused(Some.Question() with { Constraints = new([], null, Some.Micros(999)) }, offer));
        Assert.Equal(LossReason.Currency, Refused(Some.Question() with { Constraints = new([], null, new(999, Some.Usd)) }, offer));
        Assert.Equal(LossReason.Node, Refused(Some.Question() with { Constraints = Constraints.None with { Nodes = [NodeId.Parse("another")] } }, offer));
        var slow = offer with { Latency = Duration.Parse("11s") };
        Assert.Equal(LossReason.Deadline, Refused(Some.Question() with { Constraints = Constraints.None with { Deadline = Duration.Parse("10s") } }, slow));
        Assert.Equal(LossReason.Deadline, Refused(Some.Question() with { Terms = Terms.Default with { Deadline = Duration.Parse("30s") }, Constraints = Constraints.None with { Deadline = Duration.Parse("10s") } }, slow));
        Assert.Equal(LossReason.Deadline, Refused(Some.Question() with { Terms = Terms.Default with { Deadline = Duration.Parse("10s") }, Constraints = Constraints.None with { Deadline = Duration.Parse("30s") } }, slow));
    }

    [Fact]
    public void An_offer_of_a_node_that_the_decision_allows_is_chosen()
    {
        var offer = Some.Offer(1);
        var plan = Some.Plan(Some.Question() with { Constraints = Constraints.None with { Nodes = [offer.Node], Deadline = Duration.Parse("10s") } }, offer);
        Assert.Equal([offer.Id], plan.Candidates.Select(c => c.Offer));
    }

    [Fact]
    public void Terms_that_are_stricter_than_the_decision_stay()
    {
        var question = Some.Question() with
        {
            Terms = Terms.Default with { MinIsolation = IsolationLevel.StrongPlus, Budget = Some.Micros(999) },
            Constraints = new([], IsolationLevel.Weak, Some.Micros(5_000)),
        };
        Assert.Equal(LossReason.Isolation, Refused(question, Some.Offer(1)));
        Assert.Equal(LossReason.Budget, Refused(question, Some.Offer(1) with { Isolation = Isolation.Parse(Some.Strong + "+cgroup") }));
    }

    [Fact]
    public void The_default_isolation_of_the_mesh_counts_where_the_terms_name_none()
    {
        var question = Some.Question() with { DefaultIsolation = IsolationLevel.Strong };
        Assert.Equal(LossReason.Isolation, Refused(question, Some.Offer(1) with { Isolation = Isolation.None }));
        _ = Some.Plan(question with { Terms = Terms.Default with { MinIsolation = IsolationLevel.None } }, Some.Offer(1) with { Isolation = Isolation.None });
    }

    [Fact]
    public void An_unknown_zone_is_out_where_zones_are_demanded_even_by_the_name_unknown()
    {
        var question = Some.Question() with { Terms = Terms.Default with { Zones = [Zone.Unknown] } };
        Assert.Equal(LossReason.Zone, Refused(question, Some.Offer(1)));
        Assert.Equal(LossReason.Zone, Refused(question, Some.Offer(1) with { Zone = Zone.Unknown }));
    }

    [Theory]
    [InlineData("page", 1, "it is priced per page, of which no maximum is known")]
    [InlineData("megabyte", long.MaxValue, "the most it can cost is more than an amount can hold")]
    public void A_price_without_a_ceiling_is_over_any_budget(string unit, long micros, string detail)
    {
        var offer = Some.Offer(1) with { Price = new(Some.Eur, [new(Unit.Parse(unit), Some.Micros(micros))]) };
        var answer = Assert.IsType<PlacementAnswer.NoneWithinTerms>(Placement.Place(Some.Question(), OfferSnapshot.Of([offer]), Scorers.BuiltIn));
        Assert.Equal((LossReason.Budget, detail), (answer.Losers[0].Reason, answer.Losers[0].Detail));
    }

    [Fact]
    public void A_ceiling_is_the_price_of_the_most_units() =>
        Assert.Equal(
            Some.Micros(1_250),
            Some.Plan(Some.Question(), Some.Offer(1) with { Price = new(Some.Eur, [new(Unit.Job, Some.Micros(1_000)), new(Unit.Megabyte, Some.Micros(100))]) }).Candidates[0].Ceiling);

    [Fact]
    public void Nobody_who_offers_it_is_another_refusal_than_nobody_within_the_terms()
    {
        var other = Some.Offer(1) with { Capability = CapabilityVersion.Parse("hash@1.2.0") };
        var expired = Some.Offer(2) with { ExpiresAt = Some.Noon };
        Assert.Contains("doc.convert@1.2.0", Assert.IsType<PlacementAnswer.NoOffer>(Placement.Place(Some.Question(), OfferSnapshot.Empty, Scorers.BuiltIn)).Why, StringComparison.Ordinal);
        Assert.IsType<PlacementAnswer.NoOffer>(Placement.Place(Some.Question(), OfferSnapshot.Of([other, expired]), Scorers.BuiltIn));
        var broke = Some.Question() with { Terms = Terms.Default with { Budget = Some.Micros(0) } };
        var answer = Assert.IsType<PlacementAnswer.NoneWithinTerms>(Placement.Place(broke, OfferSnapshot.Of([other, expired, Some.Offer(3)]), Scorers.BuiltIn));
        Assert.Equal("doc.convert@1.2.0 is offered, but not within the terms: lost 1 by expired, 1 by budget. Ask for less, or allow more.", answer.Why);
        Assert.Equal([(LossReason.Capability, 1), (LossReason.Expired, 1), (LossReason.Budget, 1)], answer.Losses.Select(l => (l.Key, l.Value)));
        Assert.Equal(3, answer.Losers.Length);
        Assert.Equal(
            ("no-offer", "none-within-terms", "unknown-scorer"),
            (PlacementAnswer.NoOffer.Code.Value, PlacementAnswer.NoneWithinTerms.Code.Value, PlacementAnswer.UnknownScorer.Code.Value));
    }

    [Fact]
    public void Ties_go_by_node_and_then_by_offer()
    {
        var plan = Some.Plan(
            Some.Question(),
            Some.Offer(1) with { Node = NodeId.Parse("b") }, Some.Offer(3) with { Node = NodeId.Parse("a") }, Some.Offer(2) with { Node = NodeId.Parse("a") });
        Assert.Equal([Some.Id(2), Some.Id(3), Some.Id(1)], plan.Candidates.Select(c => c.Offer));
        Assert.All(plan.Losers, l => Assert.StartsWith("the same score", l.Detail, StringComparison.Ordinal));
    }

    [Fact]
    public void At_most_sixteen_are_named_and_all_are_counted()
    {
        var plan = Some.Plan(Some.Question(), [.. Enumerable.Range(0, 40).Select(i => Some.Offer(i, 1_000 - i))]);
        Assert.Equal((16, 16, 39), (plan.Candidates.Length, plan.Losers.Length, plan.Losses[LossReason.Score]));
        Assert.Equal(Enumerable.Range(0, 16).Select(i => Some.Id(39 - i)), plan.Candidates.Select(c => c.Offer));
        Assert.Equal(Enumerable.Range(0, 16).Select(Some.Id), plan.Losers.Select(l => l.Offer));
    }

    [Fact]
    public void The_plan_is_the_exhaustive_optimum_for_any_offers_and_question() => Gen.Select(Some.Questions, Some.ManyOffers).Sample((question, offers) =>
    {
        var answer = Placement.Place(question, OfferSnapshot.Of(offers), Scorers.BuiltIn);
        var best = Exhaustive.Best(question, offers);
        if (best.Length == 0)
        {
            Assert.True(answer is not PlacementAnswer.Placed);
            return;
        }

        var plan = Assert.IsType<PlacementAnswer.Placed>(answer).Plan;
        Assert.Equal(best, plan.Candidates.Select(c => c.Offer));
        Assert.Equal(offers.Length, plan.Losses.Values.Sum() + 1);
        Assert.Equal(offers.Length, plan.Considered);
        Assert.Equal(Math.Min(16, offers.Length - 1), plan.Losers.Length);
        Assert.Equal(offers.Select(o => o.Id).Where(id => id != best[0]).Order().Take(16), plan.Losers.Select(l => l.Offer));
    });

    [Fact]
    public void The_order_of_the_offers_does_not_matter_and_the_stored_bytes_explain_the_plan() => Gen.Select(Some.Questions, Some.ManyOffers).Sample((question, offers) =>
    {
        var snapshot = OfferSnapshot.Of(offers);
        var first = Said(Placement.Place(question, snapshot, Scorers.BuiltIn));
        return first == Said(Placement.Place(question, OfferSnapshot.Of(offers.Reverse()), Scorers.BuiltIn))
            && first == Said(Placement.Place(question, OfferSnapshot.Read(snapshot.Content), Scorers.BuiltIn));
    });

    private static string Said(PlacementAnswer answer) => System.Text.Json.JsonSerializer.Serialize<object>(answer);

    private static LossReason Refused(PlacementQuestion question, Offer offer) =>
        Assert.Single(Assert.IsType<PlacementAnswer.NoneWithinTerms>(Placement.Place(question, OfferSnapshot.Of([offer]), Scorers.BuiltIn)).Losses).Key;

    /// <summary>The rules again, said as plainly as possible: keep what fits, sort all of it.</summary>
    private static class Exhaustive
    {
        internal static ImmutableArray<OfferId> Best(PlacementQuestion question, Offer[] offers)
        {
            var fits = offers.Where(o => Fits(question, o)).ToArray();
            var known = new Risk(
                Duration.FromSeconds(fits.Select(o => o.Latency?.Seconds ?? 0).Append(60).Max()),
                new(fits.Select(o => o.JoulesPerJob?.Value ?? 0).Append(3_600).Max()),
                new(fits.Select(o => o.Intensity?.Value ?? 0).Append(1_000).Max()),
                fits.Select(o => o.Reliability ?? 1).Append(0.5).Min());
            var weights = question.Terms.Prefer.Weights;
            var sum = weights.Sum(w => w.Weight);
            double Figure(string scorer, Offer o) => scorer switch
            {
                "cheapest" => o.Price.TotalFor(question.MostUnits).Micros,
                "fastest" => (o.Latency ?? known.Latency).Seconds,
                "greenest" => ((o.Intensity ?? known.Intensity) * (o.JoulesPerJob ?? known.JoulesPerJob)).Value,
                _ => 1 - (o.Reliability ?? known.Reliability),
            };
            double Scaled(string scorer, Offer o)
            {
                var (low, high) = (fits.Min(f => Figure(scorer, f)), fits.Max(f => Figure(scorer, f)));
                return high > low ? (Figure(scorer, o) - low) / (high - low) : 0;
            }

            double Score(Offer o) => weights.Length == 1 ? Figure(weights[0].Scorer, o) : weights.Aggregate(0.0, (total, w) => total + (w.Weight / sum * Scaled(w.Scorer, o)));
            return [.. fits.OrderBy(Score).ThenBy(o => o.Node.Value, StringComparer.Ordinal).ThenBy(o => o.Id).Take(16).Select(o => o.Id)];
        }

        private static bool Fits(PlacementQuestion q, Offer o)
        {
            if (o.Capability.Name != q.Capability.Name || !o.Capability.Version.Satisfies(q.Capability.Version) || o.ExpiresAt <= q.Now || o.Price.Currency != q.Currency)
            {
                return false;
            }

            foreach (var zones in new[] { q.Terms.Zones, q.Constraints.Zones })
            {
                if (zones.Length > 0 && (o.Zone is null || o.Zone == Zone.Unknown || !zones.Contains(o.Zone.Value)))
                {
                    return false;
                }
            }

            if (o.Price.Lines.Any(l => !q.MostUnits.ContainsKey(l.Per) || l.Amount.Micros > 1_000_000))
            {
                return false;
            }

            var cost = o.Price.TotalFor(q.MostUnits);
            return (q.Terms.Budget is not { } budget || cost <= budget)
                && (q.Constraints.PriceCeiling is not { } most || cost <= most)
                && (q.Terms.Deadline is not { } deadline || o.Latency is not { } latency || latency <= deadline)
                && o.Isolation.Level >= (q.Terms.MinIsolation ?? IsolationLevel.None);
        }
    }
}
