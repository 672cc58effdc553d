using Crank.Rego.Types;

namespace Crank.Rego.Tests.Types;

public sealed class FunctionTableTests
{
    [Fact]
    public void Every_signature_prints_as_it_was_read() =>
        Assert.All(FunctionTable.All.Values, f => Assert.Equal(f.Type, TypeReader.ReadFunction(f.Type.ToString().Replace(" => ???", "", StringComparison.Ordinal))));

    [Theory]
    [InlineData("any<string, number>", "any<number, string>")]
    [InlineData("object<b: any, a: string>[string: any]", "object<a: string, b: any>[string: any]")]
    [InlineData("array<number, string>[null]", "array<number, string>[null]")]
    [InlineData("any<number, any>", "any")]
    public void A_type_prints_in_one_way(string written, string printed) => Assert.Equal(printed, TypeReader.Read(written).ToString());

    [Theory]
    [InlineData("sting")]
    [InlineData("array[string")]
    [InlineData("string string")]
    [InlineData("")]
    public void What_is_no_type_is_refused(string text) => Assert.Throws<FormatException>(() => TypeReader.Read(text));

    [Fact]
    public void A_union_that_grows_too_large_is_anything()
    {
        RegoType union = RegoType.String;
        for (var i = 0; i < 10_000; i++)
            union = RegoType.Union(union, new RegoType.Object([new(ConstantKey.String("k" + i), RegoType.Number)], null, null));
        Assert.Equal(RegoType.Anything, union);
    }
}
