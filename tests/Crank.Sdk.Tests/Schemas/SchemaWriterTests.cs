using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Crank.Core;
using Crank.Schema;
using Crank.Sdk.Running;
using Crank.Sdk.Schemas;
using CsCheck;

namespace Crank.Sdk.Tests.Schemas;

public enum Shade
{
    DarkBlue,
    Red,
}

/// <summary>A thing inside.</summary>
/// <param name="Weight">How heavy,
/// in <c>kg</c>, see <see cref="Shade.Red"/>.</param>
public sealed record Inner([Range(0, 10.5, MinimumIsExclusive = true)] double Weight, Inner? Next = null);

public sealed record Everything(
    [StringLength(10, MinimumLength = 2)] string Name,
    string? Nick,
    [Range(1, 5)] int Stars,
    long? Big,
    Shade Shade,
    Shade? MaybeShade,
    [MaxLength(3)] IReadOnlyList<Inner> Inners,
    Dictionary<string, int> Counts,
    [RegularExpression("[a-z]+")] string Code,
    Blob File,
    DateTimeOffset At,
    Duration Wait,
    JsonElement Any,
    [property: Description("Said on the property.")] bool Flag = true,
    [property: DefaultValue("x")] string Text = "x",
    Shade Preferred = Shade.Red);

public sealed record WithField(TimeSpan Span);

public sealed record WithOddAttribute([EmailAddress] string Mail);

public sealed record Plain(int A, string? B, bool C = false);

public sealed class SchemaWriterTests
{
    private static readonly JsonSerializerOptions Json = StrictJson.Options(null);

    [Fact]
    public void A_record_becomes_the_schema_that_says_all_of_it()
    {
        var written = Write<Everything>();
        var p = written.Schema.GetProperty("properties");
        Assert.Equal("""{"type":"string","minLength":2,"maxLength":10}""", p.GetProperty("name").GetRawText());
        Assert.Equal("""{"type":["string","null"]}""", p.GetProperty("nick").GetRawText());
        Assert.Equal("""{"type":"integer","minimum":1,"maximum":5}""", p.GetProperty("stars").GetRawText());
        Assert.Equal("""{"type":["integer","null"],"minimum":-9223372036854775808,"maximum":9223372036854775807}""", p.GetProperty("big").GetRawText());
        Assert.Equal("""{"type":"string","enum":["darkBlue","red"]}""", p.GetProperty("shade").GetRawText());
        Assert.Equal("""{"anyOf":[{"type":"string","enum":["darkBlue","red"]},{"type":"null"}]}""", p.GetProperty("maybeShade").GetRawText());
        Assert.Equal("""{"type":"array","items":{"$ref":"#/$defs/inner"},"maxItems":3}""", p.GetProperty("inners").GetRawText());
        Assert.Equal("""{"type":"object","additionalProperties":{"type":"integer","minimum":-2147483648,"maximum":2147483647}}""", p.GetProperty("counts").GetRawText());
        Assert.Equal("""{"type":"string","pattern":"^(?:[a-z]\u002B)$"}""", p.GetProperty("code").GetRawText());
        Assert.Equal("""{"$ref":"#/$defs/blob"}""", p.GetProperty("file").GetRawText());
        Assert.Equal("""{"type":"string","format":"date-time"}""", p.GetProperty("at").GetRawText());
        Assert.Equal("""{"type":"string"}""", p.GetProperty("wait").GetRawText());
        Assert.Equal("{}", p.GetProperty("any").GetRawText());
        Assert.Equal("""{"type":"boolean","description":"Said on the property.","default":true}""", p.GetProperty("flag").GetRawText());
        Assert.Equal("""{"type":"string","enum":["darkBlue","red"],"default":"red"}""", p.GetProperty("preferred").GetRawText());
        Assert.Equal(
            ["name", "nick", "stars", "big", "shade", "maybeShade", "inners", "counts", "code", "file", "at", "wait", "any"],
            written.Schema.GetProperty("required").EnumerateArray().Select(e => e.GetString()));
        Assert.False(written.Schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal("file", written.OnlyBlob);
        var inner = written.Schema.GetProperty("$defs").GetProperty("inner");
        Assert.Equal("A thing inside.", inner.GetProperty("description").GetString());
        Assert.Equal(
            """{"type":"number","exclusiveMinimum":0,"maximum":10.5,"description":"How heavy, in kg, see Red."}""",
            inner.GetProperty("properties").GetProperty("weight").GetRawText());
        Assert.Equal("""{"anyOf":[{"$ref":"#/$defs/inner"},{"type":"null"}]}""", inner.GetProperty("properties").GetProperty("next").GetRawText());
        JsonSchema.Compile(written.Schema);
    }

    [Fact]
    public void What_is_required_of_an_output_is_what_is_always_written()
    {
        var schema = SchemaWriter.Write(typeof(Plain), Json, SchemaSide.Output).Schema;
        Assert.Equal(["a", "c"], schema.GetProperty("required").EnumerateArray().Select(e => e.GetString()));
    }

    [Fact]
    public void What_the_serializer_writes_fits_the_schema_and_is_read_back_the_same() =>
        Gen.Select(Gen.Int, Gen.String.Null(), Gen.Bool).Sample((a, b, c) =>
        {
            var value = new Plain(a, b, c);
            var json = JsonSerializer.SerializeToElement(value, Json);
            Assert.True(JsonSchema.Compile(SchemaWriter.Write(typeof(Plain), Json, SchemaSide.Output).Schema).IsValid(json));
            if (b is not null) Assert.Equal(json.Deserialize<Plain>(Json), JsonSerializer.Deserialize<Plain>(json.GetRawText(), Json));
        }, iter: 50);

    [Fact]
    public void A_type_without_a_schema_is_refused_with_its_place()
    {
        var refused = Assert.Throws<NotSupportedException>(() => Write<WithField>());
        Assert.Contains("WithField.Span", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_attribute_without_a_keyword_is_refused_and_not_ignored() =>
        Assert.Contains("EmailAddressAttribute", Assert.Throws<NotSupportedException>(() => Write<WithOddAttribute>()).Message, StringComparison.Ordinal);

    [Fact]
    public void Two_blobs_leave_the_command_line_without_a_favourite() => Assert.Null(Write<Pairing>().OnlyBlob);

    [Fact]
    public void Without_the_xml_file_nothing_is_described_and_nothing_fails() => Assert.Null(DocComments.Summary(typeof(string)));

    public sealed record Pairing(Blob Left, Blob Right);

    private static WrittenSchema Write<T>() => SchemaWriter.Write(typeof(T), Json, SchemaSide.Input);
}
