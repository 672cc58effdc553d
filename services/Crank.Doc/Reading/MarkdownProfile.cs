namespace Crank.Doc.Reading;

/// <summary>Which Markdown is read.</summary>
public enum MarkdownProfile
{
    /// <summary>GitHub's, with footnotes, definition lists and front matter: the product's default.</summary>
    Extended,

    /// <summary>CommonMark 0.31 and nothing else.</summary>
    CommonMark,

    /// <summary>GitHub Flavored Markdown 0.29: tables, strikethrough, autolinks, task lists, tag filter.</summary>
    GitHub,
}
