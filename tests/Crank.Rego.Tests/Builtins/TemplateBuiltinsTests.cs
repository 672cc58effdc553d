using System.Text.Json;
using Crank.Rego.Builtins;

namespace Crank.Rego.Tests.Builtins;

public sealed class TemplateBuiltinsTests
{
    private const string Data = """{"name": "Ann", "n": 5, "list": ["a", "b"], "map": {"x": 1, "y": {"z": true}}, "empty": [], "no": false, "nil": null}""";

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("hello {{.name}}!", "hello Ann!")]
    [InlineData("{{.missing}} {{.missing.deeper}}", "<undefined> <undefined>")]
    [InlineData("{{.map.y.z}} {{.n}} {{.list}} {{.map}} {{.nil}}", "true 5 [a b] map[x:1 y:map[z:true]] <no value>")]
    [InlineData("a {{- /* gone */ -}} b", "ab")]
    [InlineData("a  {{- \" x \" -}}  b", "a x b")]
    [InlineData("{{if .no}}1{{else if .empty}}2{{else}}3{{end}}", "3")]
    [InlineData("{{range $i, $v := .list}}{{$i}}={{$v}};{{else}}none{{end}}", "0=a;1=b;")]
    [InlineData("{{range .empty}}x{{else}}none{{end}}", "none")]
    [InlineData("{{range $k, $v := .map}}{{$k}} {{end}}", "x y ")]
    [InlineData("{{range .list}}{{if eq . \"b\"}}{{break}}{{end}}{{.}}{{end}}", "a")]
    [InlineData("{{with .map}}{{.x}}{{$.name}}{{end}}", "1Ann")]
    [InlineData("{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}", "2")]
    [InlineData("{{.name | printf \"%q %s\" \"a\"}}", "\"a\" Ann")]
    [InlineData("{{len .list}}{{index .list 1}}{{index .map \"x\"}}{{slice .name 1 2}}", "2b1n")]
    [InlineData("{{and .name .no}} {{or .no .name}} {{not .no}}", "false Ann true")]
    [InlineData("{{html \"<a&'>\"}} {{js \"it's\"}} {{urlquery \"a b&\"}}", "&lt;a&amp;&#39;&gt; it\\'s a+b%26")]
    [InlineData("{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .name}}{{template \"t\" 3}}", "[Ann][3]")]
    [InlineData("{{block \"t\" .list}}{{len .}}{{end}}", "2")]
    [InlineData("{{(index .list 0)}}{{1.5}}{{'a'}}{{0x10}}{{`r`}}", "a1.59716r")]
    [InlineData("{{lt 1 2}}{{ge 2 2}}{{ne \"a\" \"b\"}}", "truetruetrue")]
    [InlineData("{{print 1 2 \"a\" 3}}", "1 2a3")]
    public void Templates_are_rendered(string template, string expected) =>
        Assert.Equal(expected, Calls.Call("strings.render_template", $"[{JsonSerializer.Serialize(template)}, {Data}]").AsString());

    [Theory]
    [InlineData("{{.name")]
    [InlineData("{{if .name}}")]
    [InlineData("{{end}}")]
    [InlineData("{{unknown .name}}")]
    [InlineData("{{$x}}")]
    [InlineData("{{}}")]
    [InlineData("{{/* open")]
    [InlineData("{{template \"none\"}}")]
    [InlineData("{{.name.first}}")]
    [InlineData("{{eq 1 \"a\"}}")]
    [InlineData("{{range .name}}{{end}}")]
    [InlineData("{{break}}")]
    [InlineData("{{index .list 9}}")]
    public void Broken_templates_are_errors(string template) =>
        Assert.StartsWith("template: ", Calls.Error("strings.render_template", $"[{JsonSerializer.Serialize(template)}, {Data}]"), StringComparison.Ordinal);

    [Fact]
    public void Templates_that_do_not_end_are_ended()
    {
        Assert.Throws<LimitException>(() => Calls.Call("strings.render_template", """["{{range 9000000000}}x{{end}}", {}]"""));
        Assert.Contains("depth", Calls.Error("strings.render_template", """["{{define \"t\"}}{{template \"t\"}}{{end}}{{template \"t\"}}", {}]"""), StringComparison.Ordinal);
        Assert.Contains("depth", Calls.Error("strings.render_template", JsonSerializer.Serialize(new object[] { "{{" + new string('(', 50_000), new { } })), StringComparison.Ordinal);
    }
}
