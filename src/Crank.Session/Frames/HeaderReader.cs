using System.Buffers;
using System.Text.Json;

namespace Crank.Session.Frames;

/// <summary>Reads a header strictly: known members only, each once, all required ones, every value within its maximum.</summary>
internal static class HeaderReader
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 4 };
    private static readonly SearchValues<char> s_hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <exception cref="SessionException">The bytes are not such a header; the message names the member.</exception>
    public static FrameHeader Read(FrameType type, in ReadOnlySequence<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, Strict);
            return ReadObject(type, ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw SessionException.Violation($"The header of a {type} frame is not the JSON it should be: {e.Message}", e);
        }
    }

    private static FrameHeader ReadObject(FrameType type, ref Utf8JsonReader reader)
    {
        var header = new FrameHeader();
        var seen = HeaderFields.None;
        var allowed = HeaderRules.Allowed(type);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw SessionException.Violation($"The header of a {type} frame is not an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldOf(ref reader);
            if (field == HeaderFields.None || (allowed & field) == HeaderFields.None)
                throw SessionException.Violation($"The header of a {type} frame has a member that does not belong there.");
            if ((seen & field) != HeaderFields.None) throw SessionException.Violation($"The header of a {type} frame has '{field}' twice.");
            seen |= field;
            reader.Read();
            ReadValue(field, ref reader, ref header);
        }

        if (reader.Read()) throw SessionException.Violation($"The header of a {type} frame goes on after its object.");
        var missing = HeaderRules.Required(type) & ~seen;
        if (missing != HeaderFields.None) throw SessionException.Violation($"The header of a {type} frame lacks {missing}.");
        return header;
    }

    private static HeaderFields FieldOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("id"u8) ? HeaderFields.Id
        : reader.ValueTextEquals("blob"u8) ? HeaderFields.Blob
        : reader.ValueTextEquals("bytes"u8) ? HeaderFields.Bytes
        : reader.ValueTextEquals("capability"u8) ? HeaderFields.Capability
        : reader.ValueTextEquals("version"u8) ? HeaderFields.Version
        : reader.ValueTextEquals("deadlineMs"u8) ? HeaderFields.DeadlineMs
        : reader.ValueTextEquals("traceParent"u8) ? HeaderFields.TraceParent
        : reader.ValueTextEquals("blobs"u8) ? HeaderFields.Blobs
        : reader.ValueTextEquals("units"u8) ? HeaderFields.Units
        : reader.ValueTextEquals("fraction"u8) ? HeaderFields.Fraction
        : reader.ValueTextEquals("note"u8) ? HeaderFields.Note
        : reader.ValueTextEquals("code"u8) ? HeaderFields.Code
        : reader.ValueTextEquals("message"u8) ? HeaderFields.Message
        : reader.ValueTextEquals("retryable"u8) ? HeaderFields.Retryable
        : reader.ValueTextEquals("mediaType"u8) ? HeaderFields.MediaType
        : reader.ValueTextEquals("name"u8) ? HeaderFields.Name
        : reader.ValueTextEquals("nonce"u8) ? HeaderFields.Nonce
        : reader.ValueTextEquals("ok"u8) ? HeaderFields.Ok
        : reader.ValueTextEquals("detail"u8) ? HeaderFields.Detail
        : reader.ValueTextEquals("protocol"u8) ? HeaderFields.Protocol
        : reader.ValueTextEquals("service"u8) ? HeaderFields.Service
        : reader.ValueTextEquals("isolation"u8) ? HeaderFields.Isolation
        : reader.ValueTextEquals("sdk"u8) ? HeaderFields.Sdk
        : reader.ValueTextEquals("invocations"u8) ? HeaderFields.Invocations
        : HeaderFields.None;

    private static void ReadValue(HeaderFields field, ref Utf8JsonReader reader, ref FrameHeader header)
    {
        switch (field)
        {
            case HeaderFields.Id: header.Id = Number(ref reader, 1, long.MaxValue, field); break;
            case HeaderFields.Blob: header.Blob = (int)Number(ref reader, 0, SessionLimits.MaxBlobs - 1, field); break;
            case HeaderFields.Bytes: header.Bytes = Number(ref reader, 0, long.MaxValue, field); break;
            case HeaderFields.Capability: header.Capability = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            case HeaderFields.Version: header.Version = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            case HeaderFields.DeadlineMs: header.DeadlineMs = Number(ref reader, 1, (long)TimeSpan.FromDays(30).TotalMilliseconds, field); break;
            case HeaderFields.TraceParent: header.TraceParent = TraceParent(ref reader); break;
            case HeaderFields.Blobs: header.Blobs = BlobList(ref reader); break;
            case HeaderFields.Units: header.Units = UnitCounts(ref reader); break;
            case HeaderFields.Fraction: header.Fraction = Fraction(ref reader); break;
            case HeaderFields.Note: header.Note = Text(ref reader, SessionLimits.MaxTextLength, field); break;
            case HeaderFields.Code: header.Code = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            case HeaderFields.Message: header.Message = Text(ref reader, SessionLimits.MaxTextLength, field); break;
            case HeaderFields.Retryable: header.Retryable = reader.GetBoolean(); break;
            case HeaderFields.MediaType: header.MediaType = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            case HeaderFields.Name: header.Name = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            case HeaderFields.Nonce: header.Nonce = Number(ref reader, 0, long.MaxValue, field); break;
            case HeaderFields.Ok: header.Ok = reader.GetBoolean(); break;
            case HeaderFields.Detail: header.Detail = Text(ref reader, SessionLimits.MaxTextLength, field); break;
            case HeaderFields.Protocol: header.Protocol = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            case HeaderFields.Service: header.Service = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            case HeaderFields.Isolation: header.Isolation = Text(ref reader, SessionLimits.MaxTextLength, field); break;
            case HeaderFields.Sdk: header.Sdk = Text(ref reader, SessionLimits.MaxNameLength, field); break;
            default: header.Invocations = (int)Number(ref reader, 1, SessionLimits.MaxInvocations, field); break;
        }
    }

    /// <summary>The form of version 00 (W3C Trace Context, 3.2): lower-case hexadecimal digits, neither id all zeros.</summary>
    internal static bool IsTraceParent(string text) =>
        text.Length == 55 && text.StartsWith("00-", StringComparison.Ordinal) && text[35] == '-' && text[52] == '-'
        && IsHex(text.AsSpan(3, 32)) && IsHex(text.AsSpan(36, 16)) && IsHex(text.AsSpan(53, 2))
        && text.AsSpan(3, 32).ContainsAnyExcept('0') && text.AsSpan(36, 16).ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> digits) => !digits.ContainsAnyExcept(s_hexadecimal);

    private static string TraceParent(ref Utf8JsonReader reader) =>
        reader.GetString() is { } text && IsTraceParent(text) ? text : throw SessionException.Violation("'TraceParent' in a header is not of the form of W3C Trace Context, version 00.");

    private static long Number(ref Utf8JsonReader reader, long min, long max, HeaderFields field)
    {
        var value = reader.GetInt64();
        return value >= min && value <= max
            ? value
            : throw SessionException.Violation($"'{field}' in a header is {value}; {min} to {max} are allowed.");
    }

    private static double Fraction(ref Utf8JsonReader reader)
    {
        var value = reader.GetDouble();
        return value is >= 0 and <= 1 ? value : throw SessionException.Violation("'Fraction' in a header is outside 0 to 1.");
    }

    private static string Text(ref Utf8JsonReader reader, int max, HeaderFields field)
    {
        var value = reader.GetString() ?? throw SessionException.Violation($"'{field}' in a header is null.");
        return value.Length <= max
            ? value
            : throw SessionException.Violation($"'{field}' in a header has {value.Length} characters; {max} are allowed.");
    }

    private static List<BlobAnnouncement> BlobList(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw SessionException.Violation("'Blobs' in a header is not an array.");
        var blobs = new List<BlobAnnouncement>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (blobs.Count == SessionLimits.MaxBlobs) throw SessionException.Violation($"A header announces more than {SessionLimits.MaxBlobs} blobs.");
            blobs.Add(Announcement(ref reader));
        }

        return blobs;
    }

    private static BlobAnnouncement Announcement(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw SessionException.Violation("A blob in a header is not an object.");
        string? key = null;
        long? length = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (key is null && reader.ValueTextEquals("key"u8))
            {
                reader.Read();
                key = Text(ref reader, SessionLimits.MaxNameLength, HeaderFields.Blobs);
            }
            else if (length is null && reader.ValueTextEquals("length"u8))
            {
                reader.Read();
                length = Number(ref reader, 0, long.MaxValue, HeaderFields.Blobs);
            }
            else
            {
                throw SessionException.Violation("A blob in a header has 'key' and 'length', each once, and nothing else.");
            }
        }

        return key is not null && length is { } bytes
            ? new BlobAnnouncement(key, bytes)
            : throw SessionException.Violation("A blob in a header lacks 'key' or 'length'.");
    }

    private static Dictionary<string, long> UnitCounts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw SessionException.Violation("'Units' in a header is not an object.");
        var units = new Dictionary<string, long>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (units.Count == SessionLimits.MaxUnits) throw SessionException.Violation($"A header meters more than {SessionLimits.MaxUnits} units.");
            var unit = Text(ref reader, SessionLimits.MaxNameLength, HeaderFields.Units);
            reader.Read();
            if (!units.TryAdd(unit, Number(ref reader, 0, long.MaxValue, HeaderFields.Units)))
                throw SessionException.Violation($"A header meters the unit '{unit}' twice.");
        }

        return units;
    }
}
