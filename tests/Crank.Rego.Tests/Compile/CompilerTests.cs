using Crank.Rego.Compile;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Tests.Compile;

public sealed class CompilerTests
{
    private static readonly CompileOptions Usual = new() { Functions = FunctionTable.All };
    private static readonly CompileOptions Strict = Usual with { Strict = true };

    private static CompileResult Compile(CompileOptions options, params string[] modules) => Compiler.Compile(
        modules.Select((text, i) =>
        {
            var read = Parser.ParseModule($"{i}.rego", text);
            Assert.True(read.Ok, string.Join('\n', read.Errors));
            return read.Value;
        }),
        options);

    private static string[] Rules(string rules)
    {
        var result = Compile(Usual, "package test\n\n" + rules);
        Assert.True(result.Ok, string.Join('\n', result.Errors.Select(e => e.Explain())));
        return [.. result.Policy.Modules[0].Rules.Select(rule => rule.ToString())];
    }

    private static RegoError[] Errors(string rules, CompileOptions? options = null) => [.. Compile(options ?? Usual, "package test\n\n" + rules).Errors];

    [Theory]
    [InlineData("p := q\nq := 1", "p := __local0__ if { true; __local0__ = data.test.q }")]
    [InlineData("p if { x := 1; x == 1 }", "p = true if { __local0__ = 1; __local0__ = 1 }")]
    [InlineData("p if { y > 1; y = count(input.x) }", "p = true if { __local1__ = input.x; count(__local1__, __local0__); y = __local0__; gt(y, 1) }")]
    [InlineData("p if some x in input.xs", "p = true if { __local2__ = input.xs[__local1__] }")]
    [InlineData("f(x) := x + 1", "f(__local0__) := __local1__ if { true; plus(__local0__, 1, __local1__) }")]
    [InlineData("p := [x | x := input.a[_]]", "p := __local1__ if { true; __local1__ = [__local0__ | __local0__ = input.a[_]] }")]
    [InlineData("p := $\"a{input.x}\"", "p := __local1__ if { true; __local2__ = {__local0__ | __local0__ = input.x}; internal.template_string([\"a\", __local2__], __local1__) }")]
    [InlineData("f($\"{input.x}\") := 1", "f(__local1__) := 1 if { true; __local2__ = {__local0__ | __local0__ = input.x}; internal.template_string([__local2__], __local1__) }")]
    [InlineData("p if print(1)", "p = true if { true }")]
    [InlineData("p if every x in [1] { x > 0 }", "p = true if { __local2__ = [1]; every __local0__, __local1__ in __local2__ { gt(__local1__, 0) } }")]
    public void Rules_are_rewritten_for_the_planner(string source, string first) => Assert.Equal(first, Rules(source)[0]);

    [Fact]
    public void Printing_is_kept_when_asked_for_and_undefined_operands_do_not_end_it()
    {
        var keep = Usual with { KeepPrint = true };
        var result = Compile(keep, "package test\n\np if { x := 1; print(x, input.y) }");
        Assert.Equal(
            "p = true if { __local0__ = 1; __local3__ = {__local1__ | __local1__ = __local0__}; __local4__ = {__local2__ | __local2__ = input.y}; internal.print([__local3__, __local4__]) }",
            result.Policy!.Modules[0].Rules[0].ToString());
        Assert.Equal("var z is undeclared", Errors("p if { print(z); z = 1 }", keep)[0].Message);
    }

    [Fact]
    public void Names_of_imports_and_other_files_of_the_package_are_resolved()
    {
        var result = Compile(Usual, "package a\n\nimport data.b.q as r\n\np := r", "package b\n\nq := s", "package b\n\ns := 1");
        Assert.True(result.Ok);
        Assert.Equal("p := __local0__ if { true; __local0__ = data.b.q }", result.Policy.Modules[0].Rules[0].ToString());
    }

    [Theory]
    [InlineData("p if { x > 1 }", RegoErrorCodes.UnsafeVar, 3, "var x is unsafe")]
    [InlineData("p := x if { true }", RegoErrorCodes.UnsafeVar, 3, "var x is unsafe")]
    [InlineData("p if {\n  not input.xs[_] == 1\n}", RegoErrorCodes.UnsafeVar, 4, "var _ is unsafe")]
    [InlineData("p if {\n  x := [y | z = y]\n  x\n}", RegoErrorCodes.UnsafeVar, 4, "var y is unsafe")]
    [InlineData("p if { x := 1; x := 2 }", RegoErrorCodes.Compile, 3, "var x assigned above")]
    [InlineData("p if {\n  x == 1\n  x := 1\n}", RegoErrorCodes.Compile, 5, "var x referenced above")]
    [InlineData("p if { some x; input.y }", RegoErrorCodes.Compile, 3, "declared var x unused")]
    [InlineData("p if every k, v in input { v }", RegoErrorCodes.Compile, 3, "declared var k unused")]
    [InlineData("p if { input.x := 1 }", RegoErrorCodes.Compile, 3, "cannot assign to ref")]
    [InlineData("p if { not x := 1 }", RegoErrorCodes.Compile, 3, "cannot assign vars inside negated expression")]
    [InlineData("f(input) := 1", RegoErrorCodes.Compile, 3, "args must not shadow input")]
    [InlineData("f(g(1)) := 1", RegoErrorCodes.Compile, 3, "rule arguments cannot contain calls")]
    [InlineData("p := $\"{x}\"", RegoErrorCodes.Compile, 3, "var x is undeclared")]
    [InlineData("p := q\nq := p", RegoErrorCodes.Recursion, 3, "rule data.test.p is recursive: data.test.p -> data.test.q -> data.test.p")]
    [InlineData("p := data.test[_]", RegoErrorCodes.Recursion, 3, "is recursive")]
    [InlineData("p := nope(1)", RegoErrorCodes.Type, 3, "undefined function nope")]
    [InlineData("p := count(1, 2, 3)", RegoErrorCodes.Type, 3, "count: arity mismatch")]
    [InlineData("f(x) := x\np := f(1, 2)", RegoErrorCodes.Type, 4, "function data.test.f has arity 1, got 2 arguments")]
    [InlineData("p := \"a\" - 1", RegoErrorCodes.Type, 3, "minus: invalid argument(s)")]
    [InlineData("p if { 1 = \"a\" }", RegoErrorCodes.Type, 3, "match error")]
    [InlineData("p if {\n  x := [y | y := \"a\" + 1]\n  x\n}", RegoErrorCodes.Type, 4, "plus: invalid argument(s)")]
    [InlineData("q := {\"a\": 1}\np := q.b", RegoErrorCodes.Type, 4, "undefined ref: data.test.q.b")]
    [InlineData("q[x] := 1 if { x := \"a\" }\np := q[1]", RegoErrorCodes.Type, 4, "undefined ref: data.test.q[1]")]
    [InlineData("p := 1\np contains 2", RegoErrorCodes.Type, 3, "conflicting rules data.test.p found")]
    [InlineData("p := {}\np.q := 1", RegoErrorCodes.Type, 3, "rule data.test.p conflicts with [data.test.p.q]")]
    [InlineData("default p := 1\ndefault p := 2", RegoErrorCodes.Type, 1, "multiple default rules data.test.p found")]
    [InlineData("p if { true with data.test.q.x as 1 }\nq := 1", RegoErrorCodes.Compile, 3, "with keyword cannot partially replace virtual document(s)")]
    [InlineData("p if { true with walk as 1 }", RegoErrorCodes.Compile, 3, "target must not be a relation")]
    [InlineData("p if { true with foo.bar as 1 }", RegoErrorCodes.Type, 3, "with keyword target must reference existing input, data, or a function")]
    [InlineData("p := all([])", RegoErrorCodes.Type, 3, "deprecated built-in function calls in expression: all")]
    [InlineData("p := print(1)", RegoErrorCodes.Type, 3, "print(1) used as value")]
    public void A_mistake_is_told_with_code_and_row(string rules, string code, int row, string message)
    {
        var errors = Errors(rules);
        Assert.Contains(errors, e => e.Code == code && e.Row == row && e.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("p if { x := 1 }", "assigned var x unused")]
    [InlineData("f(x) := 1", "unused argument x")]
    [InlineData("import data.a\n\np := 1", "import data.a unused")]
    public void Strict_mode_finds_what_is_never_used(string rules, string message)
    {
        Assert.Empty(Errors(rules));
        Assert.Equal(message, Errors(rules, Strict)[0].Message[..message.Length]);
    }

    [Theory]
    [InlineData("input := 1", "rules must not shadow input")]
    [InlineData("p if { data := 1 }", "variables must not shadow data")]
    [InlineData("import data.a\nimport data.b.a\n\np := a", "import must not shadow import data.a")]
    public void Names_of_documents_and_imports_are_not_taken_twice(string rules, string message) =>
        Assert.Contains(message, Errors(rules)[0].Message, StringComparison.Ordinal);

    [Fact]
    public void A_package_and_a_rule_must_not_share_a_path()
    {
        var errors = Compile(Usual, "package a\n\nb := 1", "package a.b\n\nc := 1").Errors;
        Assert.Equal(["rule data.a.b conflicts with [data.a.b.c]", "package a.b conflicts with rule b defined at 0.rego:3"], errors.Select(e => e.Message));
    }

    [Fact]
    public void Rules_must_not_lie_where_base_data_is()
    {
        var options = Usual with { DataExists = path => path is ["test", "p"] };
        Assert.Equal("conflicting rule for data path test/p found", Assert.Single(Errors("p := 1\nq := 2", options)).Message);
    }

    [Fact]
    public void Forbidden_builtins_are_refused_also_as_replacements()
    {
        var options = Usual with { Forbidden = new HashSet<string> { "http.send" } };
        Assert.Equal(RegoErrorCodes.Type, Assert.Single(Errors("p := http.send({})", options)).Code);
        Assert.Contains("must not be unsafe", Errors("p if { true with http.send as 1 }", options)[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_more_errors_are_reported_than_asked_for()
    {
        var rules = string.Join('\n', Enumerable.Range(0, 50).Select(i => $"p{i} if x{i} > 1"));
        var errors = Errors(rules);
        Assert.Equal(11, errors.Length);
        Assert.Equal("error limit reached", errors[^1].Message);
    }

    [Fact]
    public void Schemas_of_annotations_type_the_input_of_their_rule()
    {
        const string rules = """
            # METADATA
            # schemas:
            # - input: {type: object, properties: {name: {type: string}}}
            p if input.nme == "a"

            q if input.nme == "a"
            """;
        var error = Assert.Single(Errors(rules));
        Assert.Equal((6, "undefined ref: input.nme"), (error.Row, error.Message));
        Assert.Contains("want (one of): [\"name\"]", error.Details[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Metadata_can_be_asked_for_by_the_rule_it_speaks_of()
    {
        var rules = Rules("# METADATA\n# title: A\np := rego.metadata.rule().title");
        Assert.Contains("{\"scope\": \"rule\", \"title\": \"A\"}", rules[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_names_the_variables_that_its_answers_bind()
    {
        var policy = Compile(Usual, "package test\n\np contains x if some x in [1, 2]").Policy!;
        var query = policy.CompileQuery(Parser.ParseQuery("y := data.test.p[x]; z = [y, data.a[_]]").Value!);
        Assert.Equal(["x", "y", "z"], query.Variables.Select(v => v.Key));
        Assert.Equal("undefined function f", policy.CompileQuery(Parser.ParseQuery("f(1)").Value!).Errors[0].Message);
    }

    [Fact]
    public void Rules_that_others_read_come_first()
    {
        var policy = Compile(Usual, "package test\n\na := b\nb := c\nc := 1").Policy!;
        Assert.Equal(["c", "b", "a"], policy.Sorted.Select(rule => rule.Head.Ref.ToString()));
    }

    [Fact]
    public void Hostile_sizes_end_in_time()
    {
        var chain = string.Join("; ", Enumerable.Range(0, 1500).Select(i => $"x{i} = x{i + 1}")) + "; x1500 = 1";
        Assert.Empty(Errors($"p if {{ {chain} }}"));
        var wide = "p if { " + string.Join("; ", Enumerable.Repeat("true", 100)) + " }";
        Assert.Contains("at most 50 are compiled", Errors(wide, Usual with { MaxBody = 50 })[0].Message, StringComparison.Ordinal);
        var doubling = string.Join("; ", Enumerable.Range(1, 60).Select(i => $"x{i} := [x{i - 1}, x{i - 1}]"));
        Assert.Empty(Errors($"p if {{ x0 := 1; {doubling}; x60[0] != 1 }}"));
        var nested = string.Concat(Enumerable.Repeat("[y | y := ", 60)) + "1" + new string(']', 60);
        Assert.Empty(Errors("p := " + nested));
    }
}
