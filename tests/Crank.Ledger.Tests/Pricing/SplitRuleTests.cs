using CsCheck;

namespace Crank.Ledger.Tests.Pricing;

public sealed class SplitRuleTests
{
    private static readonly Gen<SplitRule> Rules =
        Gen.Int[1, 9_999].HashSet[0, 7].Select(cuts =>
        {
            int[] edges = [0, .. cuts.Order(), 10_000];
            return SplitRule.Parse(string.Join(',', edges.Skip(1).Select((edge, i) => $"account{i}={edge - edges[i]}")));
        });

    [Fact]
    public void Any_split_adds_up_and_no_part_is_off_by_a_whole_micro_unit() =>
        Gen.Select(Rules, Gen.OneOf(Gen.Long[0, 100], Gen.Long[0, long.MaxValue])).Sample((rule, micros) =>
        {
            var shares = rule.Divide(Some.Micros(micros), Opening.LocalProvider);
            return shares.Sum(s => s.Amount.Micros) == micros
                && shares.Zip(rule.Parts).All(p => Int128.Abs(((Int128)p.First.Amount.Micros * 10_000) - ((Int128)micros * p.Second.BasisPoints)) < 10_000);
        });

    [Fact]
    public void The_default_is_seventy_twenty_five_five()
    {
        var shares = SplitRule.Default.Divide(Some.Micros(1_000_000), Opening.LocalProvider);
        Assert.Equal(
            [("provider/local", 700_000L), ("platform", 200_000L), ("infrastructure", 50_000L), ("quality", 50_000L)],
            shares.Select(s => (s.Account.Value, s.Amount.Micros)));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0)]
    [InlineData(1, 1, 0, 0, 0)]
    [InlineData(2, 2, 0, 0, 0)]
    [InlineData(10, 7, 2, 1, 0)]
    [InlineData(19, 13, 4, 1, 1)]
    public void What_is_left_goes_to_the_largest_remainder_and_then_to_the_first_named(long micros, long provider, long platform, long infrastructure, long quality) =>
        Assert.Equal([provider, platform, infrastructure, quality], SplitRule.Default.Divide(Some.Micros(micros), Opening.LocalProvider).Select(s => s.Amount.Micros));

    [Fact]
    public void A_rule_reads_back_as_it_prints() => Rules.Sample(rule => SplitRule.Parse(rule.ToString()).Parts.SequenceEqual(rule.Parts));

    [Theory]
    [InlineData("")]
    [InlineData("provider=9999")]
    [InlineData("provider=10001")]
    [InlineData("provider=5000,provider=5000")]
    [InlineData("provider=10000,platform=0")]
    [InlineData("provider=-1,platform=10001")]
    [InlineData("provider=70%,platform=30%")]
    [InlineData("a=2000,b=1000,c=1000,d=1000,e=1000,f=1000,g=1000,h=1000,i=1000")]
    public void A_split_that_is_not_whole_is_refused_with_an_example(string text) =>
        Assert.Contains("provider=7000", Assert.Throws<FormatException>(() => SplitRule.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_negative_total_is_not_divided() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SplitRule.Default.Divide(Some.Micros(-1), Opening.LocalProvider));
}
