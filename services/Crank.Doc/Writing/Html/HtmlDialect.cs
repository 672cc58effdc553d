namespace Crank.Doc.Writing.Html;

/// <summary>Two ways to say the same in HTML.</summary>
public enum HtmlDialect
{
    /// <summary>HTML5: alignment by style, footnotes in a block of their own with links back. The product's default.</summary>
    Html5,

    /// <summary>As GitHub's renderer of GFM 0.29 writes it.</summary>
    GitHub,
}
