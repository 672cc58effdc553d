namespace Crank.Core.Tests.Placement;

public sealed class PreferenceTests
{
    [Fact]
    public void A_preference_is_one_name_or_names_with_weights()
    {
        Assert.Equal([("greenest", 1.0)], Preference.Parse("greenest").Weights);
        Assert.Equal([("cheapest", 0.7), ("greenest", 0.3)], Preference.Parse("cheapest=0.7,greenest=0.3").Weights);
        Assert.Equal(Preference.Parse("cheapest"), Preference.Cheapest);
        Assert.NotEqual(Preference.Parse("cheapest=1"), Preference.Cheapest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Cheapest")]
    [InlineData("cheapest,greenest")]
    [InlineData("cheapest=0")]
    [InlineData("cheapest=-1")]
    [InlineData("cheapest=NaN")]
    [InlineData("cheapest=Infinity")]
    [InlineData("cheapest=1e3")]
    [InlineData("cheapest=1,cheapest=2")]
    [InlineData("cheapest=1,")]
    [InlineData("a=1,b=1,c=1,d=1,e=1,f=1,g=1,h=1,i=1")]
    public void Anything_else_is_no_preference(string text) => Assert.Throws<FormatException>(() => Preference.Parse(text));
}
