using Crank.Core;

namespace Crank.Market;

/// <summary>Gives scores to offers that fit, by one scorer or by several with weights.</summary>
internal static class Ranking
{
    internal static void Score(Span<Fit> fits, Preference preference, Scorers scorers, Risk unknown)
    {
        if (preference.Weights.Length == 1)
        {
            var scorer = Named(scorers, preference.Weights[0].Scorer);
            foreach (ref var fit in fits)
            {
                fit.Score = Score(scorer, fit, unknown);
            }

            return;
        }

        var sum = 0.0;
        foreach (var (_, weight) in preference.Weights)
        {
            sum += weight;
        }

        foreach (var (name, weight) in preference.Weights)
        {
            Add(fits, Named(scorers, name), weight / sum, unknown);
        }
    }

    /// <summary>Adds the weighted score, scaled so that the best offer that fits has 0 and the worst 1.</summary>
    private static void Add(Span<Fit> fits, IScorer scorer, double weight, Risk unknown)
    {
        var (best, worst) = (double.MaxValue, double.MinValue);
        foreach (ref var fit in fits)
        {
            var score = Score(scorer, fit, unknown);
            best = Math.Min(best, score);
            worst = Math.Max(worst, score);
        }

        var range = worst - best;
        foreach (ref var fit in fits)
        {
            fit.Score += range > 0 ? weight * ((Score(scorer, fit, unknown) - best) / range) : 0;
        }
    }

    private static IScorer Named(Scorers scorers, string name) =>
        scorers.TryGet(name, out var scorer) ? scorer : throw new ArgumentException($"No scorer is named {name}.", nameof(name));

    private static double Score(IScorer scorer, in Fit fit, Risk unknown)
    {
        var score = scorer.Score(fit.Offer, fit.Ceiling, unknown);
        return double.IsFinite(score) ? score : throw new InvalidOperationException($"The scorer {scorer.Name} gave {score} for the offer {fit.Offer.Id}; a score is a finite number.");
    }
}
