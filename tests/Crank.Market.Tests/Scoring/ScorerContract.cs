using Crank.Core;
using CsCheck;

namespace Crank.Market.Tests.Scoring;

/// <summary>What every scorer promises, ours and others'.</summary>
public abstract class ScorerContract
{
    protected abstract IScorer Scorer { get; }

    /// <summary>An offer with the figure that this scorer looks at, and the same without it.</summary>
    protected abstract (Offer Known, Offer Silent)? Pair(int size);

    [Fact]
    public void Its_name_can_be_preferred() => Assert.Equal(Scorer.Name, Assert.Single(Preference.Parse(Scorer.Name).Weights).Scorer);

    [Fact]
    public void Equal_inputs_give_equal_finite_scores() => Gen.Select(Some.Offers, Gen.Long[0, long.MaxValue]).Sample((offer, ceiling) =>
    {
        var score = Scorer.Score(offer, Some.Micros(ceiling), Risk.Default.With(offer));
        return double.IsFinite(score) && score == Scorer.Score(offer, Some.Micros(ceiling), Risk.Default.With(offer));
    });

    [Fact]
    public void Silence_is_never_better_than_a_figure() => Gen.Int[0, 1_000_000].Sample(size =>
    {
        if (Pair(size) is var (known, silent))
        {
            var risk = Risk.Default.With(known).With(silent);
            Assert.True(Scorer.Score(silent, Some.Micros(1), risk) >= Scorer.Score(known, Some.Micros(1), risk));
        }
    });
}
