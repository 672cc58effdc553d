using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>One cell of a table.</summary>
/// <param name="Content">Its blocks; one paragraph in the plain case, none when empty.</param>
/// <param name="RowSpan">Rows covered, ≥ 1; never beyond the table's last row.</param>
/// <param name="ColumnSpan">Columns covered, ≥ 1.</param>
public sealed record TableCell(ImmutableArray<Block> Content, int RowSpan = 1, int ColumnSpan = 1)
{
    /// <summary>A cell that holds one line of plain text; empty for an empty string.</summary>
    public static TableCell Of(string text) => new(text.Length == 0 ? [] : [new Block.Paragraph([new Inline.Text(text)])]);
}
