using System.Collections.Immutable;
using System.Globalization;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Writing.Text;

/// <summary>Writes plain text: blocks apart by an empty line, lists and quotes indented, the cells of a table apart by tabs.</summary>
internal sealed class TextWriting(WriterOptions options, ReadingLog log)
{
    private readonly LineWriter _lines = new(options.MaxLength);
    private readonly Dictionary<string, int> _noteNumbers = new(StringComparer.Ordinal);

    public string Write(Document document)
    {
        foreach (var note in document.Footnotes)
        {
            _noteNumbers[note.Id] = _noteNumbers.Count + 1;
        }

        WriteBlocks(document.Blocks, tight: false);
        foreach (var note in document.Footnotes)
        {
            _lines.Blank();
            _lines.Push(string.Create(CultureInfo.InvariantCulture, $"[{_noteNumbers[note.Id]}] "), "    ");
            WriteBlocks(note.Content, tight: false);
            _lines.Pop();
        }

        return _lines.ToString();
    }

    private void WriteBlocks(ImmutableArray<Block> blocks, bool tight)
    {
        var first = true;
        foreach (var block in blocks)
        {
            if (block is Block.PageBreak or Block.ThematicBreak or Block.RawHtml)
            {
                log.Lose(block is Block.PageBreak ? LossKind.PageBreak : block is Block.RawHtml ? LossKind.RawHtml : LossKind.Formatting);
                continue;
            }

            if (!first && !tight)
            {
                _lines.Blank();
            }

            first = false;
            WriteBlock(block);
            _lines.EndLine();
        }
    }

    private void WriteBlock(Block block)
    {
        switch (block)
        {
            case Block.Paragraph p: WriteInlines(p.Content); break;
            case Block.Heading h:
                log.Lose(LossKind.Formatting);
                WriteInlines(h.Content);
                break;
            case Block.Code c: _lines.WriteLines(c.Text.EndsWith('\n') ? c.Text[..^1] : c.Text); break;
            case Block.Quote q: WriteNested("  ", "  ", q.Content, tight: false); break;
            case Block.List l: WriteList(l); break;
            case Block.DefinitionList d: WriteDefinitions(d); break;
            case Block.Table t: WriteTable(t); break;
        }
    }

    private void WriteNested(string first, string rest, ImmutableArray<Block> content, bool tight)
    {
        _lines.Push(first, rest);
        WriteBlocks(content, tight);
        _lines.Pop();
    }

    private void WriteList(Block.List list)
    {
        var number = (long)list.Start;
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (i > 0 && !list.Tight)
            {
                _lines.Blank();
            }

            var marker = list.Ordered ? string.Create(CultureInfo.InvariantCulture, $"{number++}. ") : "- ";
            var task = list.Items[i].Checked switch { true => "[x] ", false => "[ ] ", null => "" };
            WriteNested(marker + task, new string(' ', marker.Length), list.Items[i].Content, list.Tight);
        }
    }

    private void WriteDefinitions(Block.DefinitionList list)
    {
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (i > 0)
            {
                _lines.Blank();
            }

            foreach (var term in list.Items[i].Terms)
            {
                WriteInlines(term);
                _lines.EndLine();
            }

            foreach (var detail in list.Items[i].Details)
            {
                WriteNested("  ", "  ", detail, tight: true);
            }
        }
    }

    private void WriteTable(Block.Table table)
    {
        log.Lose(LossKind.Formatting);
        if (!table.Caption.IsEmpty)
        {
            WriteInlines(table.Caption);
            _lines.EndLine();
        }

        var grid = TableGrid.Of(table);
        if (grid.SpanningCells > 0)
        {
            log.Lose(LossKind.TableSpan, grid.SpanningCells);
        }

        for (var row = 0; row < grid.Rows.Length; row++)
        {
            var cells = grid.Rows[row];
            for (var column = 0; column < cells.Length; column++)
            {
                if (column > 0)
                {
                    _lines.Write("\t");
                }

                if (cells[column] is { } cell)
                {
                    WriteCell(cell);
                }
            }

            if (cells.Length == 0)
            {
                _lines.Blank();
            }

            _lines.EndLine();
        }
    }

    private void WriteCell(TableCell cell)
    {
        var text = string.Join(' ', BlockText.Of(cell.Content));
        if (cell.Content.Length > 1 || cell.Content is [not Block.Paragraph])
        {
            log.Lose(LossKind.TableCellStructure);
        }

        _lines.Write(text.Replace('\t', ' ').Replace('\n', ' '));
    }

    private void WriteInlines(ImmutableArray<Inline> content)
    {
        foreach (var inline in content)
        {
            switch (inline)
            {
                case Inline.Text t: _lines.Write(t.Value); break;
                case Inline.Code c: _lines.Write(c.Value); break;
                case Inline.Styled s:
                    log.Lose(LossKind.Formatting);
                    WriteInlines(s.Content);
                    break;
                case Inline.Link l:
                    log.Lose(LossKind.Formatting);
                    WriteInlines(l.Content);
                    break;
                case Inline.Image i: _lines.Write(i.Alt); break;
                case Inline.LineBreak: _lines.EndLine(); break;
                case Inline.FootnoteReference f:
                    _lines.Write(string.Create(CultureInfo.InvariantCulture, $"[{(_noteNumbers.TryGetValue(f.Id, out var n) ? n : 0)}]"));
                    break;
                case Inline.RawHtml: log.Lose(LossKind.RawHtml); break;
            }
        }
    }
}
