using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Reads the lines of a table (GFM 0.29, section 4.10).</summary>
internal static class TableLines
{
    /// <summary>The columns that a delimiter row declares; null when the line is none.</summary>
    public static IReadOnlyList<ColumnAlignment>? Delimiters(ReadOnlySpan<char> line)
    {
        if (line.ContainsAnyExcept(" \t-:|") || !line.Contains('-') || !line.ContainsAny("|:"))
        {
            return null;
        }

        var columns = new List<ColumnAlignment>();
        foreach (var cell in Cells(line))
        {
            var dashes = cell.AsSpan();
            var left = dashes.StartsWith(':');
            var right = dashes.Length > 1 && dashes.EndsWith(':');
            dashes = dashes[(left ? 1 : 0)..(right ? dashes.Length - 1 : dashes.Length)];
            if (dashes.IsEmpty || dashes.ContainsAnyExcept('-'))
            {
                return null;
            }

            columns.Add((left, right) switch
            {
                (true, true) => ColumnAlignment.Center,
                (true, false) => ColumnAlignment.Left,
                (false, true) => ColumnAlignment.Right,
                _ => ColumnAlignment.Unspecified,
            });
        }

        return columns.Count == 0 ? null : columns;
    }

    /// <summary>Splits a row at its pipes; <c>\|</c> is a pipe of the text.</summary>
    public static IReadOnlyList<string> Cells(ReadOnlySpan<char> line)
    {
        line = line.Trim(" \t\v\f");
        if (line.StartsWith('|'))
        {
            line = line[1..];
        }

        var cells = new List<string>();
        var cell = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                if (line[i + 1] != '|')
                {
                    cell.Append('\\');
                }

                cell.Append(line[++i]);
            }
            else if (line[i] == '|')
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(line[i]);
            }
        }

        if (cell.Length > 0 && !cell.ToString().AsSpan().IsWhiteSpace())
        {
            cells.Add(cell.ToString().Trim());
        }

        return cells;
    }
}
