using System.Text.Json;
using System.Text.Json.Serialization;
using Crank.Core;

namespace Crank.Cli.Config;

/// <summary>Reads a length of time as <c>10s</c> or <c>5m</c>.</summary>
internal sealed class DurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Duration.Parse(reader.GetString() ?? "").Time;

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(new Duration(value).ToString());
}
