using Crank.Rego.Builtins;

namespace Crank.Rego.Tests.Builtins;

public sealed class RegexBuiltinsTests
{
    [Theory]
    [InlineData("regex.match", """["^[a-z]+\\[[0-9]+\\]$", "foo[1]"]""", "true")]
    [InlineData("regex.is_valid", """["a**"]""", "false")]
    [InlineData("regex.is_valid", "[1]", "false")]
    [InlineData("regex.find_n", """["a.", "paranormal", 2]""", """["ar","an"]""")]
    [InlineData("regex.find_n", """["a*", "baaab", -1]""", """["","aaa",""]""")]
    [InlineData("regex.find_all_string_submatch_n", """["a(x*)b(y)?", "-axxb-ab-", -1]""", """[["axxb","xx",""],["ab","",""]]""")]
    [InlineData("regex.split", """["a", "banana"]""", """["b","n","n",""]""")]
    [InlineData("regex.split", """["", "ab"]""", """["a","b"]""")]
    [InlineData("regex.replace", """["foo bar", "(?P<first>\\w)(\\w*)", "$2${first}ay $1x $$"]""", "\"oofay  $ arbay  $\"")]
    [InlineData("regex.replace", """["abc", "", "-"]""", "\"-a-b-c-\"")]
    [InlineData("regex.template_match", """["urn:foo:{.*}", "urn:foo:bar:baz", "{", "}"]""", "true")]
    [InlineData("regex.globs_match", """["a.a.[0-9]+z", ".b.b2359825792*594823z"]""", "true")]
    [InlineData("regex.globs_match", """["[a-z]+", "[0-9]*"]""", "false")]
    [InlineData("glob.match", """["api.**.com", ["."], "api.cdn.github.com"]""", "true")]
    [InlineData("glob.match", """["*.com", [], "a.b.com"]""", "false")]
    [InlineData("glob.match", """["a\\", [], "a"]""", "false")]
    [InlineData("glob.match", """["*.com", null, "a.b.com"]""", "true")]
    [InlineData("glob.match", """["{cat,b[!x]t,{fr,d}og}", [], "frog"]""", "true")]
    [InlineData("glob.match", """["\\*?", ["/"], "*😀"]""", "true")]
    [InlineData("glob.quote_meta", """["*.{a}"]""", "\"\\\\*.\\\\{a\\\\}\"")]
    public void Patterns_match_find_split_and_replace(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("regex.match", """["(", ""]""", "error parsing regexp: missing closing ): `(`")]
    [InlineData("regex.globs_match", """["pqrs]", "[a-b]+"]""", "input:pqrs], pos:5, set-close ']' with no preceding '[': the input provided is invalid")]
    [InlineData("regex.template_match", """["a{b", "x", "{", "}"]""", "unbalanced braces in \"a{b\"")]
    [InlineData("glob.match", """["[a-c-d]", [], "x"]""", "syntax error in pattern: expected close range character")]
    public void Broken_patterns_are_errors(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Error(name, arguments));

    [Fact]
    public void Replacements_that_explode_end_at_the_budget() =>
        Assert.Throws<LimitException>(() => Calls.Call("regex.replace", $"""["{new string('a', 10_000)}", "", "{new string('b', 10_000)}"]""", Calls.Context(budget: 100_000)));
}
