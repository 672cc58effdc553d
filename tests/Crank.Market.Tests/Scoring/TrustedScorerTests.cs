using Crank.Core;

namespace Crank.Market.Tests.Scoring;

public sealed class TrustedScorerTests : ScorerContract
{
    protected override IScorer Scorer { get; } = new TrustedScorer();

    [Fact]
    public void The_most_reliable_wins_and_an_unknown_one_comes_last()
    {
        var plan = Some.Plan(
            Some.Question("trusted"), Some.Offer(1), Some.Offer(2) with { Reliability = 0.6 }, Some.Offer(3) with { Reliability = 0.99 });
        Assert.Equal([Some.Id(3), Some.Id(2), Some.Id(1)], plan.Candidates.Select(c => c.Offer));
    }

    protected override (Offer Known, Offer Silent)? Pair(int size) => (Some.Offer(1) with { Reliability = 1 - (size / 1_000_000.0) }, Some.Offer(2));
}
