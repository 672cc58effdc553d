namespace Crank.Rego.Syntax;

/// <summary>How a text is read.</summary>
public sealed record ParseOptions
{
    /// <summary>The usual options.</summary>
    public static ParseOptions Default { get; } = new();

    /// <summary>Most UTF-16 units a text may have.</summary>
    public int MaxLength { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most levels of nesting, of terms and of conditions together.</summary>
    public int MaxDepth { get; init; } = 200;

    /// <summary>Most errors reported for one text.</summary>
    public int MaxErrors { get; init; } = 100;

    /// <summary>
    /// Go on after a broken statement with the next one that begins at the start of a line, so that a person sees more than the first
    /// mistake. OPA stops at the first broken statement; so does this when false.
    /// </summary>
    public bool Recover { get; init; }

    /// <summary>Read <c># METADATA</c> comments?</summary>
    public bool Annotations { get; init; } = true;

    /// <summary>Keywords known from the start, without an import.</summary>
    public FutureKeywords Keywords { get; init; }

    /// <summary>
    /// Read Rego v0: <c>if</c>, <c>contains</c>, <c>in</c> and <c>every</c> are keywords by imports alone, bodies need no <c>if</c> and sets no <c>contains</c>.
    /// </summary>
    internal bool IsV0 { get; init; }
}
