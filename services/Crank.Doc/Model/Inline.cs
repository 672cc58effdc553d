using System.Collections.Immutable;

namespace Crank.Doc.Model;

/// <summary>One piece of running text. The union is closed: a writer's switch names every case.</summary>
public abstract record Inline
{
    private Inline()
    {
    }

    /// <summary>Plain characters, without line ends; a tab stands for itself.</summary>
    public sealed record Text(string Value) : Inline;

    /// <summary>Text set apart by one style; styles nest.</summary>
    public sealed record Styled(InlineStyle Style, ImmutableArray<Inline> Content) : Inline;

    /// <summary>Program text inside a line.</summary>
    public sealed record Code(string Value) : Inline;

    /// <summary>A link. Nothing is ever fetched for it.</summary>
    /// <param name="Target">URL, or <c>#id</c> inside the document; never a script URL unless raw HTML is kept.</param>
    /// <param name="Title">Advisory title; null when there is none.</param>
    /// <param name="Content">What is shown.</param>
    public sealed record Link(string Target, string? Title, ImmutableArray<Inline> Content) : Inline;

    /// <summary>A picture, by reference. Nothing is ever fetched for it.</summary>
    /// <param name="Source">URL or the name of a part inside the file; empty when there is none.</param>
    /// <param name="Title">Advisory title; null when there is none.</param>
    /// <param name="Alt">The text that stands for the picture; empty when there is none.</param>
    public sealed record Image(string Source, string? Title, string Alt) : Inline;

    /// <summary>The end of a line.</summary>
    /// <param name="Hard">True when the line must end here, false when only the source's line did.</param>
    public sealed record LineBreak(bool Hard) : Inline;

    /// <summary>The place that a footnote belongs to.</summary>
    /// <param name="Id">Equals <see cref="Footnote.Id"/>.</param>
    public sealed record FootnoteReference(string Id) : Inline;

    /// <summary>HTML source kept as it stands; only made when <see cref="Reading.RawHtmlHandling.Keep"/> asks for it.</summary>
    public sealed record RawHtml(string Source) : Inline;
}
