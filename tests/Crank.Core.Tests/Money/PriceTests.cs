using System.Numerics;
using CsCheck;

namespace Crank.Core.Tests.Money;

public sealed class PriceTests
{
    private static readonly Gen<long> Amounts = Gen.OneOf(Gen.Long[0, 2_000_000], Gen.Long[0, long.MaxValue]);

    [Fact]
    public void A_line_is_rounded_half_up_to_the_micro_unit_whatever_its_size() => Gen.Select(Amounts, Amounts).Sample((price, quantity) =>
    {
        var exact = ((BigInteger)price * quantity + 500_000) / 1_000_000;
        var line = new PriceLine(Unit.Page, Eur(price));
        Assert.Equal(exact <= long.MaxValue, line.TryAmountFor(new(quantity), out var amount));
        if (exact <= long.MaxValue)
        {
            Assert.Equal((exact, exact), (amount.Micros, line.AmountFor(new(quantity)).Micros));
        }
        else
        {
            Assert.Throws<OverflowException>(() => line.AmountFor(new(quantity)));
        }
    });

    [Fact]
    public void A_line_never_falls_when_its_quantity_grows() => Gen.Select(Gen.Long[0, 1_000_000_000], Gen.Long[0, 1_000_000], Gen.Long[0, 1_000_000]).Sample((price, quantity, more) =>
        new PriceLine(Unit.Page, Eur(price)).AmountFor(new(quantity)) <= new PriceLine(Unit.Page, Eur(price)).AmountFor(new(quantity + more)));

    [Theory]
    [InlineData(1, 499_999, 0)]
    [InlineData(1, 500_000, 1)]
    [InlineData(3, 500_000, 2)]
    [InlineData(long.MaxValue, 1_000_000, long.MaxValue)]
    public void Half_goes_up(long price, long quantity, long expected) =>
        Assert.Equal(expected, new PriceLine(Unit.Page, Eur(price)).AmountFor(new(quantity)).Micros);

    [Fact]
    public void A_total_is_the_sum_of_its_rounded_lines()
    {
        var price = new Price(Currency.Eur, [new(Unit.Job, Eur(10)), new(Unit.Page, Eur(1)), new(Unit.Second, Eur(1))]);
        var used = new Dictionary<Unit, Quantity> { [Unit.Job] = Quantity.One, [Unit.Page] = Quantity.Parse("1.5"), [Unit.Megabyte] = Quantity.Whole(9) };
        Assert.Equal(12, price.TotalFor(used).Micros);
        Assert.Equal([(Unit.Job, 10L), (Unit.Page, 2L)], price.LinesFor(used).Select(l => (l.Per, l.Amount.Micros)));
    }

    [Fact]
    public void A_price_has_one_currency_each_unit_once_and_nothing_negative()
    {
        Assert.Throws<ArgumentException>(() => new Price(Currency.Eur, [new(Unit.Job, new(1, Currency.Parse("USD")))]));
        Assert.Throws<ArgumentException>(() => new Price(Currency.Eur, [new(Unit.Job, Eur(1)), new(Unit.Job, Eur(2))]));
        Assert.Throws<ArgumentException>(() => new Price(Currency.Eur, [new(Unit.Job, Eur(-1))]));
        Assert.Throws<ArgumentException>(() => new Price(Currency.Eur, [.. Enumerable.Range(0, 17).Select(i => new PriceLine(Unit.Parse($"u{i}"), Eur(1)))]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(-1));
    }

    private static Core.Money Eur(long micros) => new(micros, Currency.Eur);
}
