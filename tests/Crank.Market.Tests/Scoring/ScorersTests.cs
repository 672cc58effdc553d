using Crank.Core;

namespace Crank.Market.Tests.Scoring;

public sealed class ScorersTests
{
    private sealed class Named(string name, double score) : IScorer
    {
        public string Name => name;

        public double Score(Offer offer, Money ceiling, Risk unknown) => score;
    }

    [Fact]
    public void Another_scorer_plugs_in_by_its_name()
    {
        var scorers = Scorers.BuiltIn.With(new Named("flat", 4));
        Assert.Equal(["cheapest", "fastest", "flat", "greenest", "trusted"], scorers.Names);
        var answer = Placement.Place(Some.Question("flat"), OfferSnapshot.Of([Some.Offer(1)]), scorers);
        Assert.Equal(("flat", 4.0), (((PlacementAnswer.Placed)answer).Plan.Scorer, ((PlacementAnswer.Placed)answer).Plan.Candidates[0].Score));
    }

    [Theory]
    [InlineData("cheapest")]
    [InlineData("")]
    [InlineData("A b")]
    [InlineData("flat=1")]
    public void A_name_that_is_taken_or_cannot_be_preferred_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Scorers.BuiltIn.With(new Named(name, 0)));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_scorer_that_gives_no_number_is_named(double score)
    {
        var scorers = Scorers.BuiltIn.With(new Named("broken", score));
        Assert.Contains("broken", Assert.Throws<InvalidOperationException>(() => Placement.Place(Some.Question("broken"), OfferSnapshot.Of([Some.Offer(1)]), scorers)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scorer_that_nobody_knows_is_refused_with_the_names_that_are_known()
    {
        var answer = Placement.Place(Some.Question("cheapest=1,greatest=1"), OfferSnapshot.Of([Some.Offer(1)]), Scorers.BuiltIn);
        Assert.Equal(
            "No scorer is named greatest; use cheapest, fastest, greenest, trusted, or several with weights.",
            Assert.IsType<PlacementAnswer.UnknownScorer>(answer).Why);
    }
}
