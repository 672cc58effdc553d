using Crank.Rego.Patterns;
using CsCheck;

namespace Crank.Rego.Tests.Patterns;

public sealed class Re2Tests
{
    [Theory]
    [InlineData("^.$", "😀", true)]
    [InlineData("^a$", "a\n", false)]
    [InlineData("(?m)^a$", "b\na\n", true)]
    [InlineData("a.b", "a\nb", false)]
    [InlineData("(?s)a.b", "a\nb", true)]
    [InlineData(@"^\d$", "٣", false)]
    [InlineData(@"^\w+$", "é", false)]
    [InlineData(@"\bfoo\b", "éfooé", true)]
    [InlineData(@"\bfoo\b", "xfoo", false)]
    [InlineData(@"^\p{Greek}+$", "αβγ", true)]
    [InlineData(@"^\pL\PL$", "é1", true)]
    [InlineData(@"^[[:alpha:]]+[[:^alpha:]]$", "ab1", true)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"^\x{1F600}\x41\101\n$", "😀AA\n", true)]
    [InlineData("(?i)^straSSe$", "STRASSE", true)]
    [InlineData("(?i)^k$", "\u212A", true)]
    [InlineData("(?i)^[a-z]$", "ſ", true)]
    [InlineData("^[^a]$", "\n", true)]
    [InlineData("^[😀-😂]$", "😁", true)]
    [InlineData("^[^😀-😂]$", "😁", false)]
    [InlineData("^a{,2}$", "a{,2}", true)]
    [InlineData("(?i:A)b", "aB", false)]
    [InlineData("x*", "", true)]
    [InlineData(@"[^\x00-\x{10FFFF}]", "a", false)]
    [InlineData("^[]a]+$", "]a", true)]
    [InlineData("^[a-]+$", "-a", true)]
    [InlineData("(|a)+b", "b", true)]
    public void Patterns_mean_what_re2_says(string pattern, string text, bool expected) => Assert.Equal(expected, Re2.Of(pattern).IsMatch(text));

    [Theory]
    [InlineData("(", "missing closing ): `(`")]
    [InlineData(")", "unexpected ): `)`")]
    [InlineData("[a", "missing closing ]: `[a`")]
    [InlineData("*", "missing argument to repetition operator: `*`")]
    [InlineData("a**", "invalid nested repetition operator: `**`")]
    [InlineData("a{1001}", "invalid repeat count: `{1001}`")]
    [InlineData("(a{100}){100}", "invalid repeat count: `{100}`")]
    [InlineData("a{2,1}", "invalid repeat count: `{2,1}`")]
    [InlineData("[z-a]", "invalid character class range: `z-a`")]
    [InlineData(@"\8", @"invalid escape sequence: `\8`")]
    [InlineData(@"\1", @"invalid escape sequence: `\1`")]
    [InlineData(@"(?=a)", @"invalid or unsupported Perl syntax: `(?=`")]
    [InlineData(@"(?P<n>a)(?P<n>b)", "duplicate capture group name: `n`")]
    [InlineData(@"\pX", @"invalid character class range: `\pX`")]
    [InlineData(@"a\", "trailing backslash at end of expression: ``")]
    public void What_re2_refuses_is_refused_in_its_words(string pattern, string expected) =>
        Assert.Equal("error parsing regexp: " + expected, Assert.Throws<PatternException>(() => Re2.Of(pattern)).Message);

    [Fact]
    public void Places_are_those_of_the_text_even_when_it_was_respelled()
    {
        var match = Assert.Single(Re2.Of(@"\b(b+)\b").Find("é😀 bb é"));
        Assert.Equal([4, 6, 4, 6], match);
    }

    [Theory]
    [InlineData("(a|ab)(c|bcd)(d*)", "abcd", "0,4,0,1,1,4,4,4")]
    [InlineData("a+?", "aaa", "0,1")]
    [InlineData("(?U)a+", "aaa", "0,1")]
    [InlineData("(?U)a+?", "aaa", "0,3")]
    [InlineData("(a)|(b)", "b", "0,1,-1,-1,0,1")]
    public void The_leftmost_first_match_wins(string pattern, string text, string expected) =>
        Assert.Equal(expected, string.Join(',', Re2.Of(pattern).Find(text).First()));

    [Fact]
    public void Catastrophic_patterns_run_in_linear_time()
    {
        var text = new string('a', 50_000);
        Assert.False(Re2.Of("^(a+)+$").IsMatch(text + "b"));
        Assert.False(Re2.Of("^(a|aa)+$").IsMatch(text + "b"));
    }

    [Fact]
    public void Patterns_beyond_the_limits_are_refused()
    {
        Assert.Throws<PatternException>(() => Re2.Of(new string('(', 1_100) + new string(')', 1_100)));
        Assert.Throws<PatternException>(() => Re2.Of(new string('a', 70_000)));
        Assert.Throws<PatternException>(() => Re2.Of(string.Concat(Enumerable.Repeat("(ab){1000}", 12))).IsMatch("b"));
    }

    [Fact]
    public void No_pattern_made_of_the_usual_pieces_breaks_the_translator()
    {
        string[] pieces = ["a", "b", "é", "😀", ".", "^", "$", "*", "+", "?", "{2}", "{1,3}", "{", "}", "(", ")", "(?i)", "(?s:", "(?P<x>", "|", "[", "]", "[^", "-", @"\d", @"\W", @"\b", @"\pL", @"\x{3b1}", "[:alpha:]", @"\", "k", @"\Q"];
        Gen.Int[0, pieces.Length - 1].Array[0, 12].Select(picks => string.Concat(picks.Select(pick => pieces[pick]))).Sample(
            pattern =>
            {
                try
                {
                    var regex = Re2.Of(pattern);
                    foreach (var text in new[] { "", "ab", "éa😀b k", "K\n" })
                    {
                        var found = regex.Find(text).ToList();
                        if (regex.IsMatch(text) != found.Count > 0 || found.Any(match => match[0] > match[1] || match[1] > text.Length))
                        {
                            return false;
                        }
                    }
                }
                catch (PatternException)
                {
                    // Refused, which is an answer.
                }

                return true;
            },
            iter: 2_000,
            threads: 1);
    }
}
