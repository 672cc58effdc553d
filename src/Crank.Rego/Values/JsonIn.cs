using System.Text;
using System.Text.Json;

namespace Crank.Rego.Values;

/// <summary>Reads JSON (RFC 8259) into values. Of members with the same name the last one counts, as in OPA.</summary>
public static class JsonIn
{
    /// <summary>The deepest nesting that is read.</summary>
    public const int MaxDepth = 1_000;

    private const int MaxNameLength = 64;

    /// <summary>Reads one JSON text.</summary>
    /// <exception cref="ValueFormatException">The text is no JSON, is nested deeper than <see cref="MaxDepth"/>, or holds a number out of range.</exception>
    public static Value Read(string json) => Read(Encoding.UTF8.GetBytes(json));

    /// <summary>Reads one JSON text in UTF-8; keys and short strings found in <paramref name="names"/> share its references.</summary>
    /// <param name="utf8">The text, without byte order mark.</param>
    /// <param name="names">The names of the policy set the value is for.</param>
    /// <param name="learn">Whether keys that are new are entered in the table: for base documents, never for inputs.</param>
    /// <exception cref="ValueFormatException">The text is no JSON, is nested deeper than <see cref="MaxDepth"/>, or holds a number out of range.</exception>
    public static Value Read(ReadOnlySpan<byte> utf8, NameTable? names = null, bool learn = false)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            reader.Read();
            var value = ReadValue(ref reader, names, learn);
            while (reader.Read())
            {
                // What follows the value is white space, or the reader throws.
            }

            return value;
        }
        catch (JsonException e)
        {
            throw new ValueFormatException(e.Message);
        }
        catch (InvalidOperationException e)
        {
            throw new ValueFormatException($"A string is not valid Unicode: {e.Message}");
        }
    }

    private static Value ReadValue(ref Utf8JsonReader reader, NameTable? names, bool learn)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null: return Value.Null;
            case JsonTokenType.True: return Value.True;
            case JsonTokenType.False: return Value.False;
            case JsonTokenType.String: return Value.Of(ReadText(ref reader, names, false));
            case JsonTokenType.Number: return ReadNumber(reader.ValueSpan);
            case JsonTokenType.StartArray: return ReadArray(ref reader, names, learn);
            default: return ReadObject(ref reader, names, learn);
        }
    }

    private static ArrayValue ReadArray(ref Utf8JsonReader reader, NameTable? names, bool learn)
    {
        var items = new ArrayBuilder(0);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(ReadValue(ref reader, names, learn));
        }

        return items.ToArray();
    }

    private static ObjectValue ReadObject(ref Utf8JsonReader reader, NameTable? names, bool learn)
    {
        var result = new ObjectValue(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var key = Value.Of(ReadText(ref reader, names, learn));
            reader.Read();
            result.Put(key, ReadValue(ref reader, names, learn));
        }

        return result;
    }

    private static string ReadText(ref Utf8JsonReader reader, NameTable? names, bool learn)
    {
        if (names is null || reader.ValueIsEscaped || reader.ValueSpan.Length > MaxNameLength)
        {
            return reader.GetString()!;
        }

        return names.Find(reader.ValueSpan) is { } known ? known : learn ? names.Add(reader.GetString()!) : reader.GetString()!;
    }

    private static Value ReadNumber(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= 18 && utf8[0] != (byte)'-')
        {
            var amount = 0L;
            foreach (var digit in utf8)
            {
                if (!char.IsAsciiDigit((char)digit))
                {
                    return ReadBigNumber(utf8);
                }

                amount = (amount * 10) + (digit - '0');
            }

            return Value.Of(amount);
        }

        return ReadBigNumber(utf8);
    }

    private static Value ReadBigNumber(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.ASCII.GetString(utf8);
        return BigNumber.TryParse(text, out var value)
            ? value
            : throw new ValueFormatException($"The number {(text.Length > 40 ? text[..40] + "…" : text)} is out of range: its exponent may have six digits.");
    }
}
