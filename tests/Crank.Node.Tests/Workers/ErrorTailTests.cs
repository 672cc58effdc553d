using System.Text;
using Crank.Node.Workers;
using CsCheck;

namespace Crank.Node.Tests.Workers;

public sealed class ErrorTailTests
{
    [Fact]
    public void Nothing_that_steers_a_terminal_survives() =>
        Gen.String.Sample(text => ErrorTail.Escape(text).All(c => !char.IsControl(c) && c is not ('\u202E' or '\u2028' or '\u200B')));

    [Theory]
    [InlineData("plain text, 100 %", "plain text, 100 %")]
    [InlineData("Prüfung 文", "Prüfung 文")]
    [InlineData("a\nb", "a | b")]
    [InlineData("\u001b[2J", "\\u001B[2J")]
    [InlineData("a\u202Eb", "a\\u202Eb")]
    public void Honest_text_stays_and_the_rest_is_shown_by_number(string text, string safe) => Assert.Equal(safe, ErrorTail.Escape(text));

    [Fact]
    public void The_end_is_kept_however_the_text_is_cut() => Gen.String[Gen.Char['a', 'z'], 0, 6000].Sample(text =>
    {
        var tail = new ErrorTail(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        tail.ReadAsync().GetAwaiter().GetResult();
        return tail.ToString() == text[^Math.Min(text.Length, 2048)..];
    });
}
