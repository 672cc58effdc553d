using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Crank.Doc.Reading;

namespace Crank.Doc.Pdf;

/// <summary>Reads objects (ISO 32000-1, 7.2 and 7.3) from bytes; bounded in depth, and every step costs the budget.</summary>
internal sealed class PdfLexer(ReadOnlyMemory<byte> bytes, int position, ReaderBudget budget)
{
    private const int MaxDepth = 100;
    private static readonly SearchValues<byte> _ends = SearchValues.Create(" \t\r\n\f\0()<>[]{}/%"u8);

    public int Position { get; set; } = position;

    private ReadOnlySpan<byte> Span => bytes.Span;

    public bool AtEnd
    {
        get
        {
            SkipBlanks();
            return Position >= bytes.Length;
        }
    }

    /// <summary>The next object; a <see cref="PdfOperator"/> where a bare word stands.</summary>
    /// <param name="references">True to read <c>1 0 R</c> as a reference; content streams have none.</param>
    /// <param name="depth">How deep the caller is inside arrays and dictionaries.</param>
    public object? Read(bool references, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw new PdfSyntaxException("nested too deep");
        }

        budget.Tick();
        SkipBlanks();
        if (Position >= bytes.Length)
        {
            throw new PdfSyntaxException("ended early");
        }

        switch (Span[Position])
        {
            case (byte)'/': return ReadName();
            case (byte)'(': return ReadString();
            case (byte)'[': return ReadArray(references, depth);
            case (byte)'<' when Position + 1 < bytes.Length && Span[Position + 1] == (byte)'<': return ReadDictionary(references, depth);
            case (byte)'<': return ReadHexString();
            case (byte)']' or (byte)')' or (byte)'{' or (byte)'}':
                return new PdfOperator(((char)Span[Position++]).ToString());
            case (byte)'>':
                Position += Position + 1 < bytes.Length && Span[Position + 1] == (byte)'>' ? 2 : 1;
                return new PdfOperator(">>");
            default: return ReadWord(references);
        }
    }

    public void SkipBlanks()
    {
        var span = Span;
        while (Position < span.Length)
        {
            if (span[Position] == (byte)'%')
            {
                var end = span[Position..].IndexOfAny((byte)'\r', (byte)'\n');
                Position = end < 0 ? span.Length : Position + end;
            }
            else if (span[Position] is 0 or 9 or 10 or 12 or 13 or 32)
            {
                Position++;
            }
            else
            {
                return;
            }
        }
    }

    private object? ReadWord(bool references)
    {
        var length = Span[Position..].IndexOfAny(_ends);
        var word = length < 0 ? Span[Position..] : Span.Slice(Position, length);
        Position += word.Length;
        if (word[0] is (byte)'+' or (byte)'-' or (byte)'.' or >= (byte)'0' and <= (byte)'9')
        {
            return ReadNumber(word, references);
        }

        return word switch
        {
            _ when word.SequenceEqual("true"u8) => true,
            _ when word.SequenceEqual("false"u8) => false,
            _ when word.SequenceEqual("null"u8) => null,
            _ => new PdfOperator(Encoding.Latin1.GetString(word[..Math.Min(word.Length, 32)])),
        };
    }

    private object ReadNumber(ReadOnlySpan<byte> word, bool references)
    {
        if (Utf8Parser.TryParse(word, out long whole, out var used) && used == word.Length)
        {
            if (references && whole is >= 0 and <= int.MaxValue && char.IsAsciiDigit((char)word[0]) && TryReadReferenceTail())
            {
                return new PdfReference((int)whole);
            }

            return (double)whole;
        }

        return Utf8Parser.TryParse(word, out double number, out _) && double.IsFinite(number) ? number : 0.0;
    }

    private bool TryReadReferenceTail()
    {
        var at = Position;
        var span = Span;
        var limit = Math.Min(span.Length, at + 24);
        while (at < limit && span[at] is 9 or 10 or 13 or 32)
        {
            at++;
        }

        var digits = at;
        while (at < limit && span[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        if (at == digits)
        {
            return false;
        }

        while (at < limit && span[at] is 9 or 10 or 13 or 32)
        {
            at++;
        }

        if (at >= limit || span[at] != (byte)'R' || (at + 1 < span.Length && !_ends.Contains(span[at + 1])))
        {
            return false;
        }

        Position = at + 1;
        return true;
    }

    private PdfName ReadName()
    {
        Position++;
        var length = Position >= bytes.Length ? 0 : Span[Position..].IndexOfAny(_ends);
        var raw = length < 0 ? Span[Position..] : Span.Slice(Position, length);
        Position += raw.Length;
        if (raw.Length > 1024)
        {
            throw new PdfSyntaxException("a name is too long");
        }

        if (raw.IndexOf((byte)'#') < 0)
        {
            return new PdfName(Encoding.Latin1.GetString(raw));
        }

        var name = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == (byte)'#' && i + 2 < raw.Length && Hex(raw[i + 1]) is >= 0 and var high && Hex(raw[i + 2]) is >= 0 and var low)
            {
                name.Append((char)((high * 16) + low));
                i += 2;
            }
            else
            {
                name.Append((char)raw[i]);
            }
        }

        return new PdfName(name.ToString());
    }

    private PdfString ReadString()
    {
        var text = new ArrayBufferWriter<byte>();
        var open = 1;
        for (Position++; Position < bytes.Length; Position++)
        {
            budget.Tick();
            var c = Span[Position];
            switch (c)
            {
                case (byte)'(': open++; break;
                case (byte)')' when --open == 0:
                    Position++;
                    return new PdfString(text.WrittenSpan.ToArray());
                case (byte)'\\':
                    Position++;
                    Escape(text);
                    continue;
            }

            Put(text, c);
        }

        throw new PdfSyntaxException("a string is not closed");
    }

    private void Escape(ArrayBufferWriter<byte> text)
    {
        if (Position >= bytes.Length)
        {
            return;
        }

        var c = Span[Position];
        switch (c)
        {
            case (byte)'n': Put(text, 10); break;
            case (byte)'r': Put(text, 13); break;
            case (byte)'t': Put(text, 9); break;
            case (byte)'b': Put(text, 8); break;
            case (byte)'f': Put(text, 12); break;
            case 13:
                if (Position + 1 < bytes.Length && Span[Position + 1] == 10)
                {
                    Position++;
                }

                break;
            case 10: break;
            case >= (byte)'0' and <= (byte)'7':
                var value = 0;
                var digits = 0;
                while (digits < 3 && Position < bytes.Length && Span[Position] is >= (byte)'0' and <= (byte)'7')
                {
                    value = (value * 8) + Span[Position++] - '0';
                    digits++;
                }

                Position--;
                Put(text, (byte)(value & 0xFF));
                break;
            default: Put(text, c); break;
        }
    }

    private PdfString ReadHexString()
    {
        var end = Span[Position..].IndexOf((byte)'>');
        if (end < 0)
        {
            throw new PdfSyntaxException("a string is not closed");
        }

        var text = PdfFilters.FromHex(Span.Slice(Position + 1, end - 1));
        Position += end + 1;
        return new PdfString(text);
    }

    private List<object?> ReadArray(bool references, int depth)
    {
        Position++;
        var items = new List<object?>();
        while (true)
        {
            var item = Read(references, depth + 1);
            if (item is PdfOperator { Name: "]" })
            {
                return items;
            }

            if (item is PdfOperator { Name: "endobj" or "endstream" or ">>" })
            {
                throw new PdfSyntaxException("an array is not closed");
            }

            items.Add(item is PdfOperator ? null : item);
        }
    }

    private PdfDictionary ReadDictionary(bool references, int depth)
    {
        Position += 2;
        var dictionary = new PdfDictionary();
        while (true)
        {
            var key = Read(references, depth + 1);
            switch (key)
            {
                case PdfOperator { Name: ">>" }: return dictionary;
                case PdfOperator { Name: "endobj" or "stream" or "endstream" }: throw new PdfSyntaxException("a dictionary is not closed");
                case PdfName name:
                    var value = Read(references, depth + 1);
                    if (value is PdfOperator { Name: ">>" })
                    {
                        return dictionary;
                    }

                    dictionary[name.Value] = value is PdfOperator ? null : value;
                    break;
            }
        }
    }

    private static void Put(ArrayBufferWriter<byte> text, byte b)
    {
        text.GetSpan(1)[0] = b;
        text.Advance(1);
    }

    private static int Hex(byte b) => b switch
    {
        >= (byte)'0' and <= (byte)'9' => b - '0',
        >= (byte)'a' and <= (byte)'f' => b - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => b - 'A' + 10,
        _ => -1,
    };
}
