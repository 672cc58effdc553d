using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Core.Tests.Values;

public sealed class ByteCountTests
{
    [Theory]
    [InlineData("65536", 65_536)]
    [InlineData("64KiB", 65_536)]
    [InlineData("1MB", 1_000_000)]
    [InlineData("7B", 7)]
    [InlineData("8388607TiB", 8_388_607L << 40)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_number_of_bytes_may_have_a_prefix(string text, long bytes) => Assert.Equal(bytes, ByteCount.Parse(text).Value);

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5MiB")]
    [InlineData("MiB")]
    [InlineData("1 MiB")]
    [InlineData("1mib")]
    [InlineData("8388608TiB")]
    [InlineData("9223372036854775808")]
    [InlineData("0000000000000000000000001")]
    public void Anything_else_is_no_number_of_bytes(string text) => Assert.False(ByteCount.TryParse(text, null, out _));

    [Fact]
    public void No_number_of_bytes_is_negative() => Assert.Throws<ArgumentOutOfRangeException>(() => new ByteCount(-1));

    [Fact]
    public void A_context_of_another_project_writes_it_as_a_number() =>
        Assert.Equal("""{"Input":65536}""", JsonSerializer.Serialize(new Sized(ByteCount.FromKiB(64)), SizedJson.Default.Sized));
}

internal sealed record Sized(ByteCount Input);

[JsonSerializable(typeof(Sized))]
internal sealed partial class SizedJson : JsonSerializerContext;
