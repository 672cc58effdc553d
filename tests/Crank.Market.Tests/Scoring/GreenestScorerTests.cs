using Crank.Core;

namespace Crank.Market.Tests.Scoring;

public sealed class GreenestScorerTests : ScorerContract
{
    protected override IScorer Scorer { get; } = new GreenestScorer();

    [Fact]
    public void The_least_energy_times_intensity_wins_and_an_unknown_one_comes_last()
    {
        var plan = Some.Plan(
            Some.Question("greenest"),
            Some.Offer(1),
            Some.Offer(2) with { JoulesPerJob = new(100), Intensity = new(700) },
            Some.Offer(3) with { JoulesPerJob = new(200), Intensity = new(50) },
            Some.Offer(4) with { Intensity = new(50) });
        Assert.Equal([Some.Id(3), Some.Id(2), Some.Id(4), Some.Id(1)], plan.Candidates.Select(c => c.Offer));
    }

    protected override (Offer Known, Offer Silent)? Pair(int size) =>
        (Some.Offer(1) with { JoulesPerJob = new(size), Intensity = new(300) }, Some.Offer(2) with { Intensity = new(300) });
}
