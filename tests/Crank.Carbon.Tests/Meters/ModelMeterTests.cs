using Crank.Core;

namespace Crank.Carbon.Tests.Meters;

public sealed class ModelMeterTests
{
    private static readonly JobWork Work = new(Duration.FromSeconds(10), Duration.FromSeconds(2));

    [Fact]
    public void Cpu_time_carries_busy_power_and_its_share_of_idle_power()
    {
        var reading = new CpuTimeMeter(PowerCurve.Default).Read(EnergySample.Nothing, EnergySample.Nothing, Work)!;
        Assert.Equal((FootprintTier.Modelled, "cpu-time"), (reading.Tier, reading.Meter));
        Assert.Equal(2 * (3.5 - 0.74 + (0.74 / 0.5)), reading.Energy.Value, 9);
        Assert.Equal((reading.Energy.Value / 2, reading.Energy.Value * 2), (reading.Lower.Value, reading.Upper.Value));
    }

    [Fact]
    public void Without_cpu_time_the_model_tells_nothing() =>
        Assert.Null(new CpuTimeMeter(PowerCurve.Default).Read(EnergySample.Nothing, EnergySample.Nothing, Work with { Cpu = null }));

    [Theory]
    [InlineData(2, 1, 0.5)]
    [InlineData(1, 2, 0)]
    [InlineData(1, 2, 1.1)]
    [InlineData(1, 2, double.NaN)]
    public void A_curve_that_is_none_makes_the_model_unavailable(double idle, double busy, double utilisation) =>
        Assert.Contains("cpu-time", new CpuTimeMeter(new(new(idle), new(busy), utilisation)).WhyUnavailable(), StringComparison.Ordinal);

    [Fact]
    public void The_default_always_answers_with_the_widest_bounds()
    {
        var reading = new DefaultMeter().Read(EnergySample.Nothing, EnergySample.Nothing, Work with { Cpu = null })!;
        Assert.Equal((FootprintTier.Default, "default", 0.0), (reading.Tier, reading.Meter, reading.Lower.Value));
        Assert.Equal(42.4, reading.Energy.Value, 9);
        Assert.Equal(424, reading.Upper.Value, 9);
    }

    [Fact]
    public void Attempts_together_are_no_better_than_the_worst_of_them()
    {
        var measured = new EnergyReading(FootprintTier.Measured, "rapl", new(4), new(3), new(5));
        var modelled = new EnergyReading(FootprintTier.Modelled, "cpu-time", new(2), new(1), new(4));
        Assert.Equal(new(FootprintTier.Modelled, "cpu-time", new(6), new(4), new(9)), measured + modelled);
        Assert.Equal(measured + modelled, modelled + measured);
    }
}
