using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Writing.Markdown;

/// <summary>Writes Markdown that reads back as the same document.</summary>
internal sealed class MarkdownWriting(WriterOptions options, ReadingLog log)
{
    private readonly LineWriter _lines = new(options.MaxLength);
    private int _listDepth;

    public string Write(Document document)
    {
        WriteBlocks(document.Blocks, tight: false);
        foreach (var note in document.Footnotes)
        {
            _lines.Blank();
            _lines.Push($"[^{note.Id}]: ", "    ");
            WriteBlocks(note.Content, tight: false);
            _lines.Pop();
        }

        return _lines.ToString().TrimStart('\n');
    }

    private void WriteBlocks(ImmutableArray<Block> blocks, bool tight)
    {
        Block? previous = null;
        var alternate = false;
        foreach (var block in blocks)
        {
            if (block is Block.PageBreak)
            {
                log.Lose(LossKind.PageBreak);
                continue;
            }

            if (previous is not null && !(tight && NeedsNoBlankLine(previous, block)))
            {
                _lines.Blank();
            }

            // Two lists in a row would be one: the second gets the other marker.
            alternate = block is Block.List list && previous is Block.List before && before.Ordered == list.Ordered && !alternate;
            WriteBlock(block, alternate);
            _lines.EndLine();
            previous = block;
        }
    }

    private static bool NeedsNoBlankLine(Block previous, Block next) =>
        next is Block.List { Start: 1 } or Block.Code or Block.Quote && previous is not (Block.List or Block.Quote);

    private void WriteBlock(Block block, bool alternate)
    {
        switch (block)
        {
            case Block.Paragraph p: WriteParagraph(InlineMarkdown.Write(p.Content, oneLine: false, log)); break;
            case Block.Heading h: WriteHeading(h); break;
            case Block.List l: WriteList(l, alternate); break;
            case Block.DefinitionList d: WriteDefinitions(d); break;
            case Block.Quote q:
                _lines.Push("> ", "> ");
                WriteBlocks(q.Content, tight: false);
                _lines.Pop();
                break;
            case Block.Code c: WriteCode(c); break;
            case Block.Table t: WriteTable(t); break;
            case Block.ThematicBreak: _lines.Write(_listDepth > 0 ? "___" : "***"); break;
            case Block.RawHtml r: _lines.WriteLines(r.Source.TrimEnd('\n')); break;
        }
    }

    private void WriteParagraph(string text)
    {
        var first = true;
        foreach (var line in text.Split('\n'))
        {
            var escaped = MarkdownEscaping.LineStart(line);
            if (escaped.Length == 0)
            {
                continue;
            }

            if (!first)
            {
                _lines.EndLine();
            }

            first = false;
            _lines.Write(escaped);
        }
    }

    private void WriteHeading(Block.Heading heading)
    {
        var text = InlineMarkdown.Write(heading.Content, oneLine: true, log).Trim();
        if (text.EndsWith('#'))
        {
            text = text.Insert(text.Length - 1, "\\");
        }

        _lines.Write(new string('#', heading.Level));
        if (text.Length > 0)
        {
            _lines.Write(" ");
            _lines.Write(text);
        }
    }

    private void WriteList(Block.List list, bool alternate)
    {
        _listDepth++;
        var number = (long)list.Start;
        for (var i = 0; i < list.Items.Length; i++)
        {
            if (i > 0 && !list.Tight)
            {
                _lines.Blank();
            }

            var marker = list.Ordered
                ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(number++, 999_999_999)}{(alternate ? ')' : '.')} ")
                : alternate ? "* " : "- ";
            var item = list.Items[i];
            var task = item.Checked switch { true => "[x] ", false => "[ ] ", null => "" };
            _lines.Push(marker + task, new string(' ', marker.Length));
            if (task.Length > 0 && item.Content is not [Block.Paragraph, ..])
            {
                _lines.Write("");
                _lines.EndLine();
            }

            WriteBlocks(item.Content, list.Tight);
            _lines.Pop();
        }

        _listDepth--;
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
                _lines.Write(MarkdownEscaping.LineStart(InlineMarkdown.Write(term, oneLine: true, log)));
                _lines.EndLine();
            }

            foreach (var detail in list.Items[i].Details)
            {
                _lines.Push(":   ", "    ");
                WriteBlocks(detail, tight: false);
                _lines.Pop();
            }
        }
    }

    private void WriteCode(Block.Code code)
    {
        var sign = code.Info?.Contains('`') == true ? '~' : '`';
        var fence = new string(sign, Math.Max(3, InlineMarkdown.LongestRun(code.Text, sign) + 1));
        _lines.Write(fence);
        _lines.Write(Info(code.Info));
        _lines.EndLine();
        if (code.Text.Length > 0)
        {
            _lines.WriteVerbatim(code.Text.EndsWith('\n') ? code.Text[..^1] : code.Text);
            _lines.EndVerbatim();
        }

        _lines.Write(fence);
    }

    private static string Info(string? info)
    {
        var text = new StringBuilder();
        foreach (var c in info ?? "")
        {
            text.Append(c is '\\' or '&' ? "\\" : "").Append(c is '\n' or '\r' ? ' ' : c);
        }

        return text.ToString();
    }

    private void WriteTable(Block.Table table)
    {
        if (!table.Caption.IsEmpty)
        {
            WriteParagraph(InlineMarkdown.Write(table.Caption, oneLine: false, log));
            _lines.Blank();
        }

        var grid = TableGrid.Of(table);
        if (grid.SpanningCells > 0)
        {
            log.Lose(LossKind.TableSpan, grid.SpanningCells);
        }

        if (table.HeaderRows > 1)
        {
            log.Lose(LossKind.TableCellStructure, table.HeaderRows - 1);
        }

        var hasHeader = table.HeaderRows > 0 && grid.Rows.Length > 0;
        WriteRow(hasHeader ? grid.Rows[0] : [.. new TableCell?[table.Columns.Length]]);
        _lines.Write("|");
        foreach (var column in table.Columns)
        {
            _lines.Write(column switch { ColumnAlignment.Left => " :-- |", ColumnAlignment.Center => " :-: |", ColumnAlignment.Right => " --: |", _ => " --- |" });
        }

        _lines.EndLine();
        foreach (var row in grid.Rows.AsSpan()[(hasHeader ? 1 : 0)..])
        {
            WriteRow(row);
        }
    }

    private void WriteRow(ImmutableArray<TableCell?> cells)
    {
        _lines.Write("|");
        foreach (var cell in cells)
        {
            var text = cell is null ? "" : Cell(cell);
            _lines.Write(text.Length == 0 ? "  |" : $" {text} |");
        }

        _lines.EndLine();
    }

    private string Cell(TableCell cell)
    {
        if (cell.Content is [] or [Block.Paragraph])
        {
            return CellText(cell.Content);
        }

        log.Lose(LossKind.TableCellStructure);
        return CellText(cell.Content);
    }

    private string CellText(ImmutableArray<Block> blocks) => string.Join("<br>", blocks.SelectMany(CellLines).Where(l => l.Length > 0));

    private IEnumerable<string> CellLines(Block block) => block switch
    {
        Block.Paragraph p => [Pipes(InlineMarkdown.Write(p.Content, oneLine: true, log).Trim())],
        Block.Heading h => [Pipes(InlineMarkdown.Write(h.Content, oneLine: true, log).Trim())],
        Block.Code c => c.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => Pipes(InlineMarkdown.Write([new Inline.Code(l)], oneLine: true, log))),
        Block.Quote q => q.Content.SelectMany(CellLines),
        Block.List l => l.Items.SelectMany((item, i) => ListLines(item, l.Ordered ? string.Create(CultureInfo.InvariantCulture, $"{l.Start + (long)i}. ") : "- ")),
        Block.DefinitionList d => d.Items.SelectMany(i => i.Terms.Select(t => Pipes(InlineMarkdown.Write(t, oneLine: true, log).Trim())).Concat(i.Details.SelectMany(x => x.SelectMany(CellLines)))),
        Block.Table t => t.Rows.Select(r => string.Join(' ', r.Cells.Select(c => CellText(c.Content)).Where(x => x.Length > 0))),
        Block.RawHtml r => [Pipes(r.Source.Replace('\n', ' ').Trim())],
        _ => [],
    };

    private IEnumerable<string> ListLines(ListItem item, string marker)
    {
        var first = true;
        foreach (var line in item.Content.SelectMany(CellLines))
        {
            yield return first ? marker + line : line;
            first = false;
        }
    }

    private static string Pipes(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
