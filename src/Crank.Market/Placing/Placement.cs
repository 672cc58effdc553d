using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Crank.Core;

namespace Crank.Market;

/// <summary>Where a job runs: a pure function of the question and the offers.</summary>
public static class Placement
{
    private static readonly LossReason[] s_reasons = Enum.GetValues<LossReason>();

    /// <summary>Filters by hard limits, ranks what fits, and keeps why the others lost.</summary>
    /// <remarks>Ties: by node, then by offer id. The sum of all losses and the one first choice is the number of offers considered.</remarks>
    /// <param name="question">What is asked.</param>
    /// <param name="snapshot">The offers.</param>
    /// <param name="scorers">The scorers that the preference may name.</param>
    public static PlacementAnswer Place(PlacementQuestion question, OfferSnapshot snapshot, Scorers scorers)
    {
        if (scorers.FirstUnknown(question.Terms.Prefer) is { } missing)
        {
            return new PlacementAnswer.UnknownScorer($"No scorer is named {missing}; use {string.Join(", ", scorers.Names)}, or several with weights.");
        }

        var listings = snapshot.For(question.Capability.Name);
        var filter = new Filter(question);
        Span<int> losses = stackalloc int[s_reasons.Length];
        losses[(int)LossReason.Capability] = snapshot.Offers.Length - listings.Length;
        var rented = ArrayPool<Fit>.Shared.Rent(listings.Length);
        try
        {
            var (count, unknown) = (0, Risk.Default);
            foreach (ref readonly var listing in listings)
            {
                if (filter.Reject(listing, out var ceiling) is { } reason)
                {
                    losses[(int)reason]++;
                    continue;
                }

                unknown = unknown.With(listing.Offer);
                rented[count++] = new(listing.Offer, ceiling);
            }

            if (count == 0)
            {
                return Refuse(question, snapshot, filter, losses);
            }

            var fits = rented.AsSpan(0, count);
            Ranking.Score(fits, question.Terms.Prefer, scorers, unknown);
            var best = MoveBestToFront(fits);
            losses[(int)LossReason.Score] = count - 1;
            return new PlacementAnswer.Placed(Plan(question, snapshot, filter, fits, best, losses));
        }
        finally
        {
            ArrayPool<Fit>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>Puts the best offers, in order, first; the rest stays in any order.</summary>
    private static int MoveBestToFront(Span<Fit> fits)
    {
        var best = Math.Min(fits.Length, Core.Plan.MaxNamed);
        fits[..best].Sort(Fit.Compare);
        for (var i = best; i < fits.Length; i++)
        {
            if (Fit.Compare(fits[i], fits[best - 1]) >= 0)
            {
                continue;
            }

            var (better, place) = (fits[i], best - 1);
            fits[i] = fits[place];
            for (; place > 0 && Fit.Compare(better, fits[place - 1]) < 0; place--)
            {
                fits[place] = fits[place - 1];
            }

            fits[place] = better;
        }

        return best;
    }

    private static Plan Plan(PlacementQuestion question, OfferSnapshot snapshot, in Filter filter, ReadOnlySpan<Fit> fits, int best, ReadOnlySpan<int> losses)
    {
        var candidates = ImmutableArray.CreateBuilder<Candidate>(best);
        foreach (ref readonly var fit in fits[..best])
        {
            candidates.Add(new(fit.Offer.Id, fit.Offer.Node, fit.Ceiling, fit.Score));
        }

        return new(
            question.Terms.Prefer.Text, snapshot.Digest, snapshot.Offers.Length, question.MostUnits, question.Wanted, question.Agree,
            candidates.MoveToImmutable(), Losers(snapshot, filter, fits), Count(losses));
    }

    private static PlacementAnswer Refuse(PlacementQuestion question, OfferSnapshot snapshot, in Filter filter, ReadOnlySpan<int> losses)
    {
        if (snapshot.Offers.Length == losses[(int)LossReason.Capability] + losses[(int)LossReason.Expired])
        {
            return new PlacementAnswer.NoOffer($"Nobody offers {question.Capability} now; start a worker that does, or try again later.");
        }

        var counts = Count(losses);
        var said = string.Join(", ", counts.Where(c => c.Key != LossReason.Capability).Select(c => $"{c.Value} by {c.Key.ToString().ToLowerInvariant()}"));
        return new PlacementAnswer.NoneWithinTerms($"{question.Capability} is offered, but not within the terms: lost {said}. Ask for less, or allow more.", Losers(snapshot, filter, []), counts);
    }

    /// <summary>The first losers are among the first offers, since only one offer wins: nothing further is looked at twice.</summary>
    private static ImmutableArray<Loser> Losers(OfferSnapshot snapshot, in Filter filter, ReadOnlySpan<Fit> fits)
    {
        var first = snapshot.Offers.AsSpan()[..Math.Min(snapshot.Offers.Length, Core.Plan.MaxNamed + 1)];
        Span<double> scores = stackalloc double[first.Length];
        foreach (ref readonly var fit in fits)
        {
            if (fit.Offer.Id.CompareTo(first[^1].Id) <= 0)
            {
                scores[first.IndexOf(fit.Offer)] = fit.Score;
            }
        }

        var losers = ImmutableArray.CreateBuilder<Loser>(Math.Min(first.Length, Core.Plan.MaxNamed));
        for (var i = 0; i < first.Length && losers.Count < Core.Plan.MaxNamed; i++)
        {
            if (fits.IsEmpty || !ReferenceEquals(first[i], fits[0].Offer))
            {
                losers.Add(Lost(new(first[i]), filter, scores[i], fits));
            }
        }

        return losers.DrainToImmutable();
    }

    private static Loser Lost(in Listing listing, in Filter filter, double score, ReadOnlySpan<Fit> fits)
    {
        var offer = listing.Offer;
        if (filter.Reject(listing, out var ceiling) is { } reason)
        {
            return new(offer.Id, offer.Node, reason, filter.Explain(listing, reason, ceiling));
        }

        var detail = score == fits[0].Score
            ? "the same score; the tie went by node, then by offer"
            : string.Create(CultureInfo.InvariantCulture, $"{score:R} against {fits[0].Score:R}");
        return new(offer.Id, offer.Node, LossReason.Score, detail);
    }

    private static ImmutableSortedDictionary<LossReason, int> Count(ReadOnlySpan<int> losses)
    {
        var counts = ImmutableSortedDictionary<LossReason, int>.Empty;
        foreach (var reason in s_reasons)
        {
            if (losses[(int)reason] > 0)
            {
                counts = counts.Add(reason, losses[(int)reason]);
            }
        }

        return counts;
    }
}
