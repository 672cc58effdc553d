using Crank.Gateway.Agents;
using CsCheck;

namespace Crank.Gateway.Tests.Agents;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("Converts a file.", "Converts a file.")]
    [InlineData("  two\r\n\tlines  ", "two lines")]
    [InlineData("hidden\u200B\u2060 \U000E0041\U000E0042words\u202E", "hidden words")]
    [InlineData("bell\u0007 and escape\u001B[31m", "bell and escape [31m")]
    [InlineData("\uE000private", "private")]
    public void Only_what_people_see_too_reaches_a_model(string text, string expected) => Assert.Equal(expected, PlainText.Of(text, 100));

    [Fact]
    public void It_is_one_bounded_line_and_stays_what_it_is() =>
        Gen.Select(Gen.String, Gen.Int[0, 50]).Sample((text, most) =>
        {
            var once = PlainText.Of(text, most);
            return once.Length <= most && !once.Any(char.IsControl) && PlainText.Of(once, most) == once;
        });
}
