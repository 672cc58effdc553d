using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Pdf;

/// <summary>
/// The objects of a PDF, found by reading the file from start to end and not by its cross-reference table: offsets, sizes and loops in
/// that table can lie, the objects cannot. Where an object stands twice, the later one counts, as incremental updates want it.
/// </summary>
internal sealed class PdfFile
{
    private const int MaxObjects = 1_000_000;
    private const int MaxReferenceSteps = 32;
    private const int MaxObjectStreamBytes = 48 << 20;
    private const int MaxWalk = 100_000;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly ReaderBudget _budget;
    private readonly ReadingLog _log;
    private readonly Dictionary<int, Place> _places = [];
    private readonly List<PdfDictionary> _trailers = [];
    private int _noEndstreamFrom = int.MaxValue;
    private long _objectStreamBytes;
    private int? _lastCatalog;

    public PdfFile(ReadOnlyMemory<byte> bytes, ReaderBudget budget, ReadingLog log)
    {
        _bytes = bytes;
        _budget = budget;
        _log = log;
        Scan();
    }

    // Order is where in the file the object, or the stream that holds it, stands: the later one counts.
    private readonly record struct Place(ReadOnlyMemory<byte> Source, int Offset, int StreamStart, int StreamLength, int Order);

    public bool IsEncrypted => _trailers.Exists(t => t.Get("Encrypt") is not null);

    public PdfDictionary? Catalog =>
        _trailers.AsEnumerable().Reverse().Select(t => Resolve(t.Get("Root")) as PdfDictionary).FirstOrDefault(c => c?.Get("Pages") is not null)
        ?? (_lastCatalog is { } number ? Resolve(new PdfReference(number)) as PdfDictionary : null);

    public PdfDictionary? Information =>
        _trailers.AsEnumerable().Reverse().Select(t => Resolve(t.Get("Info")) as PdfDictionary).FirstOrDefault(i => i is not null);

    public bool HasObjects => _places.Count > 0;

    /// <summary>Follows references to the object itself; null for what is missing, broken or circular.</summary>
    public object? Resolve(object? value)
    {
        for (var step = 0; value is PdfReference reference; step++)
        {
            if (step >= MaxReferenceSteps || !_places.TryGetValue(reference.Number, out var place))
            {
                return null;
            }

            try
            {
                value = new PdfLexer(place.Source, place.Offset, _budget).Read(references: true);
            }
            catch (PdfSyntaxException)
            {
                return null;
            }

            if (place.StreamStart >= 0 && value is PdfDictionary dictionary)
            {
                return new PdfStream(dictionary, place.Source.Slice(place.StreamStart, place.StreamLength));
            }
        }

        return value is PdfOperator ? null : value;
    }

    public PdfDictionary? Dictionary(object? value) => Resolve(value) switch
    {
        PdfDictionary d => d,
        PdfStream s => s.Dictionary,
        _ => null,
    };

    public double Number(object? value, double otherwise) => Resolve(value) is double number ? number : otherwise;

    /// <summary>A whole number between two bounds, whatever size the file gives it.</summary>
    public int Integer(object? value, int otherwise, int least, int most) =>
        Number(value, otherwise) is var number && double.IsNaN(number) ? otherwise : (int)Math.Clamp(number, least, most);

    public string? Name(object? value) => (Resolve(value) as PdfName)?.Value;

    private void Scan()
    {
        var span = _bytes.Span;
        var objectStreams = new List<int>();
        for (var at = 0; at < span.Length;)
        {
            _budget.Tick();
            var found = span[at..].IndexOf("obj"u8);
            ReadTrailers(at, found < 0 ? span.Length : at + found);
            if (found < 0)
            {
                break;
            }

            at = ReadObject(at + found, objectStreams);
        }

        foreach (var number in objectStreams)
        {
            ReadObjectStream(number);
        }
    }

    private void ReadTrailers(int from, int to)
    {
        var span = _bytes.Span;
        while (from < to && span[from..to].IndexOf("trailer"u8) is >= 0 and var found)
        {
            from += found + 7;
            try
            {
                if (new PdfLexer(_bytes, from, _budget).Read(references: true) is PdfDictionary trailer)
                {
                    _trailers.Add(trailer);
                }
            }
            catch (PdfSyntaxException)
            {
                _log.Find(FindingKind.Malformed, "a trailer of the PDF cannot be read");
            }
        }
    }

    private int ReadObject(int at, List<int> objectStreams)
    {
        if (ObjectNumber(at) is not { } number)
        {
            return at + 3;
        }

        if (_places.Count >= MaxObjects)
        {
            throw new DocumentRefusedException(RefusalReason.TooManyNodes, $"The PDF has more than {MaxObjects} objects.");
        }

        var lexer = new PdfLexer(_bytes, at + 3, _budget);
        object? value;
        try
        {
            value = lexer.Read(references: true);
        }
        catch (PdfSyntaxException)
        {
            _log.Find(FindingKind.Malformed, "an object of the PDF cannot be read");
            return at + 3;
        }

        var place = new Place(_bytes, at + 3, -1, 0, at);
        var next = lexer.Position;
        if (value is PdfDictionary dictionary)
        {
            lexer.SkipBlanks();
            if (_bytes.Span[lexer.Position..].StartsWith("stream"u8))
            {
                place = StreamPlace(dictionary, at + 3, lexer.Position + 6);
                next = place.StreamStart + place.StreamLength;
            }

            Note(dictionary, number);
            if (dictionary.Get("Type") is PdfName { Value: "ObjStm" })
            {
                objectStreams.Add(number);
            }
            else if (dictionary.Get("Type") is PdfName { Value: "XRef" })
            {
                _trailers.Add(dictionary);
            }
        }

        _places[number] = place;
        return Math.Max(next, at + 3);
    }

    private int? ObjectNumber(int at)
    {
        var span = _bytes.Span;
        var i = at - 1;
        return SkipBack(ref i, blanks: true) && SkipBack(ref i, blanks: false) && SkipBack(ref i, blanks: true)
            && i >= 0 && char.IsAsciiDigit((char)span[i]) ? Digits(i) : null;
    }

    private bool SkipBack(ref int i, bool blanks)
    {
        var span = _bytes.Span;
        var from = i;
        while (i >= 0 && from - i < 12 && (blanks ? span[i] is 9 or 10 or 13 or 32 : char.IsAsciiDigit((char)span[i])))
        {
            i--;
        }

        return i < from;
    }

    private int? Digits(int last)
    {
        var span = _bytes.Span;
        long value = 0, unit = 1;
        for (var i = last; i >= 0 && char.IsAsciiDigit((char)span[i]); i--, unit *= 10)
        {
            if (unit > 1_000_000_000)
            {
                return null;
            }

            value += unit * (span[i] - '0');
        }

        return value <= int.MaxValue ? (int)value : null;
    }

    private Place StreamPlace(PdfDictionary dictionary, int offset, int start)
    {
        var span = _bytes.Span;
        if (start < span.Length && span[start] == 13)
        {
            start++;
        }

        if (start < span.Length && span[start] == 10)
        {
            start++;
        }

        if (dictionary.Get("Length") is double said && said >= 0 && said <= span.Length - start && EndsAt(start + (int)said))
        {
            return new Place(_bytes, offset, start, (int)said, offset);
        }

        var end = start >= _noEndstreamFrom ? -1 : span[start..].IndexOf("endstream"u8);
        if (end < 0)
        {
            _noEndstreamFrom = Math.Min(_noEndstreamFrom, start);
            return new Place(_bytes, offset, start, span.Length - start, offset);
        }

        if (end > 0 && span[start + end - 1] == 10)
        {
            end--;
        }

        if (end > 0 && span[start + end - 1] == 13)
        {
            end--;
        }

        return new Place(_bytes, offset, start, end, offset);
    }

    private bool EndsAt(int at)
    {
        var rest = _bytes.Span[at..];
        var blanks = 0;
        while (blanks < rest.Length && blanks < 4 && rest[blanks] is 9 or 10 or 13 or 32)
        {
            blanks++;
        }

        return rest[blanks..].StartsWith("endstream"u8);
    }

    private void ReadObjectStream(int number)
    {
        var order = _places[number].Order;
        if (IsEncrypted || Resolve(new PdfReference(number)) is not PdfStream stream || PdfFilters.Decode(stream, this, _budget) is not { } bytes)
        {
            return;
        }

        _objectStreamBytes += bytes.Length;
        if (_objectStreamBytes > MaxObjectStreamBytes)
        {
            throw new DocumentRefusedException(RefusalReason.DecompressionBomb, $"The object streams of the PDF unpack to more than {MaxObjectStreamBytes} bytes.");
        }

        var count = Integer(stream.Dictionary.Get("N"), 0, 0, MaxObjects);
        var first = Integer(stream.Dictionary.Get("First"), 0, 0, bytes.Length);
        var header = new PdfLexer(bytes, 0, _budget);
        for (var i = 0; i < count && header.Position < first; i++)
        {
            try
            {
                if (header.Read(references: false) is not double inner || header.Read(references: false) is not double offset || offset < 0 || first + offset >= bytes.Length || inner is < 0 or > int.MaxValue)
                {
                    return;
                }

                if (_places.TryGetValue((int)inner, out var earlier) && earlier.Order > order)
                {
                    continue;
                }

                _places[(int)inner] = new Place(bytes, first + (int)offset, -1, 0, order);
                if (Resolve(new PdfReference((int)inner)) is PdfDictionary dictionary)
                {
                    Note(dictionary, (int)inner);
                }
            }
            catch (PdfSyntaxException)
            {
                return;
            }
        }
    }

    /// <summary>Looks for what a reader of the file should be told, in the object and in what it holds directly.</summary>
    private void Note(PdfDictionary dictionary, int number)
    {
        if (dictionary.Get("Type") is PdfName { Value: "Catalog" })
        {
            _lastCatalog = number;
        }

        var steps = 0;
        Walk(dictionary, ref steps);
    }

    private void Walk(object? value, ref int steps)
    {
        if (++steps > MaxWalk)
        {
            return;
        }

        if (value is List<object?> list)
        {
            foreach (var item in list)
            {
                if (item is PdfDictionary or List<object?>)
                {
                    Walk(item, ref steps);
                }
            }
        }
        else if (value is PdfDictionary dictionary)
        {
            NoteOne(dictionary);
            foreach (var item in dictionary.Values)
            {
                if (item is PdfDictionary or List<object?>)
                {
                    Walk(item, ref steps);
                }
            }
        }
    }

    private void NoteOne(PdfDictionary dictionary)
    {
        switch ((dictionary.Get("S") as PdfName)?.Value)
        {
            case "JavaScript": _log.Find(FindingKind.ActiveContent, "JavaScript action"); break;
            case "Launch": _log.Find(FindingKind.ActiveContent, "action that starts a program"); break;
            case "SubmitForm": _log.Find(FindingKind.ActiveContent, "action that sends a form"); break;
            case "ImportData": _log.Find(FindingKind.ActiveContent, "action that imports data"); break;
            case "GoToR" or "GoToE": _log.Find(FindingKind.ExternalReference, "action that opens another file"); break;
        }

        if (dictionary.ContainsKey("JS"))
        {
            _log.Find(FindingKind.ActiveContent, "JavaScript action");
        }

        if (dictionary.Get("OpenAction") is PdfDictionary { } open && open.Get("S") is PdfName { Value: "URI" })
        {
            _log.Find(FindingKind.ExternalReference, "action on opening that asks for a URL");
        }

        if (dictionary.Get("Subtype") is PdfName { Value: "RichMedia" or "3D" or "Screen" })
        {
            _log.Find(FindingKind.ActiveContent, "embedded player");
        }

        if (dictionary.ContainsKey("EF"))
        {
            var name = (dictionary.Get("UF") ?? dictionary.Get("F")) is PdfString s ? PdfText.Of(s) : "a file without a name";
            _log.Find(FindingKind.Attachment, name);
        }
    }
}
