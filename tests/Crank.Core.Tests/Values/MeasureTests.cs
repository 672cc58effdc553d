using CsCheck;

namespace Crank.Core.Tests.Values;

public sealed class MeasureTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void No_measure_is_negative_infinite_or_no_number(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Joules(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Watts(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramsCo2e(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramsCo2ePerKwh(value));
    }

    [Fact]
    public void Units_are_part_of_every_product()
    {
        Joules energy = new Watts(100) * Duration.Parse("10h");
        GramsCo2e carbon = new GramsCo2ePerKwh(400) * energy;
        Assert.Equal((3_600_000.0, 1.0, 400.0), (energy.Value, energy.KilowattHours, carbon.Value));
    }

    [Fact]
    public void Comparisons_agree_with_the_numbers() => Gen.Select(Gen.Double[0, 10], Gen.Double[0, 10]).Sample((a, b) =>
        (new Joules(a) < new Joules(b)) == (a < b) && (new GramsCo2e(a) >= new GramsCo2e(b)) == (a >= b) && new Watts(a).CompareTo(new Watts(b)) == a.CompareTo(b));
}
