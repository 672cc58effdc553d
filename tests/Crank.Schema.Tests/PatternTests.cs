using System.Text.Json;

namespace Crank.Schema.Tests;

public sealed class PatternTests
{
    [Theory]
    [InlineData("^a$", "a\n", false)]
    [InlineData(@"^\d$", "\u0967", false)]
    [InlineData(@"^\w$", "\u00e9", false)]
    [InlineData(@"^\s$", "\ufeff", true)]
    [InlineData(@"^\s$", "\u180e", false)]
    [InlineData("^.$", "\U0001F4A9", true)]
    [InlineData("^..$", "\U0001F4A9", false)]
    [InlineData("^.$", "\u2028", false)]
    [InlineData("^[^a]$", "\U0001F4A9", true)]
    [InlineData("^[\U0001F4A8-\U0001F4AA]+$", "\U0001F4A9\U0001F4A8", true)]
    [InlineData("^[\U0001F4A8-\U0001F4AA]+$", "\U0001F4AB", false)]
    [InlineData("^\U0001F4A9*$", "\U0001F4A9\U0001F4A9", true)]
    [InlineData(@"^\u{1F4A9}$", "\U0001F4A9", true)]
    [InlineData(@"^\uD83D\uDCA9$", "\U0001F4A9", true)]
    [InlineData(@"^\p{L}+$", "a\u00e9\U00010400", true)]
    [InlineData(@"^\P{L}$", "a", false)]
    [InlineData(@"^[\p{Lu}\d]+$", "A1", true)]
    [InlineData(@"^[\w.-]+$", "a.b-c", true)]
    [InlineData(@"^[a\-z]$", "b", false)]
    [InlineData("^[]$", "a", false)]
    [InlineData("^[^]$", "\n", true)]
    [InlineData(@"\bfoo\b", "a foo!", true)]
    [InlineData(@"\bfoo\b", "afoo", false)]
    [InlineData(@"^(a)(?:b)\1$", "aba", true)]
    [InlineData(@"^(?<x>a|b)\k<x>$", "bb", true)]
    [InlineData(@"^(?<x>a|b)\k<x>$", "ab", false)]
    [InlineData(@"^(?:(a)|b)\1$", "b", true)]
    [InlineData(@"^(?<n>x)(y)\2\1$", "xyyx", true)]
    [InlineData("^(?=.*[0-9]).{2,4}$", "a1", true)]
    [InlineData("(?<!a)b", "ab", false)]
    [InlineData("^a{2,3}?$", "aaa", true)]
    [InlineData("^{x}$", "{x}", true)]
    [InlineData(@"^\cC$", "\u0003", true)]
    [InlineData(@"^a#\ b$", "a# b", true)]
    public void Patterns_mean_what_they_mean_in_ECMA_262(string pattern, string text, bool matches)
    {
        var schema = JsonSchema.Compile($$"""{"pattern":{{JsonSerializer.Serialize(pattern)}}}""");
        Assert.Equal(matches, schema.IsValid(JsonSerializer.SerializeToElement(text)));
    }

    [Theory]
    [InlineData("a**")]
    [InlineData("*a")]
    [InlineData("(a")]
    [InlineData("a)")]
    [InlineData("[z-a]")]
    [InlineData("[a")]
    [InlineData(@"a\")]
    [InlineData(@"[\")]
    [InlineData(@"\Z")]
    [InlineData(@"\a")]
    [InlineData(@"\1")]
    [InlineData(@"\k<x>")]
    [InlineData("a{3,2}")]
    [InlineData("(?>a)")]
    [InlineData("(?i)a")]
    [InlineData("(?=a)*")]
    [InlineData(@"\u{110000}")]
    [InlineData(@"\x1")]
    [InlineData("(?<a>x)(?<a>y)")]
    [InlineData("(?<a")]
    [InlineData("((a{1000}){1000}){1000}")]
    [InlineData("a{4294967297}")]
    public void What_is_no_pattern_there_is_refused(string pattern) =>
        Assert.Equal("pattern", Json.Refusal($$"""{"pattern":{{JsonSerializer.Serialize(pattern)}}}""").Keyword);

    [Fact]
    public void Deep_groups_are_refused() =>
        Assert.Equal("pattern", Json.Refusal($$"""{"pattern":"{{new string('(', 1000)}}a{{new string(')', 1000)}}"}""").Keyword);

    [Fact]
    public void A_pattern_that_backtracks_without_end_is_stopped()
    {
        var schema = JsonSchema.Compile("""{"pattern":"^(?=b?)(a+)+\\1$"}""", new() { PatternTimeout = TimeSpan.FromMilliseconds(20) });
        var error = Assert.Single(schema.Validate(JsonSerializer.SerializeToElement(new string('a', 60) + "!")).Errors);
        Assert.Equal("limits", error.Keyword);
    }

    [Fact]
    public void Half_a_pair_is_a_character_like_any_other() => Assert.True(Json.Fits("""{"pattern":"^.$"}""", "\"\\uD83D\""));
}
