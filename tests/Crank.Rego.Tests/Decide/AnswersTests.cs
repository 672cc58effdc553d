using Crank.Rego.Builtins;
using Crank.Rego.Decide;
using Crank.Rego.Types;
using Crank.Rego.Values;

namespace Crank.Rego.Tests.Decide;

public sealed class AnswersTests
{
    [Theory]
    [InlineData("w = [x | x := input.xs[_]; y := input.ys[_]; y]", """[{"w":["a","b"]}]""")]
    [InlineData("x = $\"{{$\"{x}-{y}\": y | x := input.xs[_]; y := input.ys[_]}}\"", """[{"x":"{\"a-c\": \"c\", \"b-c\": \"c\"}"}]""")]
    [InlineData("x := input.xs[_]; y = input.ys[_]", """[{"x":"a","y":"c"},{"x":"b","y":"c"}]""")]
    public void A_query_may_loop_over_several_parts_of_the_input(string query, string answers)
    {
        var policies = PolicySet.Compile([new PolicySource("test.rego", "package test")]);
        var input = JsonIn.Read("""{"xs": ["a", "b"], "ys": ["c"]}""");
        Assert.Equal(answers, JsonOut.Write(policies.PrepareAnswers(query).Decide(input).Result));
    }

    [Fact]
    public void Every_builtin_has_a_signature_that_fits_it()
    {
        Assert.All(BuiltinLibrary.All.Values, b => Assert.Equal(b.Arity, FunctionTable.All[b.Name].Type.Arguments.Length));
        Assert.Equal(["assign", "eq", "print"], FunctionTable.All.Keys.Where(name => BuiltinLibrary.Find(name) is null).Order(StringComparer.Ordinal));
    }
}
