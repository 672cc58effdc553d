using CsCheck;

namespace Crank.Core.Tests.Capabilities;

public sealed class SemanticVersionTests
{
    private static readonly Gen<SemanticVersion> Versions = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2]).Select((a, b, c) => new SemanticVersion(a, b, c));

    [Fact]
    public void Standing_in_is_a_partial_order_within_a_major_version() => Gen.Select(Versions, Versions, Versions).Sample((a, b, c) =>
    {
        Assert.True(a.Satisfies(a));
        Assert.True(!(a.Satisfies(b) && b.Satisfies(a)) || a == b);
        Assert.True(!(a.Satisfies(b) && b.Satisfies(c)) || a.Satisfies(c));
        Assert.True(!a.Satisfies(b) || (a.Major == b.Major && a.CompareTo(b) >= 0));
        Assert.Equal(a.Major == b.Major && a.Major > 0, a.Major > 0 && (a.Satisfies(b) || b.Satisfies(a)));
    });

    [Theory]
    [InlineData("1.2.0", "1.2.0", true)]
    [InlineData("1.3.0", "1.2.9", true)]
    [InlineData("1.2.0", "1.2.1", false)]
    [InlineData("2.0.0", "1.9.9", false)]
    [InlineData("0.2.1", "0.2.0", true)]
    [InlineData("0.3.0", "0.2.0", false)]
    public void The_same_major_and_not_older_can_stand_in(string has, string wanted, bool can) =>
        Assert.Equal(can, CapabilityVersion.Parse($"a@{has}").Satisfies(CapabilityVersion.Parse($"a@{wanted}")));

    [Fact]
    public void Another_name_never_stands_in() => Assert.False(CapabilityVersion.Parse("a@1.0.0").Satisfies(CapabilityVersion.Parse("b@1.0.0")));

    [Theory]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("01.2.3")]
    [InlineData("1.2.-3")]
    [InlineData("1.2.3-beta")]
    [InlineData("1.2.2147483648")]
    [InlineData("1. 2.3")]
    public void Anything_but_three_plain_numbers_is_no_version(string text) => Assert.False(SemanticVersion.TryParse(text, null, out _));
}
