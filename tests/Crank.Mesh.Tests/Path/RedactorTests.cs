using System.Text;
using System.Text.Json;
using Crank.Mesh.Path;
using CsCheck;

namespace Crank.Mesh.Tests.Path;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2}""", "/a")]
    [InlineData("""{"a":{"b":1,"c":[1,2,3]}}""", """{"a":{"c":[1,3]}}""", "/a/b", "/a/c/1")]
    [InlineData("""[0,1,2,3]""", """[1,3]""", "/0", "/2")]
    [InlineData("""{"a/b":1,"m~n":2,"c":3}""", """{"c":3}""", "/a~1b", "/m~0n")]
    [InlineData("""{"a":1}""", """{"a":1}""", "/b", "/a/b", "/a/0")]
    [InlineData("""{"a":1,"a":2,"b":3}""", """{"b":3}""", "/a")]
    [InlineData("""{"a":{"b":1}}""", """{}""", "/a", "/a/b")]
    [InlineData("""{"":{"":1,"x":2}}""", """{"":{"x":2}}""", "//")]
    public void What_pointers_name_is_gone_and_all_else_is_as_it_was(string json, string left, params string[] pointers)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(left, Encoding.UTF8.GetString(Redactor.Without(document.RootElement, pointers).Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("/a~")]
    [InlineData("/a~2")]
    public void What_is_no_pointer_to_a_part_is_refused(string pointer)
    {
        using var document = JsonDocument.Parse("{}");
        Assert.Throws<FormatException>(() => Redactor.Without(document.RootElement, [pointer]));
    }

    [Fact]
    public void No_value_below_a_redacted_member_is_left_however_deep_it_lies() =>
        Gen.Int[0, 5].Array[1, 6].Sample(path =>
        {
            var json = path.Reverse().Aggregate("\"secret\"", (inner, name) => name < 3 ? $"[{string.Concat(Enumerable.Repeat("0,", name))}{inner}]" : $$"""{"k{{name}}":{{inner}},"o":1}""");
            var pointer = string.Concat(path.Select(name => name < 3 ? $"/{name}" : $"/k{name}"));
            using var document = JsonDocument.Parse(json);
            var left = Encoding.UTF8.GetString(Redactor.Without(document.RootElement, [pointer]).Span);
            Assert.DoesNotContain("secret", left, StringComparison.Ordinal);
            JsonDocument.Parse(left).Dispose();
        });
}
