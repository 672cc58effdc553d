using Crank.Rego.Syntax;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Syntax;

public sealed class AstValueTests
{
    private static string Rule(string rule)
    {
        var value = AstValue.Of(Parser.ParseModule("x.rego", "package a\n" + rule).Value!);
        return JsonOut.Write(value.Get("rules").AsArray()[0]);
    }

    [Theory]
    [InlineData("p := 1",
        """{"body":[{"index":0,"terms":{"type":"boolean","value":true}}],"head":{"assign":true,"name":"p","ref":[{"type":"var","value":"p"}],"value":{"type":"number","value":1}}}""")]
    [InlineData("p contains x if some x in input",
        """{"body":[{"index":0,"terms":{"symbols":[{"type":"call","value":[{"type":"ref","value":[{"type":"var","value":"internal"},{"type":"string","value":"member_2"}]},{"type":"var","value":"x"},{"type":"ref","value":[{"type":"var","value":"input"}]}]}]}}],"head":{"key":{"type":"var","value":"x"},"name":"p","ref":[{"type":"var","value":"p"}]}}""")]
    [InlineData("default p := {\"a\": [null]}",
        """{"body":[{"index":0,"terms":{"type":"boolean","value":true}}],"default":true,"head":{"assign":true,"name":"p","ref":[{"type":"var","value":"p"}],"value":{"type":"object","value":[[{"type":"string","value":"a"},{"type":"array","value":[{"type":"null","value":{}}]}]]}}}""")]
    [InlineData("p if not x with input as 1",
        """{"body":[{"index":0,"negated":true,"terms":{"type":"var","value":"x"},"with":[{"target":{"type":"ref","value":[{"type":"var","value":"input"}]},"value":{"type":"number","value":1}}]}],"head":{"name":"p","ref":[{"type":"var","value":"p"}],"value":{"type":"boolean","value":true}}}""")]
    public void A_rule_has_the_shape_that_OPA_gives_it(string rule, string json) => Assert.Equal(json, Rule(rule));

    [Fact]
    public void A_module_shows_package_imports_rules_and_comments()
    {
        var value = AstValue.Of(Parser.ParseModule("x.rego", "package a.b\nimport data.c as d\n# hi").Value!);
        Assert.Equal(
            """{"comments":[{"Location":{"col":1,"file":"x.rego","row":3},"Text":"IGhp"}],"imports":[{"alias":"d","path":{"type":"ref","value":[{"type":"var","value":"data"},{"type":"string","value":"c"}]}}],"package":{"path":[{"type":"var","value":"data"},{"type":"string","value":"a"},{"type":"string","value":"b"}]}}""",
            JsonOut.Write(value));
    }
}
