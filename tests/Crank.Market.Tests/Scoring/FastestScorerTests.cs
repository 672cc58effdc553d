using Crank.Core;

namespace Crank.Market.Tests.Scoring;

public sealed class FastestScorerTests : ScorerContract
{
    protected override IScorer Scorer { get; } = new FastestScorer();

    [Fact]
    public void The_shortest_known_latency_wins_and_an_unknown_one_comes_last()
    {
        var plan = Some.Plan(
            Some.Question("fastest"), Some.Offer(1), Some.Offer(2) with { Latency = Duration.Parse("2s") }, Some.Offer(3) with { Latency = Duration.Parse("10ms") });
        Assert.Equal([Some.Id(3), Some.Id(2), Some.Id(1)], plan.Candidates.Select(c => c.Offer));
    }

    protected override (Offer Known, Offer Silent)? Pair(int size) => (Some.Offer(1) with { Latency = Duration.FromSeconds(size) }, Some.Offer(2));
}
