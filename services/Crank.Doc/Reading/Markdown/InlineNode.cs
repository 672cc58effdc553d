namespace Crank.Doc.Reading.Markdown;

internal enum InlineKind
{
    Root,
    Text,
    SoftBreak,
    HardBreak,
    Code,
    Html,
    Emphasis,
    Strong,
    Strikethrough,
    Link,
    Image,
    FootnoteReference,
}

/// <summary>A piece of running text while it is being read: a node of a doubly linked tree, so that emphasis can be cut out in constant time.</summary>
internal sealed class InlineNode(InlineKind kind, string text = "")
{
    public InlineKind Kind { get; } = kind;

    /// <summary>Text, code or HTML source; a link's target; a footnote's label.</summary>
    public string Text { get; set; } = text;

    public string? Title { get; init; }

    public InlineNode? Parent { get; private set; }

    public InlineNode? Previous { get; private set; }

    public InlineNode? Next { get; private set; }

    public InlineNode? FirstChild { get; private set; }

    public InlineNode? LastChild { get; private set; }

    public void Append(InlineNode child)
    {
        child.Unlink();
        child.Parent = this;
        child.Previous = LastChild;
        if (LastChild is null)
        {
            FirstChild = child;
        }
        else
        {
            LastChild.Next = child;
        }

        LastChild = child;
    }

    public void InsertAfter(InlineNode sibling)
    {
        sibling.Unlink();
        sibling.Parent = Parent;
        sibling.Previous = this;
        sibling.Next = Next;
        if (Next is null)
        {
            Parent!.LastChild = sibling;
        }
        else
        {
            Next.Previous = sibling;
        }

        Next = sibling;
    }

    public void Unlink()
    {
        if (Parent is null)
        {
            return;
        }

        if (Previous is null)
        {
            Parent.FirstChild = Next;
        }
        else
        {
            Previous.Next = Next;
        }

        if (Next is null)
        {
            Parent.LastChild = Previous;
        }
        else
        {
            Next.Previous = Previous;
        }

        Parent = Previous = Next = null;
    }
}
