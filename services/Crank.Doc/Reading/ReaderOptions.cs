namespace Crank.Doc.Reading;

/// <summary>What a caller may ask of a reader.</summary>
public sealed record ReaderOptions
{
    /// <summary>The options of the product.</summary>
    public static ReaderOptions Default { get; } = new();

    /// <summary>Which Markdown is read. Default <see cref="MarkdownProfile.Extended"/>.</summary>
    public MarkdownProfile Markdown { get; init; } = MarkdownProfile.Extended;

    /// <summary>What becomes of HTML inside Markdown. Default <see cref="RawHtmlHandling.Convert"/>.</summary>
    public RawHtmlHandling RawHtml { get; init; } = RawHtmlHandling.Convert;

    /// <summary>Name of the text's encoding, e.g. <c>windows-1252</c>; null lets the reader find out. Ignored by formats that carry their own.</summary>
    public string? Encoding { get; init; }
}
