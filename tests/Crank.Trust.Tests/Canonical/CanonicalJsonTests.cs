using System.Text;
using System.Text.Json;
using Crank.Trust.Canonical;
using CsCheck;

namespace Crank.Trust.Tests.Canonical;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("{ \"b\" : 1.0, \"a\" : [ true , null ] }", "{\"a\":[true,null],\"b\":1}")]
    [InlineData("\"\\u0041\\u000f\\u000A\\/\\\"\\\\\"", "\"A\\u000f\\n/\\\"\\\\\"")]
    [InlineData("[-0, 1e2, 1E21, 1e-7, 0.000001, 123456789012345680000]", "[0,100,1e+21,1e-7,0.000001,123456789012345680000]")]
    [InlineData("{\"\\ufb33\":1,\"\\ud83d\\ude00\":2}", "{\"\ud83d\ude00\":2,\"\ufb33\":1}")]   // by UTF-16 units, not by code points
    public void A_value_has_one_text(string given, string canonical)
    {
        Assert.True(CanonicalJson.TryCanonicalize(Encoding.UTF8.GetBytes(given), out var bytes, out _));
        Assert.Equal(canonical, Encoding.UTF8.GetString(bytes));
        Assert.True(CanonicalJson.IsCanonical(bytes));
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":1}", "twice")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "twice")]
    [InlineData("\"\\ud800\"", "surrogate")]
    [InlineData("\"\\ude00\\ud83d\"", "surrogate")]
    [InlineData("1e999", "binary64")]
    [InlineData("[1,]", "")]
    [InlineData("// no\n1", "")]
    [InlineData("01", "")]
    [InlineData("NaN", "")]
    [InlineData("1 2", "")]
    [InlineData("", "")]
    [InlineData("\uFEFF1", "")]
    [InlineData("{\"a\":1", "")]
    public void What_is_not_strict_json_is_refused_with_a_reason(string given, string reason)
    {
        Assert.False(CanonicalJson.TryCanonicalize(Encoding.UTF8.GetBytes(given), out _, out var why));
        Assert.Contains(reason, why, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(new byte[] { 0x22, 0xff, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xc0, 0x80, 0x22 })]
    [InlineData(new byte[] { 0x22, 0xed, 0xa0, 0x80, 0x22 })]
    public void Bytes_that_are_not_utf8_are_refused(byte[] given) => Assert.False(CanonicalJson.TryCanonicalize(given, out _, out _));

    [Fact]
    public void Depth_and_size_have_a_limit()
    {
        byte[] Nested(int levels) => Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels));
        Assert.True(CanonicalJson.TryCanonicalize(Nested(CanonicalJsonWriter.MaxDepth), out _, out _));
        Assert.False(CanonicalJson.TryCanonicalize(Nested(CanonicalJsonWriter.MaxDepth + 1), out _, out _));

        var large = new byte[CanonicalJson.MaxBytes + 1];
        large.AsSpan().Fill((byte)' ');
        large[0] = (byte)'1';
        Assert.True(CanonicalJson.TryCanonicalize(large.AsSpan(0, CanonicalJson.MaxBytes), out _, out _));
        Assert.False(CanonicalJson.TryCanonicalize(large, out _, out _));
    }

    [Fact]
    public void Canonical_text_reads_back_as_the_same_value_for_every_double() =>
        Gen.Double.Where(double.IsFinite).Sample(value =>
        {
            var writer = new CanonicalJsonWriter();
            writer.Number(value);
            return JsonSerializer.Deserialize<double>(writer.Written) == value && CanonicalJson.IsCanonical(writer.Written);
        });

    [Fact]
    public void Any_string_is_written_so_that_it_reads_back() =>
        Gen.Char.Array.Where(c => !c.Any(char.IsSurrogate)).Sample(characters =>
        {
            var text = new string(characters);
            var writer = new CanonicalJsonWriter(1);
            writer.String(text);
            return JsonSerializer.Deserialize<string>(writer.Written) == text && CanonicalJson.IsCanonical(writer.Written);
        });

    [Fact]
    public void The_order_and_white_space_of_the_source_do_not_matter() =>
        Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 1, 4], Gen.Int)[0, 8].Sample(members =>
        {
            byte[] Text(IEnumerable<KeyValuePair<string, int>> ordered, bool indented) => JsonSerializer.SerializeToUtf8Bytes(
                new Dictionary<string, int>(ordered), indented ? Indented : JsonSerializerOptions.Default);
            CanonicalJson.TryCanonicalize(Text(members, false), out var one, out _);
            CanonicalJson.TryCanonicalize(Text(members.Reverse(), true), out var other, out _);
            return one.AsSpan().SequenceEqual(other);
        });

    private static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true };
}
