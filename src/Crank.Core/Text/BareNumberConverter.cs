using System.Text.Json;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Writes a measured quantity as a plain JSON number, with the shortest digits that read back as the same value.</summary>
/// <typeparam name="T">A quantity made of one <see cref="double"/>; its unit is in the name of the type and of the member.</typeparam>
public sealed class BareNumberConverter<T> : JsonConverter<T>
    where T : struct, IMeasure<T>
{
    /// <inheritdoc />
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return reader.TokenType == JsonTokenType.Number
                ? T.Of(reader.GetDouble())
                : throw new JsonException($"{typeof(T).Name} is written as a number, not as {reader.TokenType}.");
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}
