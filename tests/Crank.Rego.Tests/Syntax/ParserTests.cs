using Crank.Rego.Syntax;

namespace Crank.Rego.Tests.Syntax;

public sealed class ParserTests
{
    private static Module Read(string text)
    {
        var result = Parser.ParseModule("test.rego", text);
        Assert.True(result.Ok, string.Join('\n', result.Errors.Select(e => e.Explain())));
        return result.Value;
    }

    private static string Rule(string text) => Read("package test\n\n" + text).Rules[0].ToString();

    private static RegoError[] Errors(string text)
    {
        var result = Parser.ParseModule("test.rego", text);
        Assert.Null(result.Value);
        return [.. result.Errors];
    }

    [Theory]
    [InlineData("p := 1", "p := 1 if { true }")]
    [InlineData("p if input.x", "p = true if { input.x }")]
    [InlineData("p contains x if some x in input", "p contains x if { some x in input }")]
    [InlineData("p[x].q contains y if { x := 1; y := 2 }", "p[x].q contains y if { assign(x, 1); assign(y, 2) }")]
    [InlineData("p[x] := y if { some x, y in input }", "p[x] := y if { some x, y in input }")]
    [InlineData("f(x, _) := x + 1", "f(x, _) := plus(x, 1) if { true }")]
    [InlineData("default p := {\"a\": [1, .5, -2e3]}", "default p := {\"a\": [1, .5, -2e3]}")]
    [InlineData("p := 1 if { a } else := 2 if { b } else := 3", "p := 1 if { a } else := 2 if { b } else := 3 if { true }")]
    [InlineData("p if not q with input.a as 1 with data.b as 2", "p = true if { not q with input.a as 1 with data.b as 2 }")]
    [InlineData("p if every k, v in input.m { k == v }", "p = true if { every k, v in input.m { equal(k, v) } }")]
    [InlineData("p := {x | some x in input} | {1}", "p := ({x | some x in input} | {1}) if { true }")]
    [InlineData("p := {k: v | some k, v in input}", "p := {k: v | some k, v in input} if { true }")]
    [InlineData("p := 1 - 2 * 3 - 4", "p := minus(minus(1, mul(2, 3)), 4) if { true }")]
    [InlineData("p := `a\\d`", "p := \"a\\\\d\" if { true }")]
    [InlineData("p := \"\\u00e9\\ud83d\\ude00\"", "p := \"é\\ud83d\\ude00\" if { true }")]
    [InlineData("p := $\"a {1 + x} {{1}} \\{b}\"", "p := $\"a {plus(1, x)} {{1}} \\{b}\" if { true }")]
    [InlineData("p := input.if.default", "p := input.if.default if { true }")]
    [InlineData("else.as := 1", "else.as := 1 if { true }")]
    [InlineData("p := [f(1).x, [1, 2][0], {\"a\": 1}.a]", "p := [f(1).x, [1, 2][0], {\"a\": 1}.a] if { true }")]
    [InlineData("p := set()", "p := set() if { true }")]
    public void A_rule_reads_as_it_is_written(string text, string printed) => Assert.Equal(printed, Rule(text));

    [Fact]
    public void Further_bodies_are_further_rules()
    {
        var module = Read("package test\n\np := 1 if { input.a } { input.b }");
        Assert.Equal(["p := 1 if { input.a }", "p := 1 if { input.b }"], module.Rules.Select(r => r.ToString()));
    }

    [Fact]
    public void Logical_keywords_bind_and_before_or_where_a_module_imports_them()
    {
        var module = Read("package test\n\nimport future.keywords.and\nimport future.keywords.or\n\np if a or b and not c");
        var or = Assert.IsType<ExprForm.Logic>(module.Rules[0].Body[0].Form);
        Assert.True(or.IsOr);
        Assert.False(Assert.IsType<ExprForm.Logic>(or.Right[0].Form).IsOr);
        Assert.Equal("p := or if { assign(or, 1) }", Rule("p := or if { or := 1 }"));
    }

    [Fact]
    public void Parentheses_group_logical_conditions()
    {
        var module = Read("package test\n\nimport rego.v2\n\np if a and (b or c)\nq if not (a or b)\nr if ({a}) or b");
        Assert.Equal("p = true if { a and { b or c } }", module.Rules[0].ToString());
        Assert.Equal("q = true if { not { a or b } }", module.Rules[1].ToString());
        Assert.IsType<Term.Set>(Assert.IsType<ExprForm.Single>(Assert.IsType<ExprForm.Logic>(module.Rules[2].Body[0].Form).Left[0].Form).Term);
    }

    [Fact]
    public void A_body_may_be_negated_where_a_module_imports_not()
    {
        var module = Read("package test\n\nimport future.keywords.not\n\np if {\n  not { x := 1; x == 2 }\n  not q\n}");
        Assert.Equal("p = true if { not { assign(x, 1); equal(x, 2) }; not { q } }", module.Rules[0].ToString());
    }

    [Theory]
    [InlineData("p { true }", 3, "`if` keyword is required before rule body")]
    [InlineData("p[x] { x := 1 }", 3, "`contains` keyword is required for partial set rules")]
    [InlineData("p := 01", 3, "expected number without leading zero")]
    [InlineData("p := \"abc", 3, "non-terminated string")]
    [InlineData("p := \"\\q\"", 3, "illegal escape sequence")]
    [InlineData("in := 1", 3, "unexpected in keyword")]
    [InlineData("p", 3, "var cannot be used for rule name")]
    [InlineData("1 + 1", 3, "rule name conflicts with built-in function")]
    [InlineData("default p := count([])", 3, "value cannot contain call")]
    [InlineData("default f(x, x) := 1", 3, "arguments cannot be repeated x")]
    [InlineData("import data.if", 3, "must not end with a keyword")]
    [InlineData("import foo.bar", 3, "must begin with one of")]
    [InlineData("import rego.v0", 3, "must be `rego.v1`")]
    [InlineData("p if {\n  x := 1 y := 2\n}", 4, "expected \\n or ; or }")]
    [InlineData("p if every x in input { }", 3, "found empty body")]
    [InlineData("p := [1, 2", 4, "expected \",\" or \"]\"")]
    [InlineData("p := 1e999999999", 3, "number too big")]
    [InlineData("p if not some x in input", 3, "illegal negation of 'some'")]
    [InlineData("p if every x in input", 4, "missing body")]
    [InlineData("p := $\"{x := 1}\"", 3, "unexpected assignment")]
    [InlineData("p := @", 3, "illegal token")]
    [InlineData("p[x] := 1 if { x := 1 } else := 2", 3, "else keyword cannot be used on rules with variables in head")]
    public void A_mistake_is_told_at_its_line(string text, int row, string message)
    {
        var errors = Errors("package test\n\n" + text + "\n");
        Assert.All(errors, e => Assert.Equal(RegoErrorCodes.Parse, e.Code));
        Assert.Contains(errors, e => e.Row == row && e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_error_shows_the_line_with_a_caret_under_the_place()
    {
        var error = Errors("package test\n\np := {\"ä\": 01}\n")[0];
        Assert.Equal("test.rego:3: rego_parse_error: unexpected number token: expected number without leading zero\n  p := {\"ä\": 01}\n             ^", error.Explain());
    }

    [Fact]
    public void A_module_must_begin_with_a_package()
    {
        Assert.Equal("package expected", Errors("p := 1")[0].Message);
        Assert.Equal("empty module", Errors("")[0].Message);
        Assert.Contains(Errors("package a\npackage b"), e => e.Message == "unexpected package");
    }

    [Fact]
    public void Recovery_finds_the_mistakes_of_later_statements_too()
    {
        const string text = "package test\n\np := 01\n\nq := 1\n\nr if {\n  x ==\n}\n\ns := )\n";
        Assert.Equal([3], Parser.ParseModule("t", text).Errors.Select(e => e.Row).Distinct());
        Assert.Equal([3, 9, 11], Parser.ParseModule("t", text, new ParseOptions { Recover = true }).Errors.Select(e => e.Row).Distinct());
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("(", ")")]
    [InlineData("{", "}")]
    [InlineData("f(", ")")]
    [InlineData("x[", "]")]
    [InlineData("{1 | y := ", "}")]
    [InlineData("$\"{", "}\"")]
    [InlineData("{\"a\": ", "}")]
    public void Nesting_ends_at_the_limit_with_an_error(string open, string close)
    {
        string Nested(int depth) => "package test\n\np := " + string.Concat(Enumerable.Repeat(open, depth)) + "1" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.True(Parser.ParseModule("t", Nested(30)).Ok);
        Assert.Contains(Errors(Nested(20_000)), e => e.Message.Contains("nested too deeply", StringComparison.Ordinal) || e.Message.Contains("token", StringComparison.Ordinal));
    }

    [Fact]
    public void A_long_chain_of_operators_ends_at_the_limit_too() =>
        Assert.Contains(Errors("package test\n\np := " + string.Join(" + ", Enumerable.Repeat("1", 50_000))), e => e.Message.Contains("nested too deeply", StringComparison.Ordinal));

    [Fact]
    public void A_text_that_is_too_long_is_not_read()
    {
        var result = Parser.ParseModule("t", "package test\n" + new string(' ', 100), new ParseOptions { MaxLength = 50 });
        Assert.Contains("at most 50 are read", result.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_is_one_or_more_expressions()
    {
        var query = Parser.ParseQuery("x := data.a.b; x > 1");
        Assert.True(query.Ok);
        Assert.Equal(["assign(x, data.a.b)", "gt(x, 1)"], query.Value.Body.Select(e => e.ToString()));
        Assert.Single(Parser.ParseQuery("x = 1;").Value!.Body);
        Assert.False(Parser.ParseQuery("").Ok);
        Assert.False(Parser.ParseQuery("package a").Ok);
    }
}
