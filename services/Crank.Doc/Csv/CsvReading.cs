using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Crank.Doc.Model;
using Crank.Doc.Reading;

namespace Crank.Doc.Csv;

/// <summary>Delimited text as a document: one table, its first row the heading, blank lines left out.</summary>
internal static class CsvReading
{
    private static readonly SearchValues<char> _ofNumbers = SearchValues.Create(" -.,0123456789");

    public static Document Read(ReadOnlyMemory<byte> content, ReaderOptions options, ReaderBudget budget)
    {
        var log = new ReadingLog();
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        var csv = CsvReader.Read(stream, options.Encoding, budget);
        if (csv.EndedInsideQuotes)
        {
            log.Find(FindingKind.Malformed, "a quote is never closed; the last cell runs to the end");
        }

        if (csv.Undecodable > 0)
        {
            log.Lose(LossKind.UndecodableText, csv.Undecodable);
        }

        var filled = csv.Rows.Where(r => r.Length > 1 || r[0].Length > 0).ToImmutableArray();
        if (filled.IsEmpty)
        {
            return new Document(DocumentMetadata.None, [], [], log.Losses, log.Findings);
        }

        var width = filled.Max(r => r.Length);
        budget.Cells(((long)width * filled.Length) - filled.Sum(r => (long)r.Length));
        var rows = filled.Select((cells, number) => Row(cells, width, number, log)).ToImmutableArray();
        var table = new Block.Table([.. Enumerable.Repeat(ColumnAlignment.Unspecified, width)], HeaderRows: 1, rows, []);
        return new Document(DocumentMetadata.None, [table], [], log.Losses, log.Findings);
    }

    /// <summary>True for text that a spreadsheet would run: it begins as a formula does and is no number.</summary>
    public static bool LooksLikeFormula(string cell) =>
        cell.Length > 1 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r'
        && !double.TryParse(cell.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        && cell.AsSpan(1).ContainsAnyExcept(_ofNumbers);

    private static TableRow Row(ImmutableArray<string> cells, int width, int number, ReadingLog log)
    {
        var row = ImmutableArray.CreateBuilder<TableCell>(width);
        for (var column = 0; column < width; column++)
        {
            var text = column < cells.Length ? cells[column] : "";
            if (LooksLikeFormula(text))
            {
                log.Find(FindingKind.FormulaLikeText, string.Create(CultureInfo.InvariantCulture, $"row {number + 1}, column {column + 1}"));
            }

            row.Add(Cell(text));
        }

        return new TableRow(row.MoveToImmutable());
    }

    private static TableCell Cell(string text)
    {
        if (text.AsSpan().IndexOfAny('\r', '\n') < 0)
        {
            return TableCell.Of(text);
        }

        var content = ImmutableArray.CreateBuilder<Inline>();
        foreach (var line in text.Split(["\r\n", "\n", "\r"], StringSplitOptions.None))
        {
            if (content.Count > 0)
            {
                content.Add(new Inline.LineBreak(Hard: true));
            }

            if (line.Length > 0)
            {
                content.Add(new Inline.Text(line));
            }
        }

        return new TableCell([new Block.Paragraph(content.ToImmutable())]);
    }
}
