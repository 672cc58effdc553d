namespace Crank.Core.Tests;

public sealed class InvariantTests
{
    [Fact]
    public void A_broken_rule_stops_and_is_named()
    {
        var sum = 1;
        Assert.Contains("sum == 0", Assert.Throws<InvariantBrokenException>(() => Invariant.Holds(sum == 0)).Message, StringComparison.Ordinal);
        Invariant.Holds(sum == 1);
    }
}
