using System.Text;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Markdown;

/// <summary>A block while it is being read; becomes a <see cref="Block"/> when the whole text has been seen.</summary>
internal sealed class BlockNode(BlockKind kind, BlockNode? parent, int startLine)
{
    private List<BlockNode>? _children;
    private StringBuilder? _text;
    private List<IReadOnlyList<string>>? _rows;

    public BlockKind Kind { get; set; } = kind;

    public BlockNode? Parent { get; } = parent;

    public int Depth { get; } = parent is null ? 0 : parent.Depth + 1;

    public int StartLine { get; } = startLine;

    public List<BlockNode> Children => _children ??= [];

    public bool Open { get; set; } = true;

    public bool LastLineBlank { get; set; }

    public bool LastLineChecked { get; set; }

    /// <summary>The raw lines of a leaf.</summary>
    public StringBuilder Text => _text ??= new StringBuilder();

    /// <summary>Heading level, or the kind of HTML block (CommonMark 0.31, section 4.6).</summary>
    public int Level { get; set; }

    public bool Fenced { get; set; }

    public char FenceChar { get; set; }

    public int FenceLength { get; set; }

    /// <summary>Columns of indentation that content lines lose.</summary>
    public int Indent { get; set; }

    public string? Info { get; set; }

    public ListMarker? Marker { get; set; }

    public bool Tight { get; set; } = true;

    public bool? Checked { get; set; }

    /// <summary>Label of a footnote.</summary>
    public string? Label { get; set; }

    public IReadOnlyList<ColumnAlignment> Columns { get; set; } = [];

    public List<IReadOnlyList<string>> Rows => _rows ??= [];

    public BlockNode? LastChild => _children is { Count: > 0 } ? _children[^1] : null;

    public bool AcceptsLines => Kind is BlockKind.Paragraph or BlockKind.Code or BlockKind.Html or BlockKind.Table;

    public bool CanContain(BlockKind child) => Kind switch
    {
        BlockKind.List => child == BlockKind.Item,
        BlockKind.DefinitionList => child is BlockKind.Term or BlockKind.Details,
        BlockKind.Document or BlockKind.Quote or BlockKind.Item or BlockKind.Footnote or BlockKind.Details => child is not (BlockKind.Item or BlockKind.Term or BlockKind.Details),
        _ => false,
    };
}
