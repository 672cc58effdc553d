using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>A table with every cell at its place: what spans cover is null, and every row has the table's width.</summary>
/// <param name="Rows">Cells by row and column.</param>
/// <param name="SpanningCells">Cells that cover more than their own place.</param>
public sealed record TableGrid(ImmutableArray<ImmutableArray<TableCell?>> Rows, int SpanningCells)
{
    /// <summary>Lays out the cells as HTML does: each takes the first free place of its row.</summary>
    public static TableGrid Of(Block.Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var width = table.Columns.Length;
        var coveredUntil = new int[width];
        var spanning = 0;
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<TableCell?>>(table.Rows.Length);
        for (var row = 0; row < table.Rows.Length; row++)
        {
            var places = new TableCell?[width];
            var column = 0;
            foreach (var cell in table.Rows[row].Cells)
            {
                while (column < width && coveredUntil[column] > row)
                {
                    column++;
                }

                if (column >= width)
                {
                    break;
                }

                places[column] = cell;
                if (cell.RowSpan > 1 || cell.ColumnSpan > 1)
                {
                    spanning++;
                }

                for (var covered = 0; covered < cell.ColumnSpan && column < width; covered++, column++)
                {
                    coveredUntil[column] = row + cell.RowSpan;
                }
            }

            rows.Add([.. places]);
        }

        return new TableGrid(rows.MoveToImmutable(), spanning);
    }
}
