using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using Crank.Doc.Reading;

namespace Crank.Doc.Pdf;

/// <summary>The stream filters that text, fonts and object streams use (ISO 32000-1, 7.4), each charged to the budget as it unpacks.</summary>
internal static class PdfFilters
{
    private const int MaxChain = 8;
    private const int MaxPart = 24 << 20;

    /// <summary>The decoded bytes; null when a filter is for pictures or unknown.</summary>
    /// <exception cref="DocumentRefusedException">The stream is a bomb, or has more filters than any honest one.</exception>
    public static byte[]? Decode(PdfStream stream, PdfFile file, ReaderBudget budget)
    {
        var names = Listed(file.Resolve(stream.Dictionary.Get("Filter") ?? stream.Dictionary.Get("F")), file);
        var parameters = Listed(file.Resolve(stream.Dictionary.Get("DecodeParms") ?? stream.Dictionary.Get("DP")), file);
        if (names.Count > MaxChain)
        {
            throw new DocumentRefusedException(RefusalReason.DecompressionBomb, $"A stream of the PDF has {names.Count} filters; at most {MaxChain} are read.");
        }

        var data = stream.Raw;
        for (var i = 0; i < names.Count; i++)
        {
            var parms = (i < parameters.Count ? parameters[i] : null) as PdfDictionary;
            byte[]? decoded = (names[i] as PdfName)?.Value switch
            {
                "FlateDecode" or "Fl" => Predict(Flate(data, budget), parms, file, budget),
                "LZWDecode" or "LZW" => Predict(Lzw(data.Span, parms is null || file.Number(parms.Get("EarlyChange"), 1) != 0, budget), parms, file, budget),
                "ASCIIHexDecode" or "AHx" => FromHex(data.Span),
                "ASCII85Decode" or "A85" => Ascii85(data.Span, budget),
                "RunLengthDecode" or "RL" => RunLength(data.Span, budget),
                "Crypt" => data.ToArray(),
                _ => null,
            };
            if (decoded is null)
            {
                return null;
            }

            data = decoded;
        }

        return data.ToArray();
    }

    /// <summary>Hexadecimal digits to bytes; everything else is skipped, a last single digit is followed by 0.</summary>
    public static byte[] FromHex(ReadOnlySpan<byte> text)
    {
        var result = new byte[(text.Length / 2) + 1];
        var count = 0;
        var high = -1;
        foreach (var b in text)
        {
            if (b == (byte)'>')
            {
                break;
            }

            if (!char.IsAsciiHexDigit((char)b))
            {
                continue;
            }

            var digit = char.IsAsciiDigit((char)b) ? b - '0' : (b | 0x20) - 'a' + 10;
            if (high < 0)
            {
                high = digit;
            }
            else
            {
                result[count++] = (byte)((high * 16) + digit);
                high = -1;
            }
        }

        if (high >= 0)
        {
            result[count++] = (byte)(high * 16);
        }

        return result[..count];
    }

    private static List<object?> Listed(object? value, PdfFile file) => value switch
    {
        null => [],
        List<object?> list when list.Count > MaxChain => list,
        List<object?> list => [.. list.Select(file.Resolve)],
        _ => [value],
    };

    /// <summary>Unpacks twice, first to measure within the budget and then into memory of that size, so that no bomb grows a buffer.</summary>
    private static byte[] Flate(ReadOnlyMemory<byte> data, ReaderBudget budget)
    {
        var length = Measure(() => new ZLibStream(Packed(data), CompressionMode.Decompress), data.Length, budget);
        if (length > 0 || data.Length <= 2)
        {
            return Fill(() => new ZLibStream(Packed(data), CompressionMode.Decompress), length);
        }

        length = Measure(() => new DeflateStream(Packed(data[2..]), CompressionMode.Decompress), data.Length, budget);
        return Fill(() => new DeflateStream(Packed(data[2..]), CompressionMode.Decompress), length);
    }

    private static MemoryStream Packed(ReadOnlyMemory<byte> data) =>
        MemoryMarshal.TryGetArray(data, out var segment) ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false) : new MemoryStream(data.ToArray(), writable: false);

    /// <summary>Unpacks until the end or until the data breaks; what comes before that counts.</summary>
    private static int Measure(Func<Stream> open, int packedBytes, ReaderBudget budget)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        var length = 0;
        try
        {
            using var packed = open();
            while (packed.Read(buffer) is > 0 and var count)
            {
                length += count;
                Charge(count, length, packedBytes, budget);
            }
        }
        catch (InvalidDataException)
        {
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return length;
    }

    private static byte[] Fill(Func<Stream> open, int length)
    {
        var output = new byte[length];
        var filled = 0;
        try
        {
            using var packed = open();
            while (filled < length && packed.Read(output.AsSpan(filled, Math.Min(length - filled, 16 * 1024))) is > 0 and var count)
            {
                filled += count;
            }
        }
        catch (InvalidDataException)
        {
        }

        return filled == length ? output : output[..filled];
    }

    private static void Charge(int bytes, int part, int packed, ReaderBudget budget)
    {
        budget.Decompressed(bytes, part, packed);
        if (part > MaxPart)
        {
            throw new DocumentRefusedException(RefusalReason.DecompressionBomb, $"A stream of the PDF unpacks to more than {MaxPart} bytes.");
        }
    }

    private static byte[] Lzw(ReadOnlySpan<byte> data, bool early, ReaderBudget budget)
    {
        var output = new ArrayBufferWriter<byte>();
        var starts = new int[4097];
        var lengths = new int[4097];
        int next = 258, width = 9, buffer = 0, bits = 0, previous = -1;
        foreach (var b in data)
        {
            buffer = ((buffer << 8) | b) & 0xFFFFFF;
            bits += 8;
            if (bits < width)
            {
                continue;
            }

            bits -= width;
            var code = (buffer >> bits) & ((1 << width) - 1);
            if (code == 257)
            {
                break;
            }

            if (code == 256)
            {
                (next, width, previous) = (258, 9, -1);
                continue;
            }

            var at = output.WrittenCount;
            if (code > next || (code >= 258 && previous < 0))
            {
                break;
            }

            Append(output, code, previous, starts, lengths, next);
            Charge(output.WrittenCount - at, output.WrittenCount, data.Length, budget);
            if (previous >= 0 && next < 4096)
            {
                starts[next] = at - Length(previous, lengths);
                lengths[next] = Length(previous, lengths) + 1;
                next++;
            }

            previous = code;
            width = (next + (early ? 1 : 0)) switch { >= 2048 => 12, >= 1024 => 11, >= 512 => 10, _ => 9 };
        }

        return output.WrittenSpan.ToArray();
    }

    private static int Length(int code, int[] lengths) => code < 256 ? 1 : lengths[code];

    private static void Append(ArrayBufferWriter<byte> output, int code, int previous, int[] starts, int[] lengths, int next)
    {
        if (code < 256)
        {
            output.GetSpan(1)[0] = (byte)code;
            output.Advance(1);
            return;
        }

        var length = code == next ? Length(previous, lengths) + 1 : lengths[code];
        var start = code == next ? output.WrittenCount - Length(previous, lengths) : starts[code];
        var span = output.GetSpan(length);
        var written = output.WrittenSpan;
        for (var i = 0; i < length; i++)
        {
            span[i] = start + i < written.Length ? written[start + i] : span[start + i - written.Length];
        }

        output.Advance(length);
    }

    private static byte[] Ascii85(ReadOnlySpan<byte> data, ReaderBudget budget)
    {
        // Five letters stand for four bytes, but one z does too.
        var length = Math.Min(int.MaxValue, ((long)data.Length * 4 / 5) + ((long)data.Count((byte)'z') * 4) + 8);
        Charge((int)length, (int)length, data.Length, budget);
        var output = new ArrayBufferWriter<byte>((int)length);
        Span<uint> group = stackalloc uint[5];
        var count = 0;
        foreach (var b in data)
        {
            if (b == (byte)'~')
            {
                break;
            }

            if (b == (byte)'z' && count == 0)
            {
                output.GetSpan(4)[..4].Clear();
                output.Advance(4);
            }
            else if (b is >= (byte)'!' and <= (byte)'u')
            {
                group[count++] = (uint)(b - '!');
                if (count == 5)
                {
                    Flush(group, 4);
                    count = 0;
                }
            }
        }

        if (count > 1)
        {
            group[count..].Fill(84);
            Flush(group, count - 1);
        }

        return output.WrittenSpan.ToArray();

        void Flush(Span<uint> digits, int bytes)
        {
            ulong value = 0;
            foreach (var digit in digits)
            {
                value = (value * 85) + digit;
            }

            var span = output.GetSpan(4);
            for (var i = 0; i < bytes; i++)
            {
                span[i] = (byte)((value >> (24 - (8 * i))) & 0xFF);
            }

            output.Advance(bytes);
        }
    }

    private static byte[] RunLength(ReadOnlySpan<byte> data, ReaderBudget budget)
    {
        var output = new ArrayBufferWriter<byte>();
        for (var i = 0; i < data.Length && data[i] != 128;)
        {
            int length = data[i];
            if (length < 128)
            {
                var literal = data.Slice(i + 1, Math.Min(length + 1, data.Length - i - 1));
                output.Write(literal);
                i += literal.Length + 1;
            }
            else
            {
                if (i + 1 >= data.Length)
                {
                    break;
                }

                output.GetSpan(257 - length)[..(257 - length)].Fill(data[i + 1]);
                output.Advance(257 - length);
                i += 2;
            }

            Charge(128, output.WrittenCount, data.Length, budget);
        }

        return output.WrittenSpan.ToArray();
    }

    private static byte[] Predict(byte[] data, PdfDictionary? parms, PdfFile file, ReaderBudget budget)
    {
        var predictor = parms is null ? 1 : file.Integer(parms.Get("Predictor"), 1, 1, 15);
        if (predictor < 10)
        {
            return data;
        }

        var colors = file.Integer(parms!.Get("Colors"), 1, 1, 32);
        var depth = file.Integer(parms.Get("BitsPerComponent"), 8, 1, 16);
        var columns = file.Integer(parms.Get("Columns"), 1, 1, 1 << 20);
        var pixel = Math.Max(1, colors * depth / 8);
        var row = ((colors * depth * columns) + 7) / 8;
        var rows = (data.Length + row) / (row + 1);
        var output = new byte[Math.Min((long)rows * row, data.Length)];
        for (var r = 0; r < rows; r++)
        {
            budget.Tick();
            var source = data.AsSpan(r * (row + 1));
            var kind = source[0];
            source = source[1..Math.Min(row + 1, source.Length)];
            if ((r * row) + source.Length > output.Length)
            {
                break;
            }

            var target = output.AsSpan(r * row, source.Length);
            var above = r == 0 ? default : output.AsSpan((r - 1) * row, row);
            for (var i = 0; i < source.Length; i++)
            {
                int left = i >= pixel ? target[i - pixel] : 0, up = r > 0 ? above[i] : 0, corner = i >= pixel && r > 0 ? above[i - pixel] : 0;
                target[i] = (byte)((source[i] + kind switch
                {
                    1 => left,
                    2 => up,
                    3 => (left + up) / 2,
                    4 => Paeth(left, up, corner),
                    _ => 0,
                }) & 0xFF);
            }
        }

        return output;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var estimate = left + up - corner;
        int toLeft = Math.Abs(estimate - left), toUp = Math.Abs(estimate - up), toCorner = Math.Abs(estimate - corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
}
