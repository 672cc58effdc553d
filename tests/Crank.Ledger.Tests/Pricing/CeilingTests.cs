using System.Collections.Immutable;
using Crank.Core;
using CsCheck;

namespace Crank.Ledger.Tests.Pricing;

public sealed class CeilingTests
{
    private static readonly Limits Limits = new(
        ByteCount.FromMiB(16), ByteCount.FromMiB(16), ByteCount.FromMiB(512), Duration.Parse("30s"),
        ImmutableDictionary<Unit, long>.Empty.Add(Unit.Page, 500).Add(Unit.Second, 9_999));

    private static readonly Price Price = new(Some.Eur,
    [
        new(Unit.Job, Some.Micros(1_000)), new(Unit.Megabyte, Some.Micros(200)), new(Unit.Second, Some.Micros(10)), new(Unit.Page, Some.Micros(3)),
    ]);

    [Fact]
    public void The_ceiling_is_the_price_of_the_most_this_input_can_use()
    {
        var units = Ceiling.MostUnits(Limits, new(2_500_000), Duration.Parse("5s"));
        Assert.Equal(("1", "2.5", "5", "500"), (units[Unit.Job].ToString(), units[Unit.Megabyte].ToString(), units[Unit.Second].ToString(), units[Unit.Page].ToString()));
        Assert.Equal(1_000 + 500 + 50 + 1_500, Ceiling.For(Price, units).Micros);
    }

    [Fact]
    public void A_deadline_past_what_the_capability_allows_counts_as_what_it_allows() =>
        Assert.Equal("30", Ceiling.MostUnits(Limits, new(0), Duration.Parse("1d"))[Unit.Second].ToString());

    [Fact]
    public void A_part_of_a_microsecond_counts_whole() =>
        Assert.Equal(11, Quantities.Seconds(new(TimeSpan.FromTicks(101))).Micros);

    [Fact]
    public void A_priced_unit_without_a_maximum_is_an_error_that_names_it()
    {
        var price = new Price(Some.Eur, [new(Unit.Job, Some.Micros(1)), new(Unit.Parse("token"), Some.Micros(1))]);
        var units = Ceiling.MostUnits(Limits, new(0), Duration.Zero);
        Assert.Equal("token", Ceiling.UnitWithoutMaximum(price, units).ToString());
        Assert.Contains("per token", Assert.Throws<ArgumentException>(() => Ceiling.For(price, units)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_use_costs_more_than_the_ceiling() =>
        Gen.Select(Gen.Long[0, 100_000_000], Gen.Long[0, 60_000_000], Gen.Long[0, 100_000_000], Gen.Long[0, 1_000_000_000]).Sample((input, used, seconds, pages) =>
        {
            var units = Ceiling.MostUnits(Limits, new(input), Duration.Parse("10s"));
            var charge = Metering.Charge(Price, units, new Dictionary<Unit, Quantity>
            {
                [Unit.Job] = Quantity.One,
                [Unit.Megabyte] = new(used),
                [Unit.Second] = new(seconds),
                [Unit.Page] = new(pages),
            });
            return charge.Total <= Ceiling.For(Price, units)
                && charge.Lines.Sum(l => l.Amount.Micros) == charge.Total.Micros
                && charge.Clamped.Contains(Unit.Megabyte) == (used > input)
                && charge.Clamped.Contains(Unit.Second) == (seconds > 10_000_000)
                && charge.Clamped.Contains(Unit.Page) == (pages > 500_000_000);
        });

    [Fact]
    public void A_unit_that_was_not_in_the_ceiling_is_not_charged_and_that_is_said()
    {
        var metered = Metering.Charge(Price, ImmutableSortedDictionary<Unit, Quantity>.Empty, new Dictionary<Unit, Quantity> { [Unit.Page] = Quantity.Whole(3) });
        Assert.Equal((0L, Unit.Page), (metered.Total.Micros, Assert.Single(metered.Clamped)));
    }

    [Fact]
    public void What_has_no_price_is_free() =>
        Assert.Empty(Metering.Charge(new(Some.Eur, []), Ceiling.MostUnits(Limits, new(1), Duration.Zero), new Dictionary<Unit, Quantity> { [Unit.Page] = Quantity.One }).Lines);
}
