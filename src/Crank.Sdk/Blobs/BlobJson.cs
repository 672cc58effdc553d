using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Crank.Core;

namespace Crank.Sdk;

/// <summary>A blob in JSON: <c>{"digest":"sha256:…","length":123,"mediaType":"text/plain","name":"a.txt"}</c>, the last two optional.</summary>
public sealed class BlobJson : JsonConverter<Blob>
{
    internal static JsonObject Schema() => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject
        {
            ["digest"] = new JsonObject { ["type"] = "string", ["pattern"] = "^sha256:[0-9a-f]{64}$" },
            ["length"] = new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
            ["mediaType"] = new JsonObject { ["type"] = "string", ["maxLength"] = 256 },
            ["name"] = new JsonObject { ["type"] = "string", ["maxLength"] = 256 },
        },
        ["required"] = new JsonArray("digest", "length"),
        ["additionalProperties"] = false,
    };

    /// <inheritdoc/>
    public override Blob Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("A blob is an object with 'digest' and 'length'.");
        Digest? digest = null;
        long? length = null;
        string? mediaType = null;
        string? name = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "digest": digest = Digest.TryParse(reader.GetString(), null, out var parsed) ? parsed : throw new JsonException("The digest of a blob is not sha256: and 64 hexadecimal digits."); break;
                case "length": length = reader.GetInt64(); break;
                case "mediaType": mediaType = reader.GetString(); break;
                case "name": name = reader.GetString(); break;
                default: throw new JsonException($"A blob has no member '{member}'.");
            }
        }

        return digest is { } known && length is >= 0 and { } bytes ? new Blob(known, bytes, mediaType, name) : throw new JsonException("A blob has 'digest' and a 'length' of 0 or more.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Blob value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("digest", value.Digest.ToString());
        writer.WriteNumber("length", value.Length);
        if (value.MediaType is not null) writer.WriteString("mediaType", value.MediaType);
        if (value.Name is not null) writer.WriteString("name", value.Name);
        writer.WriteEndObject();
    }
}
