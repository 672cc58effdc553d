using System.Text.Json;

namespace Crank.Session.Frames;

/// <summary>Writes the members that are set; the mirror of <see cref="HeaderReader"/>.</summary>
internal static class HeaderWriter
{
    private static readonly JsonEncodedText
        Id = JsonEncodedText.Encode("id"), Blob = JsonEncodedText.Encode("blob"), Bytes = JsonEncodedText.Encode("bytes"),
        Protocol = JsonEncodedText.Encode("protocol"), Service = JsonEncodedText.Encode("service"), Version = JsonEncodedText.Encode("version"),
        Isolation = JsonEncodedText.Encode("isolation"), Invocations = JsonEncodedText.Encode("invocations"),
        Capability = JsonEncodedText.Encode("capability"), Blobs = JsonEncodedText.Encode("blobs"), Key = JsonEncodedText.Encode("key"),
        Length = JsonEncodedText.Encode("length"), DeadlineMs = JsonEncodedText.Encode("deadlineMs"), Units = JsonEncodedText.Encode("units"),
        Code = JsonEncodedText.Encode("code"), Message = JsonEncodedText.Encode("message"), Retryable = JsonEncodedText.Encode("retryable"),
        Fraction = JsonEncodedText.Encode("fraction"), Note = JsonEncodedText.Encode("note"), MediaType = JsonEncodedText.Encode("mediaType"),
        Name = JsonEncodedText.Encode("name"), Nonce = JsonEncodedText.Encode("nonce"), Ok = JsonEncodedText.Encode("ok"),
        Detail = JsonEncodedText.Encode("detail"), TraceParent = JsonEncodedText.Encode("traceParent"), Sdk = JsonEncodedText.Encode("sdk");

    public static void Write(Utf8JsonWriter json, in FrameHeader header)
    {
        json.WriteStartObject();
        if (header.Id != 0) json.WriteNumber(Id, header.Id);
        if (header.Blob is { } blob) json.WriteNumber(Blob, blob);
        if (header.Bytes is { } bytes) json.WriteNumber(Bytes, bytes);
        WriteText(json, Protocol, header.Protocol);
        WriteText(json, Service, header.Service);
        WriteText(json, Capability, header.Capability);
        WriteText(json, Version, header.Version);
        WriteText(json, Isolation, header.Isolation);
        if (header.Invocations is { } invocations) json.WriteNumber(Invocations, invocations);
        if (header.Blobs is { Count: > 0 } blobs) WriteBlobs(json, blobs);
        if (header.DeadlineMs is { } deadline) json.WriteNumber(DeadlineMs, deadline);
        WriteText(json, TraceParent, header.TraceParent);
        if (header.Units is { Count: > 0 } units) WriteUnits(json, units);
        WriteText(json, Code, header.Code);
        WriteText(json, Message, header.Message);
        if (header.Retryable is { } retryable) json.WriteBoolean(Retryable, retryable);
        if (header.Fraction is { } fraction) json.WriteNumber(Fraction, fraction);
        WriteText(json, Note, header.Note);
        WriteText(json, MediaType, header.MediaType);
        WriteText(json, Name, header.Name);
        if (header.Nonce is { } nonce) json.WriteNumber(Nonce, nonce);
        if (header.Ok is { } ok) json.WriteBoolean(Ok, ok);
        WriteText(json, Detail, header.Detail);
        WriteText(json, Sdk, header.Sdk);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, JsonEncodedText name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void WriteBlobs(Utf8JsonWriter json, IReadOnlyList<BlobAnnouncement> blobs)
    {
        json.WriteStartArray(Blobs);
        foreach (var blob in blobs)
        {
            json.WriteStartObject();
            json.WriteString(Key, blob.Key);
            json.WriteNumber(Length, blob.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteUnits(Utf8JsonWriter json, IReadOnlyDictionary<string, long> units)
    {
        json.WriteStartObject(Units);
        foreach (var (unit, count) in units) json.WriteNumber(unit, count);
        json.WriteEndObject();
    }
}
