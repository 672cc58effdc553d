using Crank.Doc.Writing.Html;

namespace Crank.Doc.Writing;

/// <summary>What a caller may ask of a writer.</summary>
public sealed record WriterOptions
{
    /// <summary>The options of the product.</summary>
    public static WriterOptions Default { get; } = new();

    /// <summary>HTML: only what belongs inside <c>body</c>, without head. Default false.</summary>
    public bool Fragment { get; init; }

    /// <summary>HTML: which of two ways of saying the same. Default <see cref="HtmlDialect.Html5"/>.</summary>
    public HtmlDialect Html { get; init; } = HtmlDialect.Html5;

    /// <summary>The longest result, in UTF-16 units. Default 48 Mi.</summary>
    public int MaxLength { get; init; } = 48 << 20;
}
