using System.Text;

namespace Crank.Rego.Builtins;

/// <summary>
/// Between Rego's strings and bytes. Rego's strings may hold bytes that are no UTF-8 (what <c>base64.decode</c> gave for a picture): each such byte
/// travels as a lone surrogate U+DC80 to U+DCFF, which no decoded text contains, and comes out as the same byte.
/// </summary>
internal static class Bytes
{
    private const int Escape = 0xDC00;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string ToText(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        var buffer = (stackalloc char[2]);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(buffer[..rune.EncodeToUtf16(buffer)]);
            }
            else
            {
                used = 1;
                text.Append((char)(Escape + bytes[0]));
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    public static byte[] FromText(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return Strict.GetBytes(text);
        }

        var bytes = new List<byte>(text.Length + 16);
        var buffer = (stackalloc byte[4]);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            if (rest[0] is >= '\uDC80' and <= '\uDCFF')
            {
                bytes.Add((byte)(rest[0] - Escape));
                rest = rest[1..];
                continue;
            }

            Rune.DecodeFromUtf16(rest, out var rune, out var used);
            bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
            rest = rest[used..];
        }

        return [.. bytes];
    }
}
