using Crank.Core;

namespace Crank.Carbon.Tests.Zones;

public sealed class ZoneTableTests
{
    private const string Header = "zone,grams,year,basis,source,licence\n";
    private const string World = "world,480,2023,direct CO2,A,B\n";

    [Fact]
    public void Every_row_names_its_source_year_and_licence() => Assert.All(ZoneTable.BuiltIn.Rows, row =>
    {
        Assert.True(row.Source.Length > 5, row.Zone.Value);
        Assert.True(row.Licence.Length > 5, row.Zone.Value);
        Assert.InRange(row.Year, 2020, 2026);
        Assert.InRange(row.Intensity.Value, 1, 1_200);
    });

    [Fact]
    public void A_known_zone_has_its_figure_source_and_year_and_bounds_around_it()
    {
        var france = ZoneTable.BuiltIn.For(Zone.Parse("fr"));
        Assert.Equal((21.7, "RTE, Bilan électrique 2024 (2024, direct CO2e)"), (france.Figure.Value, france.Source));
        Assert.Equal((10.85, 32.55), (Math.Round(france.Lower.Value, 6), Math.Round(france.Upper.Value, 6)));
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("atlantis")]
    public void An_unknown_zone_counts_as_the_world_with_the_widest_bounds(string zone)
    {
        var unknown = ZoneTable.BuiltIn.For(Zone.Parse(zone));
        Assert.Equal((480.0, 0.0, 1_500.0), (unknown.Figure.Value, unknown.Lower.Value, unknown.Upper.Value));
        Assert.StartsWith("world mean for an unknown zone: ", unknown.Source, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bounds_of_an_unknown_zone_contain_those_of_every_known_one() => Assert.All(ZoneTable.BuiltIn.Rows, row =>
        Assert.True(ZoneTable.BuiltIn.For(row.Zone).Upper <= ZoneTable.BuiltIn.For(Zone.Unknown).Upper));

    [Fact]
    public void Quoted_fields_keep_their_commas_and_quotes() =>
        Assert.Equal("A, \"B\"", ZoneTable.Parse(Header + "world,480,2023,direct CO2,\"A, \"\"B\"\"\",C\n").Rows[0].Source);

    [Theory]
    [InlineData("zone,grams\n")]
    [InlineData(Header)]
    [InlineData(Header + World + World)]
    [InlineData(Header + World + "de,380,2023,direct CO2,,B\n")]
    [InlineData(Header + World + "de,380,2023,direct CO2,A, \n")]
    [InlineData(Header + World + "de,380,,direct CO2,A,B\n")]
    [InlineData(Header + World + "de,-1,2023,direct CO2,A,B\n")]
    [InlineData(Header + World + "de,1501,2023,direct CO2,A,B\n")]
    [InlineData(Header + World + "de,NaN,2023,direct CO2,A,B\n")]
    [InlineData(Header + World + "de,380,1889,direct CO2,A,B\n")]
    [InlineData(Header + World + "de,380,2023,guess,A,B\n")]
    [InlineData(Header + World + "DE,380,2023,direct CO2,A,B\n")]
    [InlineData(Header + World + "unknown,380,2023,direct CO2,A,B\n")]
    [InlineData(Header + World + "de,380,2023,direct CO2,A\n")]
    [InlineData(Header + World + "de,380,2023,direct CO2,\"A,B\n")]
    public void A_table_that_is_not_exact_is_refused(string text) => Assert.Throws<FormatException>(() => ZoneTable.Parse(text));
}
