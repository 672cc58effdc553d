using System.Buffers;
using System.Globalization;
using System.Text;

namespace Crank.Doc.Pdf;

/// <summary>Writes objects and a plain file of them, with a cross-reference table that tells the truth.</summary>
internal sealed class PdfWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<int> _offsets = [];

    public PdfWriter() => Write("%PDF-1.7\n");

    public long Length => _bytes.WrittenCount;

    /// <summary>Takes the next number for an object that is written later.</summary>
    public PdfReference Reserve()
    {
        _offsets.Add(-1);
        return new PdfReference(_offsets.Count);
    }

    public void Object(PdfReference reference, object? value, byte[]? stream = null)
    {
        _offsets[reference.Number - 1] = _bytes.WrittenCount;
        Write(string.Create(CultureInfo.InvariantCulture, $"{reference.Number} 0 obj\n"));
        Value(_bytes, value);
        if (stream is not null)
        {
            Write("\nstream\n");
            _bytes.Write(stream);
            Write("\nendstream");
        }

        Write("\nendobj\n");
    }

    public byte[] Complete(PdfReference root)
    {
        var start = _bytes.WrittenCount;
        Write(string.Create(CultureInfo.InvariantCulture, $"xref\n0 {_offsets.Count + 1}\n0000000000 65535 f \n"));
        foreach (var offset in _offsets)
        {
            Write(offset < 0 ? "0000000000 00000 f \n" : string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        }

        Write(string.Create(CultureInfo.InvariantCulture, $"trailer\n<< /Size {_offsets.Count + 1} /Root {root.Number} 0 R >>\nstartxref\n{start}\n%%EOF\n"));
        return _bytes.WrittenSpan.ToArray();
    }

    /// <summary>Writes one object; what the reader made is bounded in depth, so this may recurse.</summary>
    public static void Value(ArrayBufferWriter<byte> to, object? value)
    {
        switch (value)
        {
            case null: Write(to, "null "); break;
            case bool b: Write(to, b ? "true " : "false "); break;
            case int i: Write(to, i.ToString(CultureInfo.InvariantCulture) + " "); break;
            case double d: Write(to, d.ToString("0.######", CultureInfo.InvariantCulture) + " "); break;
            case PdfReference r: Write(to, string.Create(CultureInfo.InvariantCulture, $"{r.Number} 0 R ")); break;
            case PdfName n: Name(to, n.Value); break;
            case PdfString s:
                Write(to, "<");
                Write(to, Convert.ToHexString(s.Bytes));
                Write(to, "> ");
                break;
            case List<object?> list:
                Write(to, "[");
                foreach (var item in list)
                {
                    Value(to, item);
                }

                Write(to, "] ");
                break;
            case PdfDictionary dictionary:
                Write(to, "<<");
                foreach (var (key, item) in dictionary)
                {
                    Name(to, key);
                    Value(to, item);
                }

                Write(to, ">> ");
                break;
        }
    }

    private static void Name(ArrayBufferWriter<byte> to, string name)
    {
        var text = new StringBuilder("/");
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or '*' or ',' or ':')
            {
                text.Append(c);
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"#{c & 0xFF:X2}");
            }
        }

        Write(to, text.Append(' ').ToString());
    }

    public static void Write(ArrayBufferWriter<byte> to, string text) => Encoding.Latin1.GetBytes(text, to);

    private void Write(string text) => Write(_bytes, text);
}
