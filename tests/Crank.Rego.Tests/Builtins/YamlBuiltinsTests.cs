using System.Text.Json;
using Crank.Rego.Builtins;

namespace Crank.Rego.Tests.Builtins;

public sealed class YamlBuiltinsTests
{
    [Theory]
    [InlineData("a: 1\nb: [x, yes, ~, 0x10, 1.5]", """{"a":1,"b":["x",true,null,16,1.5]}""")]
    [InlineData("base: &b {x: 1}\nd:\n  <<: *b\n  z: 2", """{"base":{"x":1},"d":{"x":1,"z":2}}""")]
    [InlineData("1: a\ntrue: b", """{"1":"a","true":"b"}""")]
    [InlineData("a: |\n  x\n  y\n", """{"a":"x\ny\n"}""")]
    [InlineData("a: '1'", """{"a":"1"}""")]
    [InlineData("", "null")]
    [InlineData("{\"json\": true}", """{"json":true}""")]
    public void Yaml_is_read(string yaml, string expected) => Assert.Equal(expected, Calls.Json("yaml.unmarshal", JsonSerializer.Serialize(new[] { yaml })));

    [Theory]
    [InlineData("[1,2,3", "yaml: line 1: did not find expected ',' or ']'")]
    [InlineData("a: *b", "yaml: unknown anchor 'b' referenced")]
    public void Broken_yaml_is_an_error(string yaml, string expected)
    {
        Assert.Equal(expected, Calls.Error("yaml.unmarshal", JsonSerializer.Serialize(new[] { yaml })));
        Assert.Equal("false", Calls.Json("yaml.is_valid", JsonSerializer.Serialize(new[] { yaml })));
    }

    [Theory]
    [InlineData("""{"a":1,"b":[{"c":"x"},"yes"],"d":null}""")]
    [InlineData("""["- a","# b","","1","true","null","a: b","x\ny"]""")]
    [InlineData("""{"":{"a b":[]},"c":{}}""")]
    public void What_is_written_is_read_back(string json)
    {
        var written = Calls.Call("yaml.marshal", $"[{json}]").AsString();
        Assert.Equal(json, Calls.Json("yaml.unmarshal", JsonSerializer.Serialize(new[] { written })));
    }

    [Fact]
    public void A_bomb_of_aliases_ends_at_the_budget()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(n => $"a{n}: &a{n} [{string.Join(", ", Enumerable.Repeat($"*a{n - 1}", 10))}]\n"));
        Assert.Throws<LimitException>(() => Calls.Call("yaml.unmarshal", JsonSerializer.Serialize(new[] { bomb })));
    }

    [Fact]
    public void Deep_yaml_is_an_error() => Assert.Contains("nested", Calls.Error("yaml.unmarshal", JsonSerializer.Serialize(new[] { new string('[', 500) + new string(']', 500) })), StringComparison.Ordinal);
}
