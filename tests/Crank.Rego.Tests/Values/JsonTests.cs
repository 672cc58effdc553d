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
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("\"\\ud800x\"", "\"\uFFFDx\"")]
    [InlineData(" [ ] ", "[]")]
    [InlineData("{ }", "{}")]
    [InlineData("-12", "-12")]
    [InlineData("0", "0")]
    [InlineData("\"\\/\\b\\f\"", "\"/\\b\\f\"")]
    public void Json_is_read_and_written_with_sorted_keys(string json, string written) => Assert.Equal(written, JsonOut.Write(JsonIn.Read(json)));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("1 2")]
    [InlineData("[1,]")]
    [InlineData("[1 2]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\" 1}")]
    [InlineData("{a:1}")]
    [InlineData("01")]
    [InlineData("-")]
    [InlineData("1-2")]
    [InlineData("tru")]
    [InlineData("\"a")]
    [InlineData("\"a\\\"")]
    [InlineData("\"\\x\"")]
    [InlineData("\"\\u12g4\"")]
    [InlineData("\"\n\"")]
    [InlineData("]")]
    [InlineData("1e99999999")]
    public void What_is_no_json_is_refused(string json) => Assert.Throws<ValueFormatException>(() => JsonIn.Read(json));

    [Fact]
    public void What_another_reader_accepts_or_refuses_is_accepted_or_refused_here() =>
        Gen.OneOf(Gen.Int[0, 13].Select(i => ((string[])["{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "1", "-0.5e3", "true", "null", " ", "\\"])[i]), Gen.Char[' ', '~'].Select(c => c.ToString()))
            .Array[0, 12].Select(string.Concat).Sample(
                text =>
                {
                    System.Text.Json.JsonElement? other = null;
                    try
                    {
                        other = System.Text.Json.JsonDocument.Parse(text).RootElement;
                    }
                    catch (System.Text.Json.JsonException)
                    {
                        Assert.Throws<ValueFormatException>(() => { JsonIn.Read(text); });
                    }

                    return other is null || JsonIn.Read(text).Kind.ToString()[0] == other.Value.ValueKind.ToString()[0] || other.Value.ValueKind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False;
                },
                iter: 20_000);

    [Fact]
    public void A_mistake_is_shown_with_its_place() =>
        Assert.Equal("JSON, line 2, byte 6: a colon is expected.", Assert.Throws<ValueFormatException>(() => { JsonIn.Read("{\n \"a\" 1}"); }).Message);

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
