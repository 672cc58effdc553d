namespace Crank.Core.Tests.Values;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("250ms", 2_500_000)]
    [InlineData("1.5h", 54_000_000_000)]
    [InlineData("0.1us", 1)]
    [InlineData("10675199d", 10_675_199 * TimeSpan.TicksPerDay)]
    public void A_duration_is_a_number_and_a_unit(string text, long ticks) => Assert.Equal(ticks, Duration.Parse(text).Time.Ticks);

    [Theory]
    [InlineData("30")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1 s")]
    [InlineData("1e3s")]
    [InlineData("1sm")]
    [InlineData("1S")]
    [InlineData("0.01us")]
    [InlineData("10675200d")]
    [InlineData("99999999999999999999999d")]
    [InlineData("1.00000000000000000000000s")]
    public void Anything_else_is_no_duration(string text) =>
        Assert.Contains("30s, 5m", Assert.Throws<FormatException>(() => Duration.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void No_duration_is_negative_and_sums_do_not_wrap()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Duration(TimeSpan.FromTicks(-1)));
        Assert.Throws<OverflowException>(() => new Duration(TimeSpan.MaxValue) + Duration.Parse("1s"));
        Assert.Equal("1.5", Duration.Parse("1500ms").Seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
