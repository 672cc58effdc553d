using Crank.Rego.Builtins;

namespace Crank.Rego.Tests.Builtins;

public sealed class NumberBuiltinsTests
{
    [Theory]
    [InlineData("plus", "[0.1, 0.2]", "0.3")]
    [InlineData("div", "[1, 3]", "0.33333333333333333334")]
    [InlineData("rem", "[-7, 3]", "-1")]
    [InlineData("abs", "[-3.5]", "3.5")]
    [InlineData("abs", "[-4]", "4")]
    [InlineData("ceil", "[3.2]", "4")]
    [InlineData("ceil", "[-3.2]", "-3")]
    [InlineData("floor", "[-3.2]", "-4")]
    [InlineData("round", "[2.5]", "3")]
    [InlineData("round", "[-2.5]", "-3")]
    [InlineData("bits.and", "[6, 3]", "2")]
    [InlineData("bits.negate", "[6]", "-7")]
    [InlineData("bits.lsh", "[1, 70]", "1180591620717411303424")]
    [InlineData("bits.rsh", "[-5, 1]", "-3")]
    [InlineData("numbers.range", "[2, -1]", "[2,1,0,-1]")]
    [InlineData("numbers.range_step", "[1, 6, 2]", "[1,3,5]")]
    [InlineData("format_int", "[-255.9, 16]", "\"-ff\"")]
    [InlineData("format_int", "[8, 8]", "\"10\"")]
    [InlineData("format_int", "[0, 2]", "\"0\"")]
    [InlineData("to_number", """["1e3"]""", "1e3")]
    [InlineData("to_number", """["+007.50"]""", "7.50")]
    [InlineData("to_number", "[null]", "0")]
    public void Numbers_are_computed_at_the_precision_of_rego(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Json(name, arguments));

    [Theory]
    [InlineData("div", "[1, 0]", "divide by zero")]
    [InlineData("rem", "[1, 0]", "modulo by zero")]
    [InlineData("rem", "[1.5, 1]", "modulo on floating-point number")]
    [InlineData("numbers.range_step", "[1, 2, 0]", "step must be a positive integer")]
    [InlineData("bits.lsh", "[1, 100001]", "shift by 100001 bits, at most 100000 are allowed")]
    public void What_has_no_answer_is_an_error(string name, string arguments, string expected) => Assert.Equal(expected, Calls.Error(name, arguments));

    [Theory]
    [InlineData("numbers.range", "[3.14, 4]", "operand 1 must be integer number but got floating-point number")]
    [InlineData("bits.rsh", "[1, -1]", "operand 2 must be an unsigned integer number but got a negative integer")]
    [InlineData("format_int", "[1, 3]", "operand 2 must be one of {2, 8, 10, 16}")]
    [InlineData("to_number", """["nan"]""", "operand 1 must be valid number string but got string")]
    public void Numbers_of_the_wrong_kind_are_named(string name, string arguments, string expected) =>
        Assert.Equal(expected, Calls.Error(name, arguments, BuiltinError.WrongType));

    [Fact]
    public void A_huge_range_ends_at_a_limit_before_it_is_made()
    {
        Assert.Throws<LimitException>(() => Calls.Call("numbers.range", "[0, 1e12]"));
        Assert.Throws<LimitException>(() => Calls.Call("numbers.range", "[0, 1000000]", Calls.Context(budget: 1000)));
    }

    [Fact]
    public void Chance_comes_from_the_decision_so_that_it_replays()
    {
        Assert.Equal(Calls.Json("rand.intn", """["a", 1000000]"""), Calls.Json("rand.intn", """["b", -1000000]"""));
        Assert.Equal("0", Calls.Json("rand.intn", """["a", 0]"""));
        Assert.Equal(Calls.Json("uuid.rfc4122", """["a"]"""), Calls.Json("uuid.rfc4122", """["b"]"""));
    }
}
