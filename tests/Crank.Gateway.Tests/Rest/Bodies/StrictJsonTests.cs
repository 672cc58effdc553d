using System.Text;
using System.Text.Json;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using CsCheck;

namespace Crank.Gateway.Tests.Rest.Bodies;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("""{"a":{"b":[1,{"c":1,"c":2}]}}""", "/a/b/1/c")]
    [InlineData("""{"a":1,"\u0061":2}""", "/a")]
    [InlineData("""{"a/b":{"~":1,"~":2}}""", "/a~1b/~0")]
    [InlineData("""{"a":[1,2,"\ud800"]}""", "/a/2")]
    [InlineData("""{"a":{"\udc00x":1}}""", "/a")]
    [InlineData("""{"a":[1,2,}""", "/a/1")]
    [InlineData("""{"a":1} x""", "")]
    [InlineData("""{"a":01}""", "/a")]
    [InlineData("""{"a":1,}""", "/a")]
    [InlineData("", "")]
    [InlineData("{} {}", "")]
    [InlineData("[1] // comment", "")]
    [InlineData("\u00ef\u00bb\u00bf{}", "")]
    public void What_two_readers_could_read_in_two_ways_is_refused_with_its_place(string text, string pointer)
    {
        var bytes = text.StartsWith('\u00ef') ? Encoding.Latin1.GetBytes(text) : Encoding.UTF8.GetBytes(text);
        var refused = Assert.Throws<BadRequestException>(() => StrictJson.Check(bytes, 64));
        Assert.Equal((400, pointer), (refused.Code.Status, Assert.Single(refused.Errors!).Pointer));
    }

    [Theory]
    [InlineData("ff", 0)]
    [InlineData("7b2261223a22c3227d", 6)]
    [InlineData("22eda08022", 1)]
    [InlineData("22c0af22", 1)]
    public void Bytes_that_are_not_UTF_8_are_refused_by_number(string hex, int at)
    {
        var refused = Assert.Throws<BadRequestException>(() => StrictJson.Check(Convert.FromHexString(hex), 64));
        Assert.Contains($"Byte {at} ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(100_000, false)]
    public void Levels_are_counted_and_the_first_too_many_is_refused(int levels, bool taken)
    {
        var bytes = Encoding.UTF8.GetBytes(new string('[', levels) + new string(']', levels));
        if (taken)
        {
            StrictJson.Check(bytes, 64);
        }
        else
        {
            Assert.Throws<BadRequestException>(() => StrictJson.Check(bytes, 64));
        }
    }

    [Fact]
    public void Whatever_is_taken_is_read_by_every_reader_as_the_same_value() => Gen.Byte.Array[0, 40].Sample(
        bytes =>
        {
            try
            {
                StrictJson.Check(bytes, 8);
            }
            catch (BadRequestException)
            {
                return;
            }

            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 8 });
            _ = json.RootElement.ToString();
        },
        iter: 20_000);

    [Fact]
    public void A_mangled_body_is_refused_or_read_and_never_breaks_the_reader() =>
        Gen.Select(Gen.Int[0, 60], Gen.Byte).Sample(
            (at, value) =>
            {
                var bytes = """{"input":{"message":"h\u00e9llo","n":[1,2.5e3,null,true]},"terms":{}}"""u8.ToArray();
                bytes[at] = value;
                try
                {
                    StrictJson.Check(bytes, 8);
                }
                catch (BadRequestException)
                {
                    return;
                }

                using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            },
            iter: 20_000);
}
