using Crank.Core;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Carbon.Tests.Meters;

public sealed class RaplMeterTests
{
    private static readonly JobWork OneSecond = new(Duration.FromSeconds(1), Duration.FromSeconds(1));
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_job_gets_its_share_of_the_package_by_cpu_time()
    {
        using var folder = RaplFolder.WithPackage(microjoules: 5_000_000);
        var reading = Read(folder, then => then.Domain("intel-rapl:0", "package-0", 65_000_000), busyHundredths: 400);
        Assert.Equal((FootprintTier.Measured, "rapl"), (reading!.Tier, reading.Meter));
        Assert.Equal(15.0, reading.Energy.Value, 9);
        Assert.Equal((10.5, 19.5), (Math.Round(reading.Lower.Value, 9), Math.Round(reading.Upper.Value, 9)));
    }

    [Fact]
    public void A_counter_that_began_again_is_carried_over()
    {
        using var folder = RaplFolder.WithPackage(microjoules: 65_000_000, range: 65_532_610);
        Assert.Equal(1.532610, Read(folder, then => then.Domain("intel-rapl:0", "package-0", 1_000_000, 65_532_610), 100)!.Energy.Value, 9);
    }

    [Fact]
    public void Parts_of_a_package_are_not_counted_twice_and_memory_beside_it_is()
    {
        using var folder = RaplFolder.WithPackage(0);
        foreach (var (domain, name) in new[] { ("intel-rapl:0:0", "core"), ("intel-rapl:0:1", "uncore"), ("intel-rapl:0:2", "dram"), ("intel-rapl:1", "package-1"), ("intel-rapl:2", "psys") })
        {
            folder.Domain(domain, name, 0);
        }

        Directory.CreateSymbolicLink(folder.PathOf("intel-rapl:0", "intel-rapl:0:2"), folder.PathOf("intel-rapl:0:2", ""));

        var reading = Read(
            folder,
            then =>
            {
                then.Domain("intel-rapl:0", "package-0", 1_000_000);
                then.Domain("intel-rapl:0:0", "core", 1_000_000_000);
                then.Domain("intel-rapl:0:1", "uncore", 1_000_000_000);
                then.Domain("intel-rapl:0:2", "dram", 200_000);
                then.Domain("intel-rapl:1", "package-1", 30_000);
                then.Domain("intel-rapl:2", "psys", 1_000_000_000);
            },
            100);
        Assert.Equal(1.23, reading!.Energy.Value, 9);
    }

    [Fact]
    public void A_memory_domain_that_only_its_package_lists_is_found()
    {
        using var folder = RaplFolder.WithPackage(0);
        folder.Domain("intel-rapl:0/intel-rapl:0:0", "dram", 0);
        Assert.Equal(0.5, Read(folder, then => then.Domain("intel-rapl:0/intel-rapl:0:0", "dram", 500_000), 100)!.Energy.Value, 9);
    }

    [Fact]
    public void The_whole_platform_counts_where_no_package_does()
    {
        using var folder = new RaplFolder();
        folder.Domain("intel-rapl:0", "psys", 0);
        folder.Busy(0);
        Assert.Equal(2.0, Read(folder, then => then.Domain("intel-rapl:0", "psys", 2_000_000), 100)!.Energy.Value, 9);
    }

    [Fact]
    public void No_job_gets_more_than_its_package_used()
    {
        using var folder = RaplFolder.WithPackage(0);
        var reading = Read(folder, then => then.Domain("intel-rapl:0", "package-0", 7_000_000), busyHundredths: 1);
        Assert.Equal((7.0, 7.0), (reading!.Energy.Value, reading.Upper.Value));
    }

    [Theory]
    [InlineData("energy_uj")]
    [InlineData("max_energy_range_uj")]
    [InlineData("name")]
    public void A_missing_or_unreadable_file_makes_it_unavailable_by_name(string file)
    {
        using var folder = RaplFolder.WithPackage();
        folder.MakeUnreadable("intel-rapl:0", file);
        var meter = Meter(folder);
        Assert.StartsWith("rapl: ", meter.WhyUnavailable(), StringComparison.Ordinal);
        Assert.Contains(file, meter.WhyUnavailable(), StringComparison.Ordinal);
        Assert.Same(EnergySample.Nothing, meter.Sample());
        Directory.Delete(folder.PathOf("intel-rapl:0", file));
        Assert.Contains(file, meter.WhyUnavailable(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("energy_uj", "")]
    [InlineData("energy_uj", "-1")]
    [InlineData("energy_uj", "many")]
    [InlineData("energy_uj", "99999999999999999999999")]
    [InlineData("energy_uj", "262143328851")]
    [InlineData("max_energy_range_uj", "0")]
    public void A_file_that_holds_no_counter_makes_it_unavailable(string file, string content)
    {
        using var folder = RaplFolder.WithPackage();
        File.WriteAllText(folder.PathOf("intel-rapl:0", file), content);
        Assert.Contains("intel-rapl:0", Meter(folder).WhyUnavailable(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_folder_no_domain_and_no_cpu_times_make_it_unavailable()
    {
        using var folder = new RaplFolder();
        Assert.Contains(folder.Root, Meter(folder).WhyUnavailable(), StringComparison.Ordinal);
        folder.Domain("intel-rapl:0:0", "core", 1);
        Assert.Contains("no package", Meter(folder).WhyUnavailable(), StringComparison.Ordinal);
        folder.Domain("intel-rapl:0", "package-0", 1);
        Assert.Contains("stat", Meter(folder).WhyUnavailable(), StringComparison.Ordinal);
        File.WriteAllText(folder.Stat, "cpu 1 2 x\n");
        Assert.Contains("CPU times", Meter(folder).WhyUnavailable(), StringComparison.Ordinal);
        folder.Busy(1);
        Assert.Null(Meter(folder).WhyUnavailable());
    }

    [Fact]
    public void A_counter_that_goes_away_between_the_samples_tells_nothing()
    {
        using var folder = RaplFolder.WithPackage();
        Assert.Null(Read(folder, then => then.MakeUnreadable("intel-rapl:0", "energy_uj"), 100));
        using var second = RaplFolder.WithPackage();
        Assert.Null(Read(second, then => then.Domain("intel-rapl:1", "package-1", 1), 100));
    }

    [Fact]
    public void Samples_too_far_apart_or_without_time_or_work_between_them_tell_nothing()
    {
        using var folder = RaplFolder.WithPackage();
        Assert.Null(Read(folder, _ => { }, 100, RaplMeter.MaxWindow + TimeSpan.FromTicks(1)));
        Assert.NotNull(Read(folder, _ => { }, 200, RaplMeter.MaxWindow));
        Assert.Null(Read(folder, _ => { }, 300, TimeSpan.Zero));
        Assert.Null(Read(folder, _ => { }, 300));
        Assert.Null(Meter(folder).Read(Meter(folder).Sample(), Meter(folder).Sample(), new(Duration.FromSeconds(1), null)));
    }

    [Fact]
    public void A_counter_is_never_negative_and_never_more_than_its_range() =>
        Gen.Select(Gen.ULong[0, 1_000_000], Gen.ULong[0, 1_000_000], Gen.ULong[1_000_000, 2_000_000]).Sample((before, after, range) =>
            new EnergyCounter("a", after, range).Since(new("a", before, range)) is var moved && moved <= range && (before + moved) % range == after % range);

    private RaplMeter Meter(RaplFolder folder) => new(_clock, folder.Root, folder.Stat);

    private EnergyReading? Read(RaplFolder folder, Action<RaplFolder> then, long busyHundredths, TimeSpan? window = null)
    {
        var meter = Meter(folder);
        var before = meter.Sample();
        then(folder);
        folder.Busy(busyHundredths);
        _clock.Advance(window ?? TimeSpan.FromSeconds(2));
        return meter.Read(before, meter.Sample(), OneSecond);
    }
}
