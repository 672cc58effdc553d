using System.Collections.Immutable;

namespace Crank.Doc.Csv;

/// <summary>Finds the delimiter: the one that cuts most rows into the same number of simple cells.</summary>
public static class CsvSniffer
{
    private const int RowsLookedAt = 200;
    private const string Usual = ",;\t|";
    private const string Unusual = "^~\u001F\u00A6";

    /// <summary>Finds the dialect of a text from its beginning.</summary>
    /// <param name="start">The first characters, a few thousand of them are enough.</param>
    /// <param name="isWhole">True when nothing follows; otherwise the last row is cut and is not looked at.</param>
    public static CsvDialect Find(string start, bool isWhole)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (SeparatorLine(start) is { } said)
        {
            return new CsvDialect(said, SkipsFirstRow: true);
        }

        var best = (Delimiter: ',', Score: 0.0);
        foreach (var delimiter in Usual)
        {
            var score = Score(start, isWhole, delimiter, out _);
            if (score > best.Score + 1e-9)
            {
                best = (delimiter, score);
            }
        }

        if (best.Score == 0)
        {
            foreach (var delimiter in Unusual)
            {
                if (Score(start, isWhole, delimiter, out var same) > 0 && same >= 2)
                {
                    return new CsvDialect(delimiter);
                }
            }
        }

        return new CsvDialect(best.Delimiter);
    }

    /// <summary>How many of the first rows <paramref name="delimiter"/> cuts into the same number of cells, at least two; 0 when it is not a table.</summary>
    public static int SameRows(string start, bool isWhole, char delimiter)
    {
        ArgumentNullException.ThrowIfNull(start);
        Score(start, isWhole, delimiter, out var same);
        return same;
    }

    private static char? SeparatorLine(string start)
    {
        var line = start.AsSpan();
        var end = line.IndexOfAny('\r', '\n');
        line = (end < 0 ? line : line[..end]).Trim('"');
        return line.Length == 5 && line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) ? line[4] : null;
    }

    private static double Score(string start, bool isWhole, char delimiter, out int same)
    {
        var rows = Rows(start, isWhole, delimiter);
        same = 0;
        if (rows.Count == 0)
        {
            return 0;
        }

        var usual = rows.GroupBy(r => r.Length).OrderByDescending(g => g.Count()).ThenByDescending(g => g.Key).First();
        if (usual.Key < 2)
        {
            return 0.01 * rows.Count(r => r.Length > 1) / rows.Count;
        }

        same = usual.Count();
        var cells = rows.Sum(r => r.Length);
        var simple = rows.Sum(r => r.Count(c => IsSimple(c, delimiter)));
        return (double)same / rows.Count * (0.5 + (0.5 * simple / cells));
    }

    private static List<ImmutableArray<string>> Rows(string start, bool isWhole, char delimiter)
    {
        var rows = new List<ImmutableArray<string>>();
        var parser = new CsvParser(delimiter, budget: null, row =>
        {
            if (row.Length > 1 || row[0].Length > 0)
            {
                rows.Add(row);
            }
        });
        foreach (var c in start)
        {
            parser.Feed([c]);
            if (rows.Count >= RowsLookedAt)
            {
                return rows;
            }
        }

        var whole = rows.Count;
        parser.Complete();
        if (!isWhole && whole > 0 && rows.Count > whole)
        {
            rows.RemoveAt(whole);
        }

        return rows;
    }

    /// <summary>A number, a date, nothing, or a text in which no other delimiter stands between characters without a blank.</summary>
    private static bool IsSimple(string cell, char delimiter)
    {
        var isNumber = true;
        foreach (var c in cell)
        {
            isNumber &= char.IsAsciiDigit(c) || c is '.' or ',' or '-' or '+' or ' ' or '\'' or '\u00A0' or '%' or '€' or '$';
        }

        if (isNumber)
        {
            return true;
        }

        for (var i = 1; i + 1 < cell.Length; i++)
        {
            if (cell[i] != delimiter && Usual.Contains(cell[i], StringComparison.Ordinal) && cell[i + 1] != ' ')
            {
                return false;
            }
        }

        return true;
    }
}
