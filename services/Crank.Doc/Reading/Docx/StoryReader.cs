using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Docx;

/// <summary>
/// Reads one story (ISO/IEC 29500-1, section 17.2): the body or the notes. Works on a stream of tags with stacks of its own,
/// so that nesting costs no stack of the thread; tags without meaning for the model are passed over and their text is kept.
/// </summary>
internal sealed class StoryReader(DocxStyles styles, DocxNumbering numbering, Relationships references, ReaderBudget budget, ReadingLog log)
{
    private const int DeepestTables = 16;
    private const int DeepestLinks = 4;

    private readonly Stack<BlockAssembly> _containers = new([new BlockAssembly(budget)]);
    private readonly Stack<OpenParagraph> _paragraphs = [];
    private readonly Stack<TableAssembly> _tables = [];
    private readonly Stack<OpenField> _fields = [];
    private readonly Stack<OpenPicture> _pictures = [];
    private readonly Stack<ColumnAlignment?> _cellAlignments = [];
    private readonly List<(string Source, string Id)> _notes = [];
    private readonly Dictionary<string, string> _noteIds = new(StringComparer.Ordinal);
    private RunFormat _format;
    private Capture _capture;
    private int _skipBelow = -1;
    private int _fieldCodes;
    private string? _noteId;

    /// <summary>Notes in the order of their first reference: kind and id in their part, and id in the model.</summary>
    public IReadOnlyList<(string Source, string Id)> Notes => _notes;

    /// <summary>Contents of the notes of this part, by id.</summary>
    public Dictionary<string, ImmutableArray<Block>> NoteContents { get; } = new(StringComparer.Ordinal);

    private ParagraphText? Text => _paragraphs.TryPeek(out var paragraph) ? paragraph.Text : null;

    public ImmutableArray<Block> Body() => _containers.Peek().Build();

    public void Read(XmlReader xml)
    {
        while (xml.Read())
        {
            budget.Tick();
            if (_skipBelow >= 0)
            {
                if (xml.NodeType == XmlNodeType.EndElement && xml.Depth == _skipBelow)
                {
                    _skipBelow = -1;
                }

                continue;
            }

            switch (xml.NodeType)
            {
                case XmlNodeType.Element: StartElement(xml); break;
                case XmlNodeType.EndElement: End(xml.LocalName, Wml.Is(xml)); break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace: Characters(xml.Value); break;
            }
        }
    }

    private void StartElement(XmlReader xml)
    {
        var name = xml.LocalName;
        var word = Wml.Is(xml);
        var empty = xml.IsEmptyElement;
        if (word)
        {
            Start(xml, name);
        }
        else
        {
            StartForeign(xml, name);
        }

        if (empty && _skipBelow < 0)
        {
            End(name, word);
        }
        else if (empty)
        {
            _skipBelow = -1;
        }
    }

    private void Skip(XmlReader xml) => _skipBelow = xml.Depth;

    private void Characters(string text)
    {
        if (_capture == Capture.Instruction)
        {
            if (_fields.TryPeek(out var field))
            {
                field.Code.Append(text);
            }
        }
        else if (_capture == Capture.Text)
        {
            AddText(text);
        }
    }

    private void AddText(string text)
    {
        if (_fieldCodes > 0)
        {
            return;
        }

        if (_format.HasFlag(RunFormat.Hidden))
        {
            log.Lose(LossKind.HiddenText);
            log.Find(FindingKind.HiddenText, "text set as hidden or too small to see");
            return;
        }

        var format = _paragraphs.TryPeek(out var paragraph) && paragraph.Links.Count > 0 ? _format & ~RunFormat.Underline : _format;
        Text?.Text(text, format);
    }

    private void Start(XmlReader xml, string name)
    {
        switch (name)
        {
            case "p": _paragraphs.Push(new OpenParagraph(budget)); break;
            case "pPr": ReadParagraphProperties(xml); break;
            case "r": _format = RunFormat.None; break;
            case "rPr":
                var run = RunProperties.Read(xml);
                _format = run.Over(styles.Format(run.Style));
                break;
            case "t": _capture = Capture.Text; break;
            case "instrText": _capture = Capture.Instruction; break;
            case "delText" or "delInstrText" or "sdtPr" or "rt" or "sdtEndPr" or "tblPrEx": Skip(xml); break;
            case "tab" or "ptab": AddText("\t"); break;
            case "br" or "cr": AddBreak(xml); break;
            case "noBreakHyphen": AddText("\u2011"); break;
            case "softHyphen": AddText("\u00AD"); break;
            case "sym": AddSymbol(xml); break;
            case "footnoteReference" or "endnoteReference": AddNoteReference(xml, name[..^"Reference".Length]); break;
            case "commentReference": log.Lose(LossKind.Comment); break;
            case "bookmarkStart": AddBookmark(xml); break;
            case "hyperlink": OpenLink(LinkTarget(xml)); break;
            case "fldSimple": StartField(Wml.Attribute(xml, "instr") ?? ""); break;
            case "fldChar": FieldCharacter(Wml.Attribute(xml, "fldCharType")); break;
            case "ins" or "moveTo": log.Lose(LossKind.TrackedChange); break;
            case "del" or "moveFrom":
                log.Lose(LossKind.TrackedChange);
                Skip(xml);
                break;
            case "drawing" or "pict": _pictures.Push(new OpenPicture()); break;
            case "object":
                log.Lose(LossKind.EmbeddedObject);
                log.Find(FindingKind.Attachment, "embedded object");
                Skip(xml);
                break;
            case "control":
                log.Lose(LossKind.ActiveContent);
                log.Find(FindingKind.ActiveContent, "ActiveX control");
                break;
            case "altChunk":
                log.Lose(LossKind.Attachment);
                log.Find(FindingKind.Attachment, "imported document");
                break;
            case "sectPr": Wml.ForEach(xml, x => CountFurniture(x.LocalName)); break;
            case "txbxContent": _containers.Push(new BlockAssembly(budget)); break;
            case "footnote" or "endnote": StartNote(xml); break;
            default: StartTablePart(xml, name); break;
        }
    }

    private void StartTablePart(XmlReader xml, string name)
    {
        switch (name)
        {
            case "tbl":
                var flat = _tables.Count >= DeepestTables;
                if (flat)
                {
                    log.Lose(LossKind.NestingFlattened);
                }

                _tables.Push(new TableAssembly(flat, budget));
                break;
            case "tblPr": ReadTableProperties(xml); break;
            case "tblGrid": Skip(xml); break;
            case "tr": Table?.BeginRow(); break;
            case "trPr": ReadRowProperties(xml); break;
            case "tc" when Table is { } table:
                table.BeginCell();
                _containers.Push(new BlockAssembly(budget));
                _cellAlignments.Push(null);
                break;
            case "tcPr": ReadCellProperties(xml); break;
        }
    }

    private TableAssembly? Table => _tables.TryPeek(out var table) && !table.Flat ? table : null;

    private void StartForeign(XmlReader xml, string name)
    {
        switch (name)
        {
            case "Fallback": Skip(xml); break;
            case "docPr" when _pictures.TryPeek(out var drawing):
                drawing.Alt = xml.GetAttribute("descr") ?? "";
                drawing.Title = xml.GetAttribute("title");
                break;
            case "shape" when _pictures.TryPeek(out var shape): shape.Alt = xml.GetAttribute("alt") ?? shape.Alt; break;
            case "blip" when _pictures.TryPeek(out var blip): blip.Reference = Wml.Reference(xml, "embed") ?? Wml.Reference(xml, "link"); break;
            case "imagedata" when _pictures.TryPeek(out var data):
                data.Reference = Wml.Reference(xml, "id") ?? Wml.Reference(xml, "href");
                break;
            case "chart" or "relIds": log.Lose(LossKind.EmbeddedObject); break;
            case "oMath": log.Lose(LossKind.EmbeddedObject); break;
            case "t" when xml.NamespaceURI.EndsWith("/math", StringComparison.Ordinal): _capture = Capture.Text; break;
        }
    }

    private void End(string name, bool word)
    {
        switch (name)
        {
            case "t" or "instrText": _capture = Capture.None; break;
            case "p" when word: EndParagraph(); break;
            case "r" when word: _format = RunFormat.None; break;
            case "hyperlink" when word: CloseLink(); break;
            case "fldSimple" when word: EndField(); break;
            case "drawing" or "pict" when word: EndPicture(); break;
            case "txbxContent" when word && _containers.Count > 1: EndTextBox(); break;
            case "tc" when word && Table is { } table && _cellAlignments.TryPop(out var alignment):
                table.AddCell(_containers.Pop().Build(), alignment ?? ColumnAlignment.Unspecified);
                break;
            case "tr" when word: Table?.EndRow(); break;
            case "tbl" when word && _tables.TryPop(out var table):
                if (!table.Flat && table.Build() is { } built)
                {
                    _containers.Peek().Add(built);
                }

                break;
            case "footnote" or "endnote" when word && _noteId is not null:
                NoteContents.TryAdd(_noteId, _containers.Pop().Build());
                _noteId = null;
                break;
        }
    }

    private void ReadParagraphProperties(XmlReader xml)
    {
        if (!_paragraphs.TryPeek(out var paragraph))
        {
            Skip(xml);
            return;
        }

        string? style = null, list = null;
        int? level = null, outline = null;
        Wml.ForEach(xml, x =>
        {
            switch (x.LocalName)
            {
                case "pPrChange" or "rPr" or "numberingChange":
                    Wml.Pass(x);
                    break;
                case "pStyle": style = Wml.Val(x); break;
                case "numId": list = Wml.Val(x); break;
                case "ilvl": level = Wml.Number(Wml.Val(x)); break;
                case "outlineLvl": outline = Wml.Number(Wml.Val(x)); break;
                case "pageBreakBefore" when Wml.IsOn(x): paragraph.PageBreakBefore = true; break;
                case "jc": SetAlignment(Wml.Val(x)); break;
                case "headerReference" or "footerReference": CountFurniture(x.LocalName); break;
            }
        });
        var role = styles.Role(style);
        if (outline is >= 0 and < 9)
        {
            role = role with { HeadingLevel = Math.Min(outline.Value + 1, 6) };
        }

        paragraph.Role = role;
        paragraph.List = list ?? role.NumberingId;
        paragraph.Level = level ?? role.NumberingLevel;
    }

    private void SetAlignment(string? value)
    {
        if (_cellAlignments.Count > 0)
        {
            _cellAlignments.Pop();
            _cellAlignments.Push(value switch { "center" => ColumnAlignment.Center, "right" or "end" => ColumnAlignment.Right, _ => null });
        }
    }

    private void CountFurniture(string name)
    {
        if (name is "headerReference" or "footerReference")
        {
            log.Lose(LossKind.PageFurniture);
        }
    }

    private void EndParagraph()
    {
        if (!_paragraphs.TryPop(out var paragraph))
        {
            return;
        }

        while (paragraph.Links.Count > 0)
        {
            CloseLink(paragraph);
        }

        var container = _containers.Peek();
        if (paragraph.PageBreakBefore)
        {
            container.Add(new Block.PageBreak());
        }

        var content = RunningText.TrimEnd(paragraph.Text.Build());
        var item = paragraph.List is { } list && !content.IsEmpty ? numbering.Next(list, paragraph.Level) : null;
        container.Add(new DocxParagraph(content, paragraph.Role, item, paragraph.Level, paragraph.Bookmark));
        foreach (var block in paragraph.After)
        {
            container.Add(block);
        }
    }

    private void AddBreak(XmlReader xml)
    {
        var type = Wml.Attribute(xml, "type");
        if (!_paragraphs.TryPeek(out var paragraph) || _fieldCodes > 0)
        {
            return;
        }

        if (type != "page")
        {
            paragraph.Text.Add(new Inline.LineBreak(Hard: true), _format & ~(RunFormat.Hidden | RunFormat.Code));
        }
        else if (paragraph.Text.IsEmpty)
        {
            paragraph.PageBreakBefore = true;
        }
        else
        {
            paragraph.After.Add(new Block.PageBreak());
        }
    }

    private void AddSymbol(XmlReader xml)
    {
        // Symbol fonts keep their characters at U+F000; what they show there is known to the font alone.
        if (int.TryParse(Wml.Attribute(xml, "char"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code) && code is not (>= 0xE000 and <= 0xF8FF))
        {
            AddText(new Rune(code).ToString());
        }
        else
        {
            log.Lose(LossKind.UndecodableText);
            AddText("\uFFFD");
        }
    }

    private void AddNoteReference(XmlReader xml, string kind)
    {
        if (Wml.Attribute(xml, "id") is not { } id || Text is not { } text || _fieldCodes > 0)
        {
            return;
        }

        var source = kind + id;
        if (!_noteIds.TryGetValue(source, out var known))
        {
            _noteIds[source] = known = (_notes.Count + 1).ToString(CultureInfo.InvariantCulture);
            _notes.Add((source, known));
        }

        text.Add(new Inline.FootnoteReference(known));
    }

    private void AddBookmark(XmlReader xml)
    {
        if (_paragraphs.TryPeek(out var paragraph) && Wml.Attribute(xml, "name") is { Length: > 0 } name && name != "_GoBack")
        {
            paragraph.Bookmark ??= name;
        }
    }

    private string? LinkTarget(XmlReader xml)
    {
        var anchor = Wml.Attribute(xml, "anchor");
        if (Wml.Reference(xml, "id") is not { } id)
        {
            return anchor is null ? null : "#" + anchor;
        }

        if (references.Find(id) is not { External: true } found)
        {
            log.Lose(LossKind.BrokenReference);
            return null;
        }

        return anchor is null ? found.Target : $"{found.Target}#{anchor}";
    }

    private void OpenLink(string? target)
    {
        if (_paragraphs.TryPeek(out var paragraph))
        {
            paragraph.Links.Push((paragraph.Links.Count < DeepestLinks ? target : null, paragraph.Text));
            paragraph.Text = new ParagraphText(budget);
        }
    }

    private void CloseLink()
    {
        if (_paragraphs.TryPeek(out var paragraph) && paragraph.Links.Count > 0)
        {
            CloseLink(paragraph);
        }
    }

    private void CloseLink(OpenParagraph paragraph)
    {
        var content = paragraph.Text.Build();
        var (target, around) = paragraph.Links.Pop();
        paragraph.Text = around;
        if (string.IsNullOrEmpty(target) || content.IsEmpty || SafeTarget.Refuses(target, log))
        {
            foreach (var inline in content)
            {
                around.Add(inline);
            }
        }
        else
        {
            around.Add(new Inline.Link(target, null, content));
        }
    }

    private void FieldCharacter(string? type)
    {
        switch (type)
        {
            case "begin":
                _fields.Push(new OpenField());
                _fieldCodes++;
                break;
            case "separate" when _fields.TryPeek(out var field) && !field.Separated:
                field.Separated = true;
                _fieldCodes--;
                BeginResult(field, field.Code.ToString());
                break;
            case "end": EndField(); break;
        }
    }

    private void StartField(string code)
    {
        var field = new OpenField { Separated = true };
        _fields.Push(field);
        BeginResult(field, code);
    }

    private void BeginResult(OpenField field, string code)
    {
        var words = FieldCode.Words(code);
        switch (words.Count == 0 ? "" : words[0].ToUpperInvariant())
        {
            case "HYPERLINK":
                OpenLink(FieldCode.LinkTarget(words));
                field.Link = _paragraphs.TryPeek(out var paragraph) ? paragraph : null;
                break;
            case "DDE" or "DDEAUTO" or "MACROBUTTON":
                log.Lose(LossKind.ActiveContent);
                log.Find(FindingKind.ActiveContent, $"{words[0].ToUpperInvariant()} field");
                break;
            case "INCLUDETEXT" or "INCLUDEPICTURE" or "IMPORT" or "INCLUDE" or "LINK" or "RD":
                log.Lose(LossKind.ExternalReference);
                log.Find(FindingKind.ExternalReference, $"{words[0].ToUpperInvariant()} field");
                break;
        }
    }

    private void EndField()
    {
        if (!_fields.TryPop(out var field))
        {
            return;
        }

        if (!field.Separated)
        {
            _fieldCodes--;
            if (FieldCode.Words(field.Code.ToString()) is [var kind, ..] && kind.ToUpperInvariant() is "DDE" or "DDEAUTO" or "MACROBUTTON")
            {
                log.Lose(LossKind.ActiveContent);
                log.Find(FindingKind.ActiveContent, $"{kind.ToUpperInvariant()} field");
            }
        }
        else if (field.Link is not null && _paragraphs.TryPeek(out var paragraph) && field.Link == paragraph && paragraph.Links.Count > 0)
        {
            CloseLink(paragraph);
        }
    }

    private void EndPicture()
    {
        if (!_pictures.TryPop(out var picture) || picture.Reference is null || Text is not { } text)
        {
            return;
        }

        log.Lose(LossKind.ImageDropped);
        if (references.Find(picture.Reference) is not { } found)
        {
            log.Lose(LossKind.BrokenReference);
            text.Text(picture.Alt, RunFormat.None);
            return;
        }

        var source = found.External ? SafeTarget.KeptImage(found.Target, log) : references.Resolve(found.Target);
        text.Add(new Inline.Image(source ?? "", string.IsNullOrEmpty(picture.Title) ? null : picture.Title, picture.Alt));
    }

    private void EndTextBox()
    {
        var blocks = _containers.Pop().Build();
        if (_paragraphs.TryPeek(out var paragraph))
        {
            paragraph.After.AddRange(blocks);
        }
        else
        {
            foreach (var block in blocks)
            {
                _containers.Peek().Add(block);
            }
        }
    }

    private void StartNote(XmlReader xml)
    {
        var type = Wml.Attribute(xml, "type");
        if (type is not (null or "normal") || Wml.Attribute(xml, "id") is not { } id)
        {
            Skip(xml);
            return;
        }

        _noteId = id;
        _containers.Push(new BlockAssembly(budget));
    }

    private void ReadTableProperties(XmlReader xml) => Wml.ForEach(xml, x =>
    {
        if (x.LocalName == "tblPrChange")
        {
            Wml.Pass(x);
        }
        else if (x.LocalName == "tblLook" && Table is { } table)
        {
            table.FirstRowIsHeader = Wml.Attribute(x, "firstRow") is { } first
                ? first is "1" or "true" or "on"
                : int.TryParse(Wml.Val(x), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var look) && (look & 0x20) != 0;
        }
    });

    private void ReadRowProperties(XmlReader xml) => Wml.ForEach(xml, x =>
    {
        switch (x.LocalName)
        {
            case "trPrChange": Wml.Pass(x); break;
            case "tblHeader" when Table is { } table: table.RowIsHeader = Wml.IsOn(x); break;
            case "gridBefore" when Table is { } table: table.SkipColumns(Wml.Number(Wml.Val(x)) ?? 0); break;
            case "ins": log.Lose(LossKind.TrackedChange); break;
            case "del" when Table is { } table:
                log.Lose(LossKind.TrackedChange);
                table.RowIsDeleted = true;
                break;
        }
    });

    private void ReadCellProperties(XmlReader xml) => Wml.ForEach(xml, x =>
    {
        switch (x.LocalName)
        {
            case "tcPrChange": Wml.Pass(x); break;
            case "gridSpan" when Table is { } table: table.Span = Wml.Number(Wml.Val(x)) ?? 1; break;
            case "vMerge" when Table is { } table:
                table.StartsSpan = Wml.Val(x) == "restart";
                table.ContinuesAbove = !table.StartsSpan;
                break;
        }
    });

    private enum Capture
    {
        None,
        Text,
        Instruction,
    }

    private sealed class OpenParagraph(ReaderBudget budget)
    {
        public ParagraphText Text { get; set; } = new(budget);

        public Stack<(string? Target, ParagraphText Around)> Links { get; } = [];

        public ParagraphRole Role { get; set; } = new(0, BlockRole.Text, null, 0);

        public string? List { get; set; }

        public int Level { get; set; }

        public string? Bookmark { get; set; }

        public bool PageBreakBefore { get; set; }

        public List<Block> After { get; } = [];
    }

    private sealed class OpenField
    {
        public StringBuilder Code { get; } = new();

        public bool Separated { get; set; }

        public OpenParagraph? Link { get; set; }
    }

    private sealed class OpenPicture
    {
        public string Alt { get; set; } = "";

        public string? Title { get; set; }

        public string? Reference { get; set; }
    }
}
