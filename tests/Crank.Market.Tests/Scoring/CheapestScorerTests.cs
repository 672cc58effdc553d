using Crank.Core;

namespace Crank.Market.Tests.Scoring;

public sealed class CheapestScorerTests : ScorerContract
{
    protected override IScorer Scorer { get; } = new CheapestScorer();

    [Fact]
    public void The_lowest_ceiling_wins() =>
        Assert.Equal([Some.Id(2), Some.Id(1), Some.Id(3)], Some.Plan(Some.Question(), Some.Offer(1, 20), Some.Offer(2, 10), Some.Offer(3, 30)).Candidates.Select(c => c.Offer));

    protected override (Offer Known, Offer Silent)? Pair(int size) => null;
}
