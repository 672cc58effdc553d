using Crank.Core;
using CsCheck;

namespace Crank.Carbon.Tests.Footprints;

public sealed class FootprintCalculatorTests
{
    private static readonly Gen<double> Energies = Gen.Double[0, 1e9];

    [Fact]
    public void The_software_carbon_intensity_adds_up_and_stays_within_its_bounds() =>
        Gen.Select(Energies, Gen.Double[0, 1], Gen.Double[1, 10], Gen.Double[0, 1e6], Gen.Int[-1, ZoneTable.BuiltIn.Rows.Length - 1], Gen.Int[1, 256]).Sample((joules, down, up, seconds, row, cores) =>
        {
            var zone = row < 0 ? Zone.Unknown : ZoneTable.BuiltIn.Rows[row].Zone;
            var hardware = Embodied.Default(cores);
            var f = FootprintCalculator.Compute(
                new(FootprintTier.Modelled, "cpu-time", new(joules), new(joules * down), new(joules * up)), Duration.FromSeconds(seconds), zone, ZoneTable.BuiltIn, hardware);
            var sci = (f.Energy.Value / 3_600_000 * f.Intensity.Value) + f.Embodied.Value;
            return Math.Abs(f.Carbon.Value - sci) <= 1e-9 * Math.Max(1, sci)
                && f.EnergyLower <= f.Energy && f.Energy <= f.EnergyUpper
                && f.CarbonLower <= f.Carbon && f.Carbon <= f.CarbonUpper
                && f.FunctionalUnit == Unit.Job && f.Zone == zone;
        });

    [Fact]
    public void A_kilowatt_hour_in_a_known_zone_emits_its_intensity_and_its_share_of_the_machine()
    {
        var kilowattHour = new EnergyReading(FootprintTier.Measured, "rapl", new(3_600_000), new(3_600_000), new(3_600_000));
        var footprint = FootprintCalculator.Compute(kilowattHour, Duration.Parse("1h"), Zone.Parse("gb"), ZoneTable.BuiltIn, Embodied.Default(2));
        Assert.Equal(1_000_000 / (4 * 365.25 * 24) / 2, footprint.Embodied.Value, 9);
        Assert.Equal(207.05 + footprint.Embodied.Value, footprint.Carbon.Value, 9);
        Assert.Equal(("rapl", "DESNZ, Greenhouse gas reporting: conversion factors 2024 (2024, direct CO2e)"), (footprint.Meter, footprint.IntensitySource));
    }

    [Fact]
    public void An_unknown_zone_widens_the_bounds()
    {
        var reading = new EnergyReading(FootprintTier.Modelled, "cpu-time", new(1_000_000), new(1_000_000), new(1_000_000));
        var known = FootprintCalculator.Compute(reading, Duration.Zero, Zone.Parse("in"), ZoneTable.BuiltIn, Embodied.Default(1));
        var unknown = FootprintCalculator.Compute(reading, Duration.Zero, Zone.Unknown, ZoneTable.BuiltIn, Embodied.Default(1));
        Assert.True(unknown.CarbonLower < known.CarbonLower && unknown.CarbonUpper > known.CarbonUpper);
        Assert.Equal(0, unknown.CarbonLower.Value);
    }
}
