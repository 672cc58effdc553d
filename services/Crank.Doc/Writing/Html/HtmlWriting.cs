using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Writing.Html;

/// <summary>Writes HTML. Everything is escaped but <see cref="Block.RawHtml"/> and <see cref="Inline.RawHtml"/>, which exist only where a caller asked for them.</summary>
internal sealed class HtmlWriting(WriterOptions options, Document document)
{
    private readonly StringBuilder _html = new();
    private readonly FootnoteNumbers _notes = new(document);
    private readonly bool _github = options.Html == HtmlDialect.GitHub;

    public string Write()
    {
        if (!options.Fragment)
        {
            WriteHead();
        }

        WriteBlocks(document.Blocks, tight: false);
        WriteFootnotes();
        if (!options.Fragment)
        {
            _html.Append("</body>\n</html>\n");
        }

        return _html.ToString();
    }

    private void WriteHead()
    {
        var about = document.Metadata;
        _html.Append("<!DOCTYPE html>\n<html");
        Attribute("lang", about.Language);
        _html.Append(">\n<head>\n<meta charset=\"utf-8\" />\n<title>");
        Text(about.Title ?? FirstHeading(document.Blocks) ?? "Document");
        _html.Append("</title>\n");
        foreach (var author in about.Authors)
        {
            Meta("author", author);
        }

        Meta("description", about.Subject);
        Meta("keywords", about.Keywords.IsEmpty ? null : string.Join(", ", about.Keywords));
        Meta("dcterms.created", about.Created?.ToString("yyyy-MM-ddTHH:mm:ssK"));
        Meta("dcterms.modified", about.Modified?.ToString("yyyy-MM-ddTHH:mm:ssK"));
        _html.Append("</head>\n<body>\n");
    }

    private static string? FirstHeading(ImmutableArray<Block> blocks) =>
        blocks.OfType<Block.Heading>().Select(h => Inlines.PlainText(h.Content)).FirstOrDefault(t => t.Length > 0);

    private void Meta(string name, string? content)
    {
        if (content is not null)
        {
            _html.Append("<meta name=\"").Append(name).Append('"');
            Attribute("content", content);
            _html.Append(" />\n");
        }
    }

    private void WriteBlocks(ImmutableArray<Block> blocks, bool tight)
    {
        foreach (var block in blocks)
        {
            WriteBlock(block, tight);
            if (_html.Length > options.MaxLength)
            {
                throw new DocumentRefusedException(RefusalReason.ResultTooLong, $"The result is longer than {options.MaxLength} characters. Split the document.");
            }
        }
    }

    private void WriteBlock(Block block, bool tight)
    {
        switch (block)
        {
            case Block.Paragraph p when tight: WriteInlines(p.Content); break;
            case Block.Paragraph p: Element("p", p.Content); break;
            case Block.Heading h: WriteHeading(h); break;
            case Block.List l: WriteList(l); break;
            case Block.DefinitionList d: WriteDefinitions(d); break;
            case Block.Quote q:
                Line("<blockquote>\n");
                WriteBlocks(q.Content, tight: false);
                Line("</blockquote>\n");
                break;
            case Block.Code c: WriteCode(c); break;
            case Block.Table t: WriteTable(t); break;
            case Block.ThematicBreak: Line("<hr />\n"); break;
            case Block.PageBreak: Line("<div style=\"break-before: page;\"></div>\n"); break;
            case Block.RawHtml r: Line(r.Source); break;
        }
    }

    private void WriteHeading(Block.Heading heading)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"h{heading.Level}");
        Line("<");
        _html.Append(name);
        Attribute("id", heading.Id);
        _html.Append('>');
        WriteInlines(heading.Content);
        _html.Append("</").Append(name).Append(">\n");
    }

    private void WriteList(Block.List list)
    {
        Line(list.Ordered ? "<ol" : "<ul");
        if (list is { Ordered: true, Start: not 1 })
        {
            Attribute("start", list.Start.ToString(CultureInfo.InvariantCulture));
        }

        if (!_github && list.Items.Any(i => i.Checked is not null))
        {
            Attribute("class", "contains-task-list");
        }

        _html.Append(">\n");
        foreach (var item in list.Items)
        {
            Line("<li");
            if (!_github && item.Checked is not null)
            {
                Attribute("class", "task-list-item");
            }

            _html.Append('>');
            WriteItem(item, list.Tight);
            _html.Append("</li>\n");
        }

        _html.Append(list.Ordered ? "</ol>\n" : "</ul>\n");
    }

    private void WriteItem(ListItem item, bool tight)
    {
        if (item.Checked is not { } done)
        {
            WriteBlocks(item.Content, tight);
            return;
        }

        var box = (_github, done) switch
        {
            (true, true) => "<input type=\"checkbox\" checked=\"\" disabled=\"\" /> ",
            (true, false) => "<input type=\"checkbox\" disabled=\"\" /> ",
            (false, true) => "<input disabled=\"disabled\" type=\"checkbox\" checked=\"checked\" /> ",
            (false, false) => "<input disabled=\"disabled\" type=\"checkbox\" /> ",
        };
        if (!tight && item.Content is [Block.Paragraph first, .. var rest])
        {
            Line("<p>");
            _html.Append(box);
            WriteInlines(first.Content);
            _html.Append("</p>\n");
            WriteBlocks([.. rest], tight);
            return;
        }

        _html.Append(box);
        WriteBlocks(item.Content, tight);
    }

    private void WriteDefinitions(Block.DefinitionList list)
    {
        Line("<dl>\n");
        foreach (var item in list.Items)
        {
            foreach (var term in item.Terms)
            {
                Element("dt", term);
            }

            foreach (var detail in item.Details)
            {
                _html.Append("<dd>");
                WriteBlocks(detail, tight: detail is [Block.Paragraph]);
                _html.Append("</dd>\n");
            }
        }

        _html.Append("</dl>\n");
    }

    private void WriteCode(Block.Code code)
    {
        Line("<pre><code");
        if (code.Info is { } info)
        {
            var end = info.AsSpan().IndexOfAny(" \t");
            Attribute("class", string.Concat("language-", end < 0 ? info : info.AsSpan(0, end)));
        }

        _html.Append('>');
        Text(code.Text);
        _html.Append("</code></pre>\n");
    }

    private void WriteTable(Block.Table table)
    {
        Line("<table>\n");
        if (!table.Caption.IsEmpty)
        {
            Element("caption", table.Caption);
        }

        var headerRows = Math.Min(table.HeaderRows, table.Rows.Length);
        if (headerRows > 0)
        {
            _html.Append("<thead>\n");
        }

        // Where each cell stands follows from the spans above and before it; its column gives its alignment.
        var grid = TableGrid.Of(table);
        for (var row = 0; row < table.Rows.Length; row++)
        {
            if (row == headerRows)
            {
                _html.Append("<tbody>\n");
            }

            _html.Append("<tr>\n");
            var places = grid.Rows[row];
            for (var column = 0; column < places.Length; column++)
            {
                if (places[column] is { } cell)
                {
                    WriteCell(cell, row < headerRows ? "th" : "td", table.Columns[column]);
                }
            }

            _html.Append("</tr>\n");
            if (row == headerRows - 1)
            {
                _html.Append("</thead>\n");
            }
        }

        _html.Append(table.Rows.Length > headerRows ? "</tbody>\n</table>\n" : "</table>\n");
    }

    private void WriteCell(TableCell cell, string name, ColumnAlignment alignment)
    {
        _html.Append('<').Append(name);
        if (alignment != ColumnAlignment.Unspecified)
        {
            var side = alignment.ToString().ToLowerInvariant();
            Attribute(_github ? "align" : "style", _github ? side : $"text-align: {side};");
        }

        if (cell.ColumnSpan > 1)
        {
            Attribute("colspan", cell.ColumnSpan.ToString(CultureInfo.InvariantCulture));
        }

        if (cell.RowSpan > 1)
        {
            Attribute("rowspan", cell.RowSpan.ToString(CultureInfo.InvariantCulture));
        }

        _html.Append('>');
        WriteBlocks(cell.Content, tight: cell.Content is [Block.Paragraph]);
        _html.Append("</").Append(name).Append(">\n");
    }

    private void WriteFootnotes()
    {
        if (document.Footnotes.IsEmpty)
        {
            return;
        }

        Line(_github ? "<section class=\"footnotes\">\n<ol>\n" : "<div class=\"footnotes\">\n<hr />\n<ol>\n");
        foreach (var note in document.Footnotes)
        {
            var (number, firstReference, references) = _notes.Of(note.Id);
            _html.Append(CultureInfo.InvariantCulture, $"<li id=\"{(_github ? "fn" : "fn:")}{number}\">\n");
            var last = note.Content is [.., Block.Paragraph p] ? p : null;
            WriteBlocks(last is null ? note.Content : note.Content[..^1], tight: false);
            Line("<p>");
            if (last is not null)
            {
                WriteInlines(last.Content);
            }

            WriteWaysBack(number, firstReference, references);
            _html.Append("</p>\n</li>\n");
        }

        _html.Append(_github ? "</ol>\n</section>\n" : "</ol>\n</div>\n");
    }

    private void WriteWaysBack(int number, int firstReference, int references)
    {
        if (_github)
        {
            _html.Append(CultureInfo.InvariantCulture, $" <a href=\"#fnref{number}\" class=\"footnote-backref\">↩</a>");
            return;
        }

        for (var i = 0; i < references; i++)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<a href=\"#fnref:{firstReference + i}\" class=\"footnote-back-ref\">&#8617;</a>");
        }
    }

    private void WriteInlines(ImmutableArray<Inline> content)
    {
        foreach (var inline in content)
        {
            switch (inline)
            {
                case Inline.Text t: Text(t.Value); break;
                case Inline.Styled s: WriteStyled(s); break;
                case Inline.Code c:
                    _html.Append("<code>");
                    Text(c.Value);
                    _html.Append("</code>");
                    break;
                case Inline.Link l:
                    _html.Append("<a");
                    Address("href", l.Target);
                    Attribute("title", l.Title);
                    _html.Append('>');
                    WriteInlines(l.Content);
                    _html.Append("</a>");
                    break;
                case Inline.Image i:
                    _html.Append("<img");
                    Address("src", i.Source);
                    Attribute("alt", i.Alt);
                    Attribute("title", i.Title);
                    _html.Append(" />");
                    break;
                case Inline.LineBreak b: _html.Append(b.Hard ? "<br />\n" : "\n"); break;
                case Inline.FootnoteReference f: WriteReference(f); break;
                case Inline.RawHtml r: _html.Append(r.Source); break;
            }
        }
    }

    private void WriteStyled(Inline.Styled styled)
    {
        var name = styled.Style switch
        {
            InlineStyle.Emphasis => "em",
            InlineStyle.Strong => "strong",
            InlineStyle.Strikethrough => "del",
            InlineStyle.Underline => "u",
            InlineStyle.Subscript => "sub",
            InlineStyle.Superscript => "sup",
            _ => "mark",
        };
        _html.Append('<').Append(name).Append('>');
        WriteInlines(styled.Content);
        _html.Append("</").Append(name).Append('>');
    }

    private void WriteReference(Inline.FootnoteReference reference)
    {
        if (_notes.Refer(reference.Id) is not { } numbers)
        {
            return;
        }

        if (_github)
        {
            _html.Append(CultureInfo.InvariantCulture, $"<sup class=\"footnote-ref\"><a href=\"#fn{numbers.Note}\" id=\"fnref{numbers.Note}\">{numbers.Note}</a></sup>");
        }
        else
        {
            _html.Append(CultureInfo.InvariantCulture, $"<a id=\"fnref:{numbers.Reference}\" href=\"#fn:{numbers.Note}\" class=\"footnote-ref\"><sup>{numbers.Note}</sup></a>");
        }
    }

    private void Element(string name, ImmutableArray<Inline> content)
    {
        Line("<");
        _html.Append(name).Append('>');
        WriteInlines(content);
        _html.Append("</").Append(name).Append(">\n");
    }

    private void Line(string html)
    {
        if (_html.Length > 0 && _html[^1] != '\n')
        {
            _html.Append('\n');
        }

        _html.Append(html);
    }

    private void Text(string text) => HtmlText.Append(_html, text);

    private void Attribute(string name, string? value)
    {
        if (value is not null)
        {
            _html.Append(' ').Append(name).Append("=\"");
            HtmlText.Append(_html, value);
            _html.Append('"');
        }
    }

    private void Address(string name, string address)
    {
        _html.Append(' ').Append(name).Append("=\"");
        HtmlText.AppendAddress(_html, address);
        _html.Append('"');
    }
}
