using System.Text.Json;

namespace Crank.Core.Tests.Text;

public sealed class BareStringConverterTests
{
    [Fact]
    public void A_value_is_the_same_text_as_a_member_name()
    {
        var json = JsonSerializer.Serialize(new Dictionary<Unit, Quantity> { [Unit.Page] = Quantity.Parse("1.5") });
        Assert.Equal("""{"page":"1.5"}""", json);
        Assert.Equal(1_500_000, JsonSerializer.Deserialize<Dictionary<Unit, Quantity>>(json)![Unit.Page].Micros);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Dictionary<Unit, Quantity>>("""{"No Page":"1.5"}"""));
    }

    [Fact]
    public void A_message_shows_what_was_given_but_not_all_of_it()
    {
        var error = Assert.Throws<FormatException>(() => Unit.Parse(new string('x', 5_000)));
        Assert.InRange(error.Message.Length, 80, 160);
        Assert.EndsWith("is not a unit such as page.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    public void A_measure_that_is_none_is_refused_in_json(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Joules>(json));

    [Theory]
    [InlineData("1.5")]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    [InlineData("\"1\"")]
    public void A_number_of_bytes_that_is_none_is_refused_in_json(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<ByteCount>(json));
}
