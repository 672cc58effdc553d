using System.Text.Json;
using Crank.Core;

namespace Crank.Gateway.Rest.Capabilities;

/// <summary>A capability as callers see it.</summary>
internal static class CapabilityJson
{
    public static void Write(Utf8JsonWriter json, Capability capability)
    {
        json.WriteStartObject();
        json.WriteString("capability", capability.Id.ToString());
        json.WriteString("name", capability.Id.Name.Value);
        json.WriteString("version", capability.Id.Version.ToString());
        json.WriteString("summary", capability.Summary);
        json.WritePropertyName("input");
        capability.Input.WriteTo(json);
        json.WritePropertyName("output");
        capability.Output.WriteTo(json);
        json.WriteStartArray("files");
        foreach (var member in BlobMembers.Of(capability))
        {
            json.WriteStringValue(member);
        }

        json.WriteEndArray();
        WriteOptional(json, "blobInput", capability.BlobInput);
        WriteOptional(json, "blobOutput", capability.BlobOutput);
        WritePrice(json, capability.Price);
        WriteLimits(json, capability.Limits);
        json.WriteStartArray("errors");
        foreach (var error in capability.Errors)
        {
            json.WriteStartObject();
            json.WriteString("code", error.Code.Value);
            json.WriteString("meaning", error.Meaning);
            json.WriteBoolean("retryable", error.Retryable);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("examples");
        if (SchemaExample.Of(capability) is { } example)
        {
            json.WriteStartObject();
            json.WritePropertyName("input");
            example.WriteTo(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WritePrice(Utf8JsonWriter json, Price price)
    {
        json.WriteStartArray("price");
        foreach (var line in price.Lines)
        {
            json.WriteStartObject();
            json.WriteString("per", line.Per.ToString());
            json.WriteString("amount", line.Amount.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteLimits(Utf8JsonWriter json, Limits limits)
    {
        json.WriteStartObject("limits");
        json.WriteNumber("inputBytes", limits.Input.Value);
        json.WriteNumber("outputBytes", limits.Output.Value);
        json.WriteNumber("memoryBytes", limits.Memory.Value);
        json.WriteString("deadline", limits.Deadline.ToString());
        json.WriteStartObject("units");
        foreach (var (unit, most) in limits.Units.OrderBy(u => u.Key.ToString(), StringComparer.Ordinal))
        {
            json.WriteNumber(unit.ToString(), most);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
