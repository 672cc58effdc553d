namespace Crank.Doc.Model;

/// <summary>How a piece of text is set apart.</summary>
public enum InlineStyle
{
    /// <summary>Stressed; usually italic.</summary>
    Emphasis,

    /// <summary>Important; usually bold.</summary>
    Strong,

    /// <summary>No longer right; struck through.</summary>
    Strikethrough,

    /// <summary>Underlined.</summary>
    Underline,

    /// <summary>Below the line.</summary>
    Subscript,

    /// <summary>Above the line.</summary>
    Superscript,

    /// <summary>Marked as with a highlighter.</summary>
    Highlight,
}
