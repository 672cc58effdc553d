using Crank.Core;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Carbon.Tests.Meters;

public sealed class EnergyMeteringTests
{
    private static readonly JobWork Work = new(Duration.Parse("10ms"), Duration.Parse("10ms"));
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void The_best_meter_that_works_answers()
    {
        using var folder = RaplFolder.WithPackage(0);
        var metering = new EnergyMetering([new RaplMeter(_clock, folder.Root, folder.Stat), new CpuTimeMeter(PowerCurve.Default)], _clock);
        var start = metering.Mark();
        folder.Domain("intel-rapl:0", "package-0", 2_000_000);
        folder.Busy(2);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(("rapl", "rapl", 1.0), (metering.Best, metering.Read(start, Work).Meter, metering.Read(start, Work).Energy.Value));
        Assert.Empty(metering.Unavailable);
    }

    [Fact]
    public void A_job_shorter_than_the_interval_gets_its_share_of_the_one_before()
    {
        using var folder = RaplFolder.WithPackage(0);
        var metering = new EnergyMetering([new RaplMeter(_clock, folder.Root, folder.Stat), new CpuTimeMeter(PowerCurve.Default)], _clock);
        Assert.Equal("cpu-time", metering.Read(metering.Mark(), Work).Meter);
        folder.Domain("intel-rapl:0", "package-0", 3_000_000);
        folder.Busy(3);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        var start = metering.Mark();
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(("rapl", 1.0), (metering.Read(start, Work).Meter, Math.Round(metering.Read(start, Work).Energy.Value, 9)));
    }

    [Fact]
    public void A_meter_that_fails_later_gives_way_to_the_next()
    {
        using var folder = RaplFolder.WithPackage(0);
        var metering = new EnergyMetering([new RaplMeter(_clock, folder.Root, folder.Stat), new CpuTimeMeter(PowerCurve.Default)], _clock);
        var start = metering.Mark();
        folder.MakeUnreadable("intel-rapl:0", "energy_uj");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("cpu-time", metering.Read(start, Work).Meter);
        Assert.Equal("default", metering.Read(start, Work with { Cpu = null }).Meter);
    }

    [Fact]
    public void Meters_that_cannot_be_used_are_named_with_the_reason()
    {
        var metering = new EnergyMetering([new RaplMeter(_clock, "/nowhere/powercap")], _clock);
        Assert.Equal("default", metering.Best);
        Assert.Contains("/nowhere/powercap", Assert.Single(metering.Unavailable), StringComparison.Ordinal);
    }
}
