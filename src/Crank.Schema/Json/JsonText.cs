using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Crank.Schema.Json;

/// <summary>Reads strings and names out of their raw JSON, halves of surrogate pairs included, which the platform's reader refuses.</summary>
internal static class JsonText
{
    /// <summary>Enough for most strings; longer ones are rented or allocated by the caller.</summary>
    public const int StackChars = 256;

    /// <summary>The UTF-8 between the quotes of a string value, escapes unread.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement value) => JsonMarshal.GetRawUtf8Value(value)[1..^1];

    /// <summary>The UTF-8 of a member's name, escapes unread.</summary>
    public static ReadOnlySpan<byte> RawName(JsonProperty member) => JsonMarshal.GetRawUtf8PropertyName(member);

    public static string Read(JsonElement value) => Read(Raw(value));

    public static string ReadName(JsonProperty member) => Read(RawName(member));

    public static string Read(ReadOnlySpan<byte> raw)
    {
        var buffer = raw.Length <= StackChars ? stackalloc char[StackChars] : new char[raw.Length];
        return new string(buffer[..Decode(raw, buffer)]);
    }

    /// <summary>Writes the text into <paramref name="to"/>, which is at least as long as <paramref name="raw"/>; returns its length.</summary>
    public static int Decode(ReadOnlySpan<byte> raw, Span<char> to)
    {
        var written = 0;
        while (true)
        {
            var escape = raw.IndexOf((byte)'\\');
            written += Encoding.UTF8.GetChars(escape < 0 ? raw : raw[..escape], to[written..]);
            if (escape < 0)
            {
                return written;
            }

            var kind = raw[escape + 1];
            if (kind == 'u')
            {
                to[written++] = (char)ushort.Parse(raw.Slice(escape + 2, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                raw = raw[(escape + 6)..];
                continue;
            }

            to[written++] = kind switch
            {
                (byte)'n' => '\n',
                (byte)'r' => '\r',
                (byte)'t' => '\t',
                (byte)'b' => '\b',
                (byte)'f' => '\f',
                _ => (char)kind,
            };
            raw = raw[(escape + 2)..];
        }
    }

    /// <summary>A string value of its own, e.g. for a member's name; halves of pairs are written as escapes, so that none is lost.</summary>
    public static JsonElement ToElement(ReadOnlySpan<char> text)
    {
        var json = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\' || char.IsControl(c) || char.IsSurrogate(c))
            {
                json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            }
            else
            {
                json.Append(c);
            }
        }

        return JsonElement.Parse(json.Append('"').ToString());
    }

    /// <summary>Code points of a string value; half a pair that stands alone counts as one.</summary>
    public static int CodePoints(ReadOnlySpan<byte> raw)
    {
        if (raw.IndexOf((byte)'\\') < 0)
        {
            var count = 0;
            foreach (var b in raw)
            {
                count += (b & 0xC0) == 0x80 ? 0 : 1;
            }

            return count;
        }

        var text = Read(raw);
        var points = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text[i - 1], text[i]))
            {
                points--;
                i++;
            }
        }

        return points;
    }
}
