using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Writes a number of bytes as a whole JSON number. Public, so that source-generated contexts of other projects can name it.</summary>
public sealed class ByteCountConverter : JsonConverter<ByteCount>
{
    /// <inheritdoc />
    public override ByteCount Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var value) && value >= 0
            ? new(value)
            : throw new JsonException("A number of bytes is a whole number that is not negative.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, ByteCount value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
