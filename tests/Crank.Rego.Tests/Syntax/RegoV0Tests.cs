using Crank.Rego.Syntax;

namespace Crank.Rego.Tests.Syntax;

public sealed class RegoV0Tests
{
    [Theory]
    [InlineData("p { input.x }", "p if { input.x }")]
    [InlineData("p[x] { x := input.xs[_] }", "p contains x if { x := input.xs[_] }")]
    [InlineData("p[\"a\"]", "p contains \"a\"")]
    [InlineData("p[k] = v { v := input[k] }", "p[k] = v if { v := input[k] }")]
    [InlineData("f(x) = y { y := x + 1 }", "f(x) = y if { y := x + 1 }")]
    [InlineData("f() = 1", "f = 1")]
    [InlineData("p = 1 { input.a } else = 2 { input.b }", "p = 1 if { input.a } else = 2 if { input.b }")]
    [InlineData("default p = false", "default p = false")]
    [InlineData("p { re_match(`a`, input.s) }", "p if { regex.match(`a`, input.s) }")]
    [InlineData("# why\np { contains(input.s, \"x\") }", "# why p if { contains(input.s, \"x\") }")]
    [InlineData("import future.keywords.in\n\np { 1 in input.xs }", "p if { 1 in input.xs }")]
    [InlineData("import rego.v1\n\np contains 1 if input.x", "p contains 1 if input.x")]
    public void A_policy_is_written_in_v1(string v0, string v1)
    {
        var written = RegoV0.ToV1("old.rego", $"package a\n\n{v0}\n");
        Assert.True(written.Ok, string.Join('\n', written.Errors.Select(e => e.Explain())));
        Assert.Contains(v1, string.Join(' ', written.Value.Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p { 1 in input.xs }", 3)]
    [InlineData("p if input.x", 3)]
    [InlineData("p {", 4)]
    [InlineData("every[x] { x := 1 }", 3)]
    public void What_is_neither_v0_nor_has_a_form_in_v1_is_refused_with_its_line(string v0, int row)
    {
        var written = RegoV0.ToV1("old.rego", $"package a\n\n{v0}\n");
        Assert.False(written.Ok);
        Assert.Equal(row, written.Errors[0].Row);
    }

    [Fact]
    public void Nothing_of_v0_is_read_where_v1_is_asked_for() => Assert.False(Parser.ParseModule("new.rego", "package a\n\np[x] { x := 1 }\n").Ok);
}
