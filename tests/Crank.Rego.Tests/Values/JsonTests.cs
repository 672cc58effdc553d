using System.Text;
using Crank.Rego.Values;
using CsCheck;

namespace Crank.Rego.Tests.Values;

public sealed class JsonTests
{
    [Theory]
    [InlineData("""{"b":1,"a":[true,null,"x\n"]}""", """{"a":[true,null,"x\n"],"b":1}""")]
    [InlineData("""[1.50,1e3,12345678901234567890]""", """[1.50,1e3,12345678901234567890]""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("\"\\u00e9\"", "\"é\"")]
    public void Json_is_read_and_written_with_sorted_keys(string json, string written) => Assert.Equal(written, JsonOut.Write(JsonIn.Read(json)));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("1 2")]
    [InlineData("\"\\ud800\"")]
    [InlineData("1e99999999")]
    public void What_is_no_json_is_refused(string json) => Assert.Throws<ValueFormatException>(() => JsonIn.Read(json));

    [Fact]
    public void Nesting_beyond_the_maximum_is_refused() =>
        Assert.Throws<ValueFormatException>(() => JsonIn.Read(new string('[', JsonIn.MaxDepth + 1) + new string(']', JsonIn.MaxDepth + 1)));

    [Fact]
    public void An_input_shares_the_names_of_the_table_and_adds_none()
    {
        var names = new NameTable();
        var known = names.Add("user");
        var input = JsonIn.Read(Encoding.UTF8.GetBytes("""{"user":"user","other":1}"""), names);

        Assert.Same(known, input.AsObject().RawKeys[0].AsString());
        Assert.Same(known, input.Get("user").AsString());
        Assert.Equal(1, names.Count);
    }

    [Fact]
    public void A_table_finds_every_name_it_was_given() =>
        Gen.String.Array[0, 600].Sample(texts =>
        {
            var names = new NameTable();
            var shared = texts.Select(names.Add).ToArray();
            return texts.Select((t, i) => (t, i)).All(p => ReferenceEquals(names.Add(p.t), shared[p.i]))
                && texts.Where(IsUnicode).All(t => names.Find(Encoding.UTF8.GetBytes(t)) == t);
        }, iter: 500);

    private static bool IsUnicode(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
