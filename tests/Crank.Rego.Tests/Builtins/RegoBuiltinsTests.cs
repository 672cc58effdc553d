using Crank.Rego.Builtins;

namespace Crank.Rego.Tests.Builtins;

public sealed class RegoBuiltinsTests
{
    [Fact]
    public void A_module_is_given_as_its_tree()
    {
        var module = Calls.Call("rego.parse_module", """["x.rego", "package foo.bar\nimport data.a\np := 1"]""");
        Assert.Equal("\"bar\"", module.Get("package").Get("path").AsArray()[2].Get("value").ToString());
        Assert.Single(module.Get("rules").AsArray());
    }

    [Fact]
    public void What_is_no_module_is_an_error() =>
        Assert.Equal("1 error occurred: x.rego:1: rego_parse_error: unexpected eof token: expected ident", Calls.Error("rego.parse_module", """["x.rego", "package foo."]"""));

    [Fact]
    public void A_large_module_is_paid_for() =>
        Assert.Throws<LimitException>(() => Calls.Call("rego.parse_module", $"[\"x.rego\", \"package a\\n# {new string('x', 1000)}\"]", Calls.Context(100)));

    [Fact]
    public void The_runtime_is_what_the_host_says() => Assert.Equal("{}", Calls.Json("opa.runtime", "[]"));
}
