using System.Collections.Immutable;
using System.Globalization;
using AngleSharp.Dom;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Html;

/// <summary>Reads tables as HTML lays them out ("forming a table", WHATWG HTML, section 4.9.12).</summary>
internal static class HtmlTables
{
    private const int WidestSpan = 1000;

    public static void Add(IElement table, BlockSink sink, ReaderBudget budget, Func<IElement, ImmutableArray<Block>> content, Func<IElement, ImmutableArray<Inline>> running)
    {
        var rows = Rows(table);
        var headerRows = rows.TakeWhile(r => r.ParentElement?.LocalName == "thead" || Cells(r).Any() && Cells(r).All(c => c.LocalName == "th")).Count();
        var caption = table.Children.FirstOrDefault(c => c.LocalName == "caption");
        if (headerRows == rows.Count && rows.Count > 1)
        {
            headerRows = rows.Count(r => r.ParentElement?.LocalName == "thead");
        }

        var converted = ImmutableArray.CreateBuilder<TableRow>(rows.Count);
        var coveredUntil = new List<int>();
        var alignment = new List<ColumnAlignment>();
        for (var row = 0; row < rows.Count; row++)
        {
            var cells = ImmutableArray.CreateBuilder<TableCell>();
            var column = 0;
            foreach (var cell in Cells(rows[row]))
            {
                while (column < coveredUntil.Count && coveredUntil[column] > row)
                {
                    column++;
                }

                var width = Span(cell, "colspan", WidestSpan);
                var height = cell.GetAttribute("rowspan") == "0" ? rows.Count - row : Math.Min(Span(cell, "rowspan", int.MaxValue), rows.Count - row);
                budget.Cells((long)width * height);
                Widen(coveredUntil, alignment, column + width);
                for (var covered = 0; covered < width; covered++, column++)
                {
                    coveredUntil[column] = row + height;
                    if (alignment[column] == ColumnAlignment.Unspecified && row >= headerRows)
                    {
                        alignment[column] = Alignment(cell);
                    }
                }

                cells.Add(new TableCell(content(cell), height, width));
            }

            converted.Add(new TableRow(cells.ToImmutable()));
        }

        if (alignment.Count == 0)
        {
            return;
        }

        // A table of headings alone gets its alignment from them.
        if (headerRows == rows.Count)
        {
            var column = 0;
            foreach (var cell in Cells(rows[0]))
            {
                alignment[column] = Alignment(cell);
                column = Math.Min(column + Span(cell, "colspan", WidestSpan), alignment.Count - 1);
            }
        }

        sink.Add(new Block.Table([.. alignment], headerRows, converted.MoveToImmutable(), caption is null ? [] : running(caption)));
    }

    private static List<IElement> Rows(IElement table)
    {
        var head = new List<IElement>();
        var body = new List<IElement>();
        var foot = new List<IElement>();
        foreach (var child in table.Children)
        {
            var rows = child.LocalName == "thead" ? head : child.LocalName == "tfoot" ? foot : body;
            if (child.LocalName == "tr")
            {
                rows.Add(child);
            }
            else if (child.LocalName is "thead" or "tbody" or "tfoot")
            {
                rows.AddRange(child.Children.Where(c => c.LocalName == "tr"));
            }
        }

        return [.. head, .. body, .. foot];
    }

    private static IEnumerable<IElement> Cells(IElement row) => row.Children.Where(c => c.LocalName is "td" or "th" && !Visibility.IsHidden(c));

    private static int Span(IElement cell, string name, int most) =>
        cell.GetAttribute(name) is { } value && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var span) ? Math.Clamp(span, 1, most) : 1;

    private static void Widen(List<int> coveredUntil, List<ColumnAlignment> alignment, int width)
    {
        while (coveredUntil.Count < width)
        {
            coveredUntil.Add(0);
            alignment.Add(ColumnAlignment.Unspecified);
        }
    }

    private static ColumnAlignment Alignment(IElement cell)
    {
        var side = cell.GetAttribute("align");
        if (side is null && cell.GetAttribute("style") is { } style)
        {
            side = style.Split(';').Select(d => d.Split(':', 2)).FirstOrDefault(d => d.Length == 2 && d[0].Trim() == "text-align")?[1];
        }

        return side?.Trim().ToLowerInvariant() switch
        {
            "left" or "start" => ColumnAlignment.Left,
            "center" => ColumnAlignment.Center,
            "right" or "end" => ColumnAlignment.Right,
            _ => ColumnAlignment.Unspecified,
        };
    }
}
