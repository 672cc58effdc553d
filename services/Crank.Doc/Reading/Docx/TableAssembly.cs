using System.Collections.Immutable;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Docx;

/// <summary>Puts rows together: cells that go on with the one above become its span.</summary>
/// <param name="flat">True when the table nests too deep: its paragraphs go to what is around it.</param>
/// <param name="budget">What its cells are counted against.</param>
internal sealed class TableAssembly(bool flat, ReaderBudget budget)
{
    private const int Widest = 1000;

    private readonly List<List<TableCell>> _rows = [];
    private readonly List<(int Row, int Cell)?> _above = [];
    private readonly List<ColumnAlignment> _alignment = [];
    private int _column;
    private int _headerRows;

    public bool Flat { get; } = flat;

    /// <summary>The table's style sets its first row apart.</summary>
    public bool FirstRowIsHeader { get; set; }

    public bool RowIsHeader { get; set; }

    public bool RowIsDeleted { get; set; }

    public int Span { get; set; } = 1;

    public bool ContinuesAbove { get; set; }

    public bool StartsSpan { get; set; }

    public void BeginRow()
    {
        _rows.Add([]);
        _column = 0;
        RowIsHeader = false;
        RowIsDeleted = false;
    }

    public void SkipColumns(int count)
    {
        for (var i = 0; i < Math.Clamp(count, 0, Widest); i++)
        {
            AddCell([], ColumnAlignment.Unspecified);
        }
    }

    public void BeginCell()
    {
        Span = 1;
        ContinuesAbove = false;
        StartsSpan = false;
    }

    public void AddCell(ImmutableArray<Block> content, ColumnAlignment alignment)
    {
        if (_rows.Count == 0)
        {
            return;
        }

        var width = Math.Clamp(Span, 1, Widest);
        budget.Cells(width);
        while (_above.Count < _column + width)
        {
            _above.Add(null);
            _alignment.Add(ColumnAlignment.Unspecified);
        }

        if (ContinuesAbove && _above[_column] is { } owner)
        {
            _rows[owner.Row][owner.Cell] = _rows[owner.Row][owner.Cell] with { RowSpan = _rows.Count - owner.Row };
        }
        else
        {
            _rows[^1].Add(new TableCell(content, 1, width));
            for (var i = _column; i < _column + width; i++)
            {
                _above[i] = StartsSpan ? (_rows.Count - 1, _rows[^1].Count - 1) : null;
                if (alignment != ColumnAlignment.Unspecified && _alignment[i] == ColumnAlignment.Unspecified && width == 1 && !content.IsEmpty)
                {
                    _alignment[i] = alignment;
                }
            }
        }

        _column += width;
        Span = 1;
    }

    public void EndRow()
    {
        if (RowIsDeleted && _rows.Count > 0)
        {
            _rows.RemoveAt(_rows.Count - 1);
        }
        else if (RowIsHeader && _headerRows == _rows.Count - 1)
        {
            _headerRows = _rows.Count;
        }
    }

    public Block.Table? Build()
    {
        if (_above.Count == 0 || _rows.Count == 0)
        {
            return null;
        }

        var headerRows = _headerRows > 0 ? _headerRows : FirstRowIsHeader && _rows.Count > 1 ? 1 : 0;
        return new Block.Table([.. _alignment], headerRows, [.. _rows.Select(r => new TableRow([.. r]))], []);
    }
}
