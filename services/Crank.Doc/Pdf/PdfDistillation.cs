using System.Buffers;
using System.IO.Compression;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Pdf;

/// <summary>
/// Writes a small clean PDF that holds the text of another and nothing else: a flat page tree, fonts, and content streams reduced to
/// their text operators. What interprets fonts and content afterwards meets no lying table, no loop, no bomb, no picture and no action.
/// </summary>
internal sealed class PdfDistillation(PdfFile file, ReaderBudget budget, ReadingLog log)
{
    private const int MaxPages = 20_000;
    private const int MaxTreeDepth = 64;
    private const int MaxFormDepth = 24;
    private const int MaxDrawings = 2_000;
    private const int MaxLettersOfPage = 200_000;
    private const int MaxContentOfPage = 16 << 20;
    private const int MaxWritten = 48 << 20;
    private const int MaxCopyDepth = 40;

    private static readonly HashSet<string> _textOperators = new(StringComparer.Ordinal)
    {
        "q", "Q", "cm", "BT", "ET", "Tc", "Tw", "Tz", "TL", "Tf", "Tr", "Ts", "Td", "TD", "Tm", "T*", "Tj", "TJ", "'", "\"",
    };

    private readonly PdfWriter _writer = new();
    private readonly List<PdfReference> _pages = [];
    private readonly List<bool> _pageHasPicture = [];
    private readonly HashSet<int> _seenNodes = [];
    private readonly Dictionary<int, PdfReference> _copied = [];
    private readonly Dictionary<int, PdfReference> _forms = [];
    private readonly HashSet<int> _openForms = [];
    private readonly Dictionary<int, (long Letters, long Drawings)> _formCosts = [];
    private bool _pictureSeen;

    /// <summary>For each page, whether it shows a picture: invisible text over a picture is what text recognition leaves.</summary>
    public IReadOnlyList<bool> PageHasPicture => _pageHasPicture;

    /// <exception cref="DocumentRefusedException">The document is damaged, encrypted or costs too much.</exception>
    public byte[] Distil(PdfDictionary catalog)
    {
        var root = _writer.Reserve();
        var tree = _writer.Reserve();
        Node(catalog.Get("Pages"), new PdfDictionary(), tree, 0);
        if (_pages.Count == 0)
        {
            throw new DocumentRefusedException(RefusalReason.Damaged, "The PDF has no page that can be found. Was it cut?");
        }

        _writer.Object(tree, new PdfDictionary { ["Type"] = new PdfName("Pages"), ["Kids"] = _pages.ConvertAll(p => (object?)p), ["Count"] = _pages.Count });
        _writer.Object(root, new PdfDictionary { ["Type"] = new PdfName("Catalog"), ["Pages"] = tree });
        return _writer.Complete(root);
    }

    private void Node(object? value, PdfDictionary inherited, PdfReference tree, int depth)
    {
        if (value is PdfReference reference && !_seenNodes.Add(reference.Number))
        {
            log.Find(FindingKind.Malformed, "the page tree holds the same page or branch twice");
            return;
        }

        if (depth > MaxTreeDepth || file.Dictionary(value) is not { } node)
        {
            log.Find(FindingKind.Malformed, "a branch of the page tree cannot be read");
            return;
        }

        budget.Check();
        var here = new PdfDictionary();
        foreach (var key in new[] { "Resources", "MediaBox", "CropBox", "Rotate" })
        {
            here[key] = node.Get(key) ?? inherited.Get(key);
        }

        if (file.Resolve(node.Get("Kids")) is List<object?> kids)
        {
            foreach (var kid in kids)
            {
                budget.Tick();
                Node(kid, here, tree, depth + 1);
            }
        }
        else
        {
            Page(node, here, tree);
        }
    }

    private void Page(PdfDictionary page, PdfDictionary inherited, PdfReference tree)
    {
        if (_pages.Count >= MaxPages)
        {
            throw new DocumentRefusedException(RefusalReason.TooManyNodes, $"The PDF has more than {MaxPages} pages. Split it.");
        }

        _pictureSeen = false;
        var content = new ArrayBufferWriter<byte>();
        var resources = new PdfDictionary();
        var cost = Content(ContentOf(page.Get("Contents")), file.Dictionary(inherited.Get("Resources")), content, resources, 0);
        if (cost.Letters > MaxLettersOfPage)
        {
            throw new DocumentRefusedException(RefusalReason.TextTooLong, $"A page of the PDF sets more than {MaxLettersOfPage} letters.");
        }

        budget.Nodes(1 + (int)(cost.Letters / 8));
        var contents = _writer.Reserve();
        WriteStream(contents, new PdfDictionary(), content.WrittenSpan.ToArray());
        var reference = _writer.Reserve();
        _writer.Object(reference, new PdfDictionary
        {
            ["Type"] = new PdfName("Page"),
            ["Parent"] = tree,
            ["MediaBox"] = Box(inherited.Get("MediaBox")) ?? [0.0, 0.0, 612.0, 792.0],
            ["CropBox"] = Box(inherited.Get("CropBox")) ?? Box(inherited.Get("MediaBox")) ?? [0.0, 0.0, 612.0, 792.0],
            ["Rotate"] = Math.Round(file.Number(inherited.Get("Rotate"), 0) / 90) * 90 % 360,
            ["Resources"] = resources,
            ["Contents"] = contents,
        });
        _pages.Add(reference);
        _pageHasPicture.Add(_pictureSeen);
    }

    private List<object?>? Box(object? value)
    {
        if (file.Resolve(value) is not List<object?> { Count: 4 } box)
        {
            return null;
        }

        var sides = box.ConvertAll(side => file.Number(side, 0));
        return sides.TrueForAll(s => Math.Abs(s) < 1e6) && Math.Abs(sides[2] - sides[0]) >= 1 && Math.Abs(sides[3] - sides[1]) >= 1
            ? sides.ConvertAll(s => (object?)s)
            : null;
    }

    private byte[] ContentOf(object? value)
    {
        var content = new ArrayBufferWriter<byte>();
        foreach (var part in file.Resolve(value) is List<object?> list ? list : [value])
        {
            if (file.Resolve(part) is PdfStream stream && PdfFilters.Decode(stream, file, budget) is { } bytes)
            {
                content.Write(bytes);
                content.Write("\n"u8);
                if (content.WrittenCount > MaxContentOfPage)
                {
                    throw new DocumentRefusedException(RefusalReason.TooLarge, $"A page of the PDF has more than {MaxContentOfPage} bytes of content.");
                }
            }
        }

        return content.WrittenSpan.ToArray();
    }

    /// <summary>Copies the text operators of one content stream and what they need; gives the letters and drawings it leads to.</summary>
    private (long Letters, long Drawings) Content(byte[] content, PdfDictionary? from, ArrayBufferWriter<byte> to, PdfDictionary resources, int depth)
    {
        var lexer = new PdfLexer(content, 0, budget);
        var operands = new List<object?>();
        long letters = 0, drawings = 0;
        while (!lexer.AtEnd)
        {
            object? token;
            try
            {
                token = lexer.Read(references: false);
            }
            catch (PdfSyntaxException)
            {
                log.Find(FindingKind.Malformed, "a content stream of the PDF cannot be read to its end");
                break;
            }

            if (token is not PdfOperator { Name: var name })
            {
                if (operands.Count < 64)
                {
                    operands.Add(token);
                }

                continue;
            }

            switch (name)
            {
                case "BI": SkipInlinePicture(content, lexer); break;
                case "Do" when operands is [PdfName drawn]:
                    var inner = Draw(drawn.Value, from, to, resources, depth);
                    letters += inner.Letters;
                    drawings += inner.Drawings;
                    break;
                case "BDC" or "BMC" or "EMC": Marked(name, operands, from, to); break;
                case "Tf" when operands is [PdfName font, double]:
                    Font(font.Value, from, resources);
                    Emit(to, operands, name);
                    break;
                case "Tf": break;
                default:
                    if (_textOperators.Contains(name))
                    {
                        letters += operands.Sum(Letters);
                        Emit(to, operands, name);
                    }

                    break;
            }

            operands.Clear();
            if (letters > MaxLettersOfPage || drawings > MaxDrawings)
            {
                throw new DocumentRefusedException(RefusalReason.TooManyNodes, "A page of the PDF sets more text, or draws more forms, than any honest one.");
            }
        }

        return (letters, drawings);
    }

    private static long Letters(object? operand) => operand switch
    {
        PdfString s => s.Bytes.Length,
        List<object?> list => list.Sum(i => i is PdfString s ? s.Bytes.Length : 0L),
        _ => 0,
    };

    private static void Emit(ArrayBufferWriter<byte> to, List<object?> operands, string name)
    {
        foreach (var operand in operands)
        {
            PdfWriter.Value(to, operand);
        }

        PdfWriter.Write(to, name + "\n");
    }

    /// <summary>Marked content is kept for the text that stands for it (ISO 32000-1, 14.9.4), with its properties in place.</summary>
    private void Marked(string name, List<object?> operands, PdfDictionary? from, ArrayBufferWriter<byte> to)
    {
        if (name == "EMC")
        {
            PdfWriter.Write(to, "EMC\n");
            return;
        }

        var tag = operands is [PdfName t, ..] ? t.Value : "Span";
        var said = operands.Count > 1
            ? operands[1] as PdfDictionary ?? (operands[1] is PdfName property ? file.Dictionary(file.Dictionary(from?.Get("Properties"))?.Get(property.Value)) : null)
            : null;
        var kept = new PdfDictionary();
        if (file.Resolve(said?.Get("ActualText")) is PdfString { Bytes.Length: < 4096 } actual)
        {
            kept["ActualText"] = actual;
        }

        Emit(to, [new PdfName(tag), kept], "BDC");
    }

    private (long Letters, long Drawings) Draw(string name, PdfDictionary? from, ArrayBufferWriter<byte> to, PdfDictionary resources, int depth)
    {
        var value = file.Dictionary(from?.Get("XObject"))?.Get(name);
        if (file.Resolve(value) is not PdfStream stream)
        {
            return default;
        }

        if (file.Name(stream.Dictionary.Get("Subtype")) != "Form")
        {
            _pictureSeen = true;
            return default;
        }

        if (value is not PdfReference { Number: var number } || depth >= MaxFormDepth || !_openForms.Add(number))
        {
            log.Find(FindingKind.Malformed, "a form of the PDF draws itself");
            return default;
        }

        try
        {
            if (!_forms.TryGetValue(number, out var written))
            {
                written = Form(number, stream, from, depth);
            }

            var known = _formCosts[number];
            if (known.Letters == 0)
            {
                return default;
            }

            Section(resources, "XObject")[name] = written;
            Emit(to, [new PdfName(name)], "Do");
            return (known.Letters, known.Drawings + 1);
        }
        finally
        {
            _openForms.Remove(number);
        }
    }

    private PdfReference Form(int number, PdfStream stream, PdfDictionary? from, int depth)
    {
        var content = new ArrayBufferWriter<byte>();
        var resources = new PdfDictionary();
        var decoded = PdfFilters.Decode(stream, file, budget) ?? [];
        _formCosts[number] = Content(decoded, file.Dictionary(stream.Dictionary.Get("Resources")) ?? from, content, resources, depth + 1);
        var written = _writer.Reserve();
        var dictionary = new PdfDictionary
        {
            ["Type"] = new PdfName("XObject"),
            ["Subtype"] = new PdfName("Form"),
            ["BBox"] = Box(stream.Dictionary.Get("BBox")) ?? [0.0, 0.0, 10000.0, 10000.0],
            ["Resources"] = resources,
        };
        if (file.Resolve(stream.Dictionary.Get("Matrix")) is List<object?> { Count: 6 } matrix)
        {
            dictionary["Matrix"] = matrix.ConvertAll(m => (object?)file.Number(m, 0));
        }

        WriteStream(written, dictionary, content.WrittenSpan.ToArray());
        _forms[number] = written;
        return written;
    }

    private static PdfDictionary Section(PdfDictionary resources, string name)
    {
        if (resources.Get(name) is not PdfDictionary section)
        {
            resources[name] = section = [];
        }

        return section;
    }

    private void Font(string name, PdfDictionary? from, PdfDictionary resources)
    {
        var fonts = Section(resources, "Font");
        if (!fonts.ContainsKey(name) && file.Dictionary(from?.Get("Font"))?.Get(name) is { } font)
        {
            fonts[name] = Copy(font, 0);
        }
    }

    /// <summary>Copies a font with all that it refers to; streams are unpacked within the budget and packed again.</summary>
    private object? Copy(object? value, int depth)
    {
        budget.Tick();
        if (depth > MaxCopyDepth)
        {
            return null;
        }

        if (value is PdfReference { Number: var number })
        {
            if (_copied.TryGetValue(number, out var done))
            {
                return done;
            }

            var copy = _copied[number] = _writer.Reserve();
            switch (file.Resolve(value))
            {
                case PdfStream stream: CopyStream(copy, stream, depth); break;
                case var other: _writer.Object(copy, Copy(other, depth + 1)); break;
            }

            return copy;
        }

        return value switch
        {
            List<object?> list => list.ConvertAll(item => Copy(item, depth + 1)),
            PdfDictionary dictionary => CopyDictionary(dictionary, depth),
            _ => value,
        };
    }

    private PdfDictionary CopyDictionary(PdfDictionary dictionary, int depth)
    {
        var copy = new PdfDictionary();
        foreach (var (key, item) in dictionary)
        {
            switch (key)
            {
                case "Parent" or "P" or "Metadata" or "StructParents": break;
                case "CharProcs": copy[key] = new PdfDictionary(); break;
                case "Resources": break;
                default: copy[key] = Copy(item, depth + 1); break;
            }
        }

        return copy;
    }

    private void CopyStream(PdfReference copy, PdfStream stream, int depth)
    {
        var dictionary = CopyDictionary(stream.Dictionary, depth);
        foreach (var key in new[] { "Filter", "DecodeParms", "Length", "F", "DP", "FFilter", "FDecodeParms" })
        {
            dictionary.Remove(key);
        }

        WriteStream(copy, dictionary, PdfFilters.Decode(stream, file, budget) ?? []);
    }

    private void WriteStream(PdfReference reference, PdfDictionary dictionary, byte[] bytes)
    {
        if (bytes.Length > 1024)
        {
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            {
                zlib.Write(bytes);
            }

            bytes = packed.ToArray();
            dictionary["Filter"] = new PdfName("FlateDecode");
        }

        dictionary["Length"] = bytes.Length;
        _writer.Object(reference, dictionary, bytes);
        if (_writer.Length > MaxWritten)
        {
            throw new DocumentRefusedException(RefusalReason.TooLarge, $"Text and fonts of the PDF are larger than {MaxWritten} bytes. Split it.");
        }
    }

    private static void SkipInlinePicture(byte[] content, PdfLexer lexer)
    {
        var rest = content.AsSpan(lexer.Position);
        var data = rest.IndexOf("ID"u8);
        var at = data < 0 ? rest.Length : data + 2;
        while (at < rest.Length)
        {
            var end = rest[at..].IndexOf("EI"u8);
            if (end < 0)
            {
                at = rest.Length;
                break;
            }

            at += end + 2;
            if (IsBlank(rest[at - 3]) && (at == rest.Length || IsBlank(rest[at])))
            {
                break;
            }
        }

        lexer.Position += at;
    }

    private static bool IsBlank(byte b) => b is 0 or 9 or 10 or 12 or 13 or 32;
}
