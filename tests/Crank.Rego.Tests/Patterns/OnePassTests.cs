using System.Text.RegularExpressions;
using Crank.Rego.Patterns;
using CsCheck;

namespace Crank.Rego.Tests.Patterns;

public sealed class OnePassTests
{
    [Theory]
    [InlineData("^a([a-c]+)/(x|yz)$", true)]
    [InlineData("^([a-b]+)-([a-b]*)c?$", true)]
    [InlineData("^(a+?)(b?)", true)]
    [InlineData("^[ab]{2,3}(c)$", true)]
    [InlineData("^(a*)(b*)(c*)", true)]
    [InlineData("^ab-(x|y)[a-d]*$", true)]
    [InlineData("^ab", true)]
    [InlineData("^ab(?:cd)?$", true)]
    [InlineData("^(a|ab)(c|bcd)$", false)]
    [InlineData("^a*a$", false)]
    [InlineData("a(b)", false)]
    [InlineData("^(?:a(b))*$", false)]
    public void Only_patterns_whose_next_character_decides_are_taken_and_they_match_alike(string pattern, bool taken)
    {
        var (root, groups) = PatternParser.Parse(pattern);
        var one = OnePass.Of(root, groups.Count);
        Assert.Equal(taken, one is not null);
        var other = new Regex(pattern.Replace("$", "\\z", StringComparison.Ordinal), RegexOptions.NonBacktracking);
        Gen.OneOf(Gen.Char["abcdxyz/-"].Array[0, 8].Select(c => new string(c)), Gen.Char["abcdxy-"].Array[0, 4].Select(c => "ab" + new string(c)), Gen.Char["abcdxy"].Array[0, 3].Select(c => "ab-x" + new string(c))).Sample(text =>
        {
            if (one is null)
            {
                return true;
            }

            var match = other.Match(text);
            var found = one.Match(text);
            if (one.IsMatch(text) != match.Success)
            {
                return false;
            }

            return match.Success
                ? found is not null && Enumerable.Range(0, groups.Count).All(i => match.Groups[i].Success
                    ? found[2 * i] == match.Groups[i].Index && found[(2 * i) + 1] == match.Groups[i].Index + match.Groups[i].Length
                    : found[2 * i] < 0 || found[(2 * i) + 1] < 0)
                : found is null;
        }, iter: 2_000);
    }
}
