using CsCheck;

namespace Crank.Core.Tests.Money;

public sealed class MoneyTests
{
    private static readonly Currency Usd = Currency.Parse("USD");

    [Fact]
    public void Sums_are_exact_or_stop() => Gen.Select(Gen.OneOf(Gen.Long, Gen.Long[-9, 9]), Gen.OneOf(Gen.Long, Gen.Long[-9, 9])).Sample((a, b) =>
    {
        Exact((Int128)a + b, () => Eur(a) + Eur(b));
        Exact((Int128)a - b, () => Eur(a) - Eur(b));
        Exact(-(Int128)a, () => -Eur(a));
        Assert.Equal(a.CompareTo(b), Eur(a).CompareTo(Eur(b)));
        Assert.Equal((a > b, a < b, a >= b, a <= b), (Eur(a) > Eur(b), Eur(a) < Eur(b), Eur(a) >= Eur(b), Eur(a) <= Eur(b)));
    });

    [Fact]
    public void Currencies_never_mix()
    {
        var dollar = new Core.Money(1, Usd);
        Assert.Throws<CurrencyMismatchException>(() => Eur(1) + dollar);
        Assert.Throws<CurrencyMismatchException>(() => Eur(1) - dollar);
        Assert.Throws<CurrencyMismatchException>(() => Eur(1) < dollar);
        Assert.Throws<CurrencyMismatchException>(() => Eur(1).CompareTo(dollar));
        Assert.NotEqual(Eur(1), dollar);
    }

    [Theory]
    [InlineData("0.05 EUR", 50_000)]
    [InlineData("-100 EUR", -100_000_000)]
    [InlineData("0.000001 EUR", 1)]
    [InlineData("9223372036854.775807 EUR", long.MaxValue)]
    [InlineData("-9223372036854.775808 EUR", long.MinValue)]
    public void An_amount_is_digits_and_a_currency(string text, long micros) => Assert.Equal(Eur(micros), Core.Money.Parse(text));

    [Theory]
    [InlineData("0.05")]
    [InlineData("0.05EUR")]
    [InlineData("0.05  EUR")]
    [InlineData(" 0.05 EUR")]
    [InlineData("0.05 eur")]
    [InlineData("+1 EUR")]
    [InlineData("1. EUR")]
    [InlineData(".5 EUR")]
    [InlineData("-.5 EUR")]
    [InlineData("- 1 EUR")]
    [InlineData("--1 EUR")]
    [InlineData("1,000 EUR")]
    [InlineData("1e3 EUR")]
    [InlineData("0.0000001 EUR")]
    [InlineData("1.0000000 EUR")]
    [InlineData("9223372036854.775808 EUR")]
    [InlineData("-9223372036854.775809 EUR")]
    [InlineData("999999999999999999999999 EUR")]
    [InlineData("9999999999999999999999999 EUR")]
    [InlineData("١ EUR")]
    public void Anything_else_is_no_amount(string text) =>
        Assert.Contains("is not an amount such as 0.05 EUR", Assert.Throws<FormatException>(() => Core.Money.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("-1")]
    [InlineData("-0")]
    [InlineData("")]
    public void A_quantity_has_no_sign(string text) => Assert.False(Quantity.TryParse(text, null, out _));

    private static Core.Money Eur(long micros) => new(micros, Currency.Eur);

    private static void Exact(Int128 expected, Func<Core.Money> sum)
    {
        if (expected >= long.MinValue && expected <= long.MaxValue)
        {
            Assert.Equal(expected, sum().Micros);
        }
        else
        {
            Assert.Throws<OverflowException>(() => sum());
        }
    }
}
