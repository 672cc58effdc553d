using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Crank.Trust.Canonical;

/// <summary>RFC 8785 (JSON Canonicalization Scheme): one byte sequence for one JSON value.</summary>
/// <remarks>
/// Read strictly: RFC 8259 grammar in UTF-8 without a mark, no name twice in an object, no lone surrogates, numbers that a binary64 can hold,
/// at most <see cref="MaxBytes"/> bytes and <see cref="CanonicalJsonWriter.MaxDepth"/> levels.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>The largest document that is read: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Gives the canonical bytes of a JSON document.</summary>
    /// <returns>False when the document is refused; <paramref name="why"/> then says what was wrong and where.</returns>
    public static bool TryCanonicalize(ReadOnlySpan<byte> json, [NotNullWhen(true)] out byte[]? canonical, [NotNullWhen(false)] out string? why)
    {
        canonical = null;
        if (json.Length > MaxBytes)
        {
            why = $"The document has {json.Length} bytes; at most {MaxBytes} are read.";
            return false;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = CanonicalJsonWriter.MaxDepth });
        try
        {
            reader.Read();
            var value = ReadValue(ref reader);
            reader.Read();
            var writer = new CanonicalJsonWriter(json.Length);
            Write(writer, value);
            canonical = writer.Written.ToArray();
            why = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            why = $"Not acceptable JSON at byte {reader.TokenStartIndex}: {e.Message}";
            return false;
        }
    }

    /// <summary>True when the bytes are JSON and exactly the canonical form of themselves.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> json) =>
        TryCanonicalize(json, out var canonical, out _) && json.SequenceEqual(canonical);

    private static object? ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => ReadObject(ref reader),
        JsonTokenType.StartArray => ReadArray(ref reader),
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => ReadNumber(ref reader),
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.Null => null,
        _ => throw new JsonException($"unexpected {reader.TokenType}"),
    };

    private static SortedList<string, object?> ReadObject(ref Utf8JsonReader reader)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (!members.TryAdd(name, ReadValue(ref reader)))
            {
                throw new JsonException($"the name '{name}' stands twice in one object");
            }
        }

        return new SortedList<string, object?>(members, StringComparer.Ordinal);
    }

    private static List<object?> ReadArray(ref Utf8JsonReader reader)
    {
        var items = new List<object?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader));
        }

        return items;
    }

    private static double ReadNumber(ref Utf8JsonReader reader)
    {
        var number = reader.GetDouble();
        return double.IsFinite(number) ? number : throw new JsonException("the number is too large for a binary64");
    }

    private static void Write(CanonicalJsonWriter writer, object? value)
    {
        switch (value)
        {
            case SortedList<string, object?> members:
                writer.StartObject();
                foreach (var (name, member) in members)
                {
                    writer.Name(name);
                    Write(writer, member);
                }

                writer.EndObject();
                break;
            case List<object?> items:
                writer.StartArray();
                foreach (var item in items)
                {
                    Write(writer, item);
                }

                writer.EndArray();
                break;
            case string text: writer.String(text); break;
            case double number: writer.Number(number); break;
            case bool flag: writer.Boolean(flag); break;
            default: writer.Null(); break;
        }
    }
}
