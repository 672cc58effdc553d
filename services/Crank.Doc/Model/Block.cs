using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>One piece of a document that stands on lines of its own. The union is closed: a writer's switch names every case.</summary>
public abstract record Block
{
    private Block()
    {
    }

    /// <summary>Running text.</summary>
    public sealed record Paragraph(ImmutableArray<Inline> Content) : Block;

    /// <summary>A heading.</summary>
    /// <param name="Level">1 (most important) to 6.</param>
    /// <param name="Content">The heading's text.</param>
    /// <param name="Id">What links inside the document point at, without <c>#</c>; null when nothing does.</param>
    public sealed record Heading(int Level, ImmutableArray<Inline> Content, string? Id = null) : Block;

    /// <summary>A bullet or numbered list.</summary>
    /// <param name="Ordered">True when the items are numbered.</param>
    /// <param name="Start">Number of the first item, ≥ 0; 1 for bullets.</param>
    /// <param name="Tight">True when a paragraph of an item is set without space around it (CommonMark 0.31, section 5.3).</param>
    /// <param name="Items">At least one.</param>
    public sealed record List(bool Ordered, int Start, bool Tight, ImmutableArray<ListItem> Items) : Block;

    /// <summary>Terms with their definitions.</summary>
    public sealed record DefinitionList(ImmutableArray<Definition> Items) : Block;

    /// <summary>Quoted blocks.</summary>
    public sealed record Quote(ImmutableArray<Block> Content) : Block;

    /// <summary>Preformatted text.</summary>
    /// <param name="Text">The lines, separated and, unless empty, ended by <c>\n</c>.</param>
    /// <param name="Info">Language and whatever follows it, e.g. <c>csharp</c>; null when not said.</param>
    public sealed record Code(string Text, string? Info = null) : Block;

    /// <summary>A table as a grid in which cells may span.</summary>
    /// <param name="Columns">Alignment of each column; its length is the width of the grid.</param>
    /// <param name="HeaderRows">How many of the first rows are headings, ≥ 0.</param>
    /// <param name="Rows">Rows in order, HTML's way: a place covered by a span of an earlier cell has no cell of its own. A row may end early.</param>
    /// <param name="Caption">The table's title; empty when it has none.</param>
    public sealed record Table(ImmutableArray<ColumnAlignment> Columns, int HeaderRows, ImmutableArray<TableRow> Rows, ImmutableArray<Inline> Caption) : Block;

    /// <summary>A line across, between two themes.</summary>
    public sealed record ThematicBreak : Block;

    /// <summary>The next block starts a new page.</summary>
    public sealed record PageBreak : Block;

    /// <summary>HTML source kept as it stands; only made when <see cref="Reading.RawHtmlHandling.Keep"/> asks for it.</summary>
    public sealed record RawHtml(string Source) : Block;
}
