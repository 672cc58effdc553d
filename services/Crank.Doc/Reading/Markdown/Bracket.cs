namespace Crank.Doc.Reading.Markdown;

/// <summary>An open <c>[</c> or <c>![</c>.</summary>
internal sealed class Bracket(InlineNode node, Bracket? previous, Delimiter? delimiter, int contentStart, bool image)
{
    public InlineNode Node { get; } = node;

    public Bracket? Previous { get; } = previous;

    public Delimiter? PreviousDelimiter { get; } = delimiter;

    public int ContentStart { get; } = contentStart;

    public bool Image { get; } = image;

    public bool Active { get; set; } = true;

    public bool BracketAfter { get; set; }
}
