using System.Numerics;
using Crank.Rego.Values;
using CsCheck;

namespace Crank.Rego.Tests.Values;

public sealed class NumberTests
{
    [Theory]
    [InlineData("0.1", "0.2", "0.3")]
    [InlineData("1", "2", "3")]
    [InlineData("9223372036854775807", "1", "9223372036854775808")]
    [InlineData("1e100", "0", "10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("1234567.25", "0.25", "1.2345675e+06")]
    public void Sums_have_the_shortest_text_of_sixty_four_bits(string left, string right, string sum) =>
        Assert.Equal(sum, Arithmetic.Add(Value.Number(left), Value.Number(right)).NumberText());

    [Theory]
    [InlineData("1", "3", "0.33333333333333333334")]
    [InlineData("2", "3", "0.6666666666666666667")]
    [InlineData("10", "4", "2.5")]
    [InlineData("10", "5", "2")]
    [InlineData("1", "100000", "1e-05")]
    public void Quotients_have_the_shortest_text_of_sixty_four_bits(string left, string right, string quotient) =>
        Assert.Equal(quotient, Arithmetic.Divide(Value.Number(left), Value.Number(right)).NumberText());

    [Theory]
    [InlineData("-54240195272317234092971", "-72150396195", "751765730096")]
    [InlineData("9223372036854775808", "3", "3074457345618258602")]
    [InlineData("100000000000000000000000000000000000007", "1", "100000000000000000000000000000000000007")]
    [InlineData("1", "18446744073709551617", "0")]
    public void The_quotient_of_an_integer_beyond_sixty_four_bits_is_an_exact_integer(string left, string right, string quotient) =>
        Assert.Equal(quotient, Arithmetic.Divide(Value.Number(left), Value.Number(right)).NumberText());

    [Theory]
    [InlineData("0")]
    [InlineData("0.0")]
    public void Nothing_is_divided_by_zero(string zero) =>
        Assert.Equal("divide by zero", Assert.Throws<DivideByZeroException>(() => Arithmetic.Divide(Value.Number("9223372036854775808"), Value.Number(zero))).Message);

    [Theory]
    [InlineData("3.0")]
    [InlineData("1e1000")]
    [InlineData("12345678901234567890")]
    [InlineData("-0")]
    [InlineData("0.10")]
    public void A_literal_is_kept(string literal) => Assert.Equal(literal, Value.Number(literal).NumberText());

    [Theory]
    [InlineData("3.0", "3")]
    [InlineData("1e3", "1000")]
    [InlineData("-0", "0")]
    [InlineData("0.10", "0.1")]
    [InlineData("1e400", "10e399")]
    public void Equal_amounts_are_equal_and_hash_alike(string left, string right)
    {
        var (a, b) = (Value.Number(left), Value.Number(right));
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.Equal(0, a.CompareTo(b));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e9999999")]
    [InlineData("+1")]
    [InlineData("")]
    public void What_is_no_number_is_refused(string text) => Assert.False(BigNumber.TryParse(text, out _));

    [Fact]
    public void Numbers_compare_by_amount_whatever_their_form() =>
        Gen.Select(Gen.Long, Gen.Int[-30, 30], Gen.Long, Gen.Int[-30, 30]).Sample((a, ae, b, be) =>
        {
            var left = Value.Number($"{a}e{ae}");
            var right = Value.Number($"{b}e{be}");
            var exact = (a * BigInteger.Pow(10, ae + 30)).CompareTo(b * BigInteger.Pow(10, be + 30));
            return Math.Sign(left.CompareTo(right)) == exact && left.Equals(right) == (exact == 0);
        }, iter: 3_000);

    [Fact]
    public void The_text_of_a_float_reads_back_as_the_same_float() =>
        Gen.Double[-1e30, 1e30].Where(double.IsFinite).Sample(d =>
        {
            var wide = WideFloat.From(Value.Number(d.ToString("R").Replace("E+", "e", StringComparison.Ordinal).Replace("E", "e", StringComparison.Ordinal)));
            return WideFloat.From(wide.ToValue()) == wide;
        }, iter: 2_000);

    [Fact]
    public void Integer_products_that_fit_are_exact() =>
        Gen.Select(Gen.Int, Gen.Int).Sample((a, b) => Arithmetic.Multiply(Value.Of(a), Value.Of(b)) == Value.Of((long)a * b));
}
