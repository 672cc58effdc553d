using System.Buffers;
using System.Text.Json;
using Crank.Core;

namespace Crank.Sdk;

/// <summary>
/// Writes capability descriptors as <see cref="JsonSerializerOptions.Web"/> would, without what a serializer costs at the start
/// of a worker; a test holds the two equal.
/// </summary>
internal static class DescriptorWriter
{
    public static byte[] Write(IEnumerable<Capability> capabilities)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var capability in capabilities) Write(json, capability);
            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Capability capability)
    {
        json.WriteStartObject();
        json.WriteString("id", capability.Id.ToString());
        json.WriteString("summary", capability.Summary);
        json.WritePropertyName("input");
        capability.Input.WriteTo(json);
        json.WritePropertyName("output");
        capability.Output.WriteTo(json);
        json.WriteString("blobInput", capability.BlobInput);
        json.WriteString("blobOutput", capability.BlobOutput);
        json.WritePropertyName("limits");
        Write(json, capability.Limits);
        json.WriteStartArray("errors");
        foreach (var error in capability.Errors)
        {
            json.WriteStartObject();
            json.WriteString("code", error.Code.ToString());
            json.WriteString("meaning", error.Meaning);
            json.WriteBoolean("retryable", error.Retryable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("price");
        Write(json, capability.Price);
        json.WriteBoolean("concurrent", capability.Concurrent);
        json.WriteBoolean("idempotent", capability.Idempotent);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Limits limits)
    {
        json.WriteStartObject();
        json.WriteNumber("input", limits.Input.Value);
        json.WriteNumber("output", limits.Output.Value);
        json.WriteNumber("memory", limits.Memory.Value);
        json.WriteString("deadline", limits.Deadline.ToString());
        json.WriteStartObject("units");
        foreach (var (unit, most) in limits.Units) json.WriteNumber(unit.ToString(), most);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Price price)
    {
        json.WriteStartObject();
        json.WriteString("currency", price.Currency.ToString());
        json.WriteStartArray("lines");
        foreach (var line in price.Lines)
        {
            json.WriteStartObject();
            json.WriteString("per", line.Per.ToString());
            json.WriteString("amount", line.Amount.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
