using CsCheck;

namespace Crank.Schema.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("tos", "to")]
    [InlineData("ot", "to")]
    [InlineData("FORMAT", "format")]
    [InlineData("fromat", "format")]
    [InlineData("zzzzzz", null)]
    [InlineData("x", null)]
    public void The_name_meant_is_found(string name, string? meant) => Assert.Equal(meant, NearestName.Find(name, ["to", "format", "quality"]));

    [Fact]
    public void Overlong_names_are_not_compared() => Assert.Null(NearestName.Find(new string('a', 10_000), [new string('a', 9_999)]));

    [Fact]
    public void Distance_is_symmetric_and_zero_only_for_equals() =>
        Gen.Select(Gen.String[Gen.Char["ab"], 0, 6], Gen.String[Gen.Char["ab"], 0, 6]).Sample((a, b) =>
            NearestName.Distance(a, b) == NearestName.Distance(b, a) && (NearestName.Distance(a, b) == 0) == (a == b));
}
