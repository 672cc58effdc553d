using System.Collections.Frozen;

namespace Crank.Doc.Reading.Html;

/// <summary>How elements stand in the flow of a page.</summary>
internal static class HtmlElements
{
    private static readonly FrozenSet<string> Blocks = FrozenSet.Create(
        StringComparer.Ordinal,
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "listing", "main", "menu", "nav", "ol", "p", "plaintext", "pre",
        "search", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp");

    private static readonly FrozenSet<string> LeftOut = FrozenSet.Create(
        StringComparer.Ordinal,
        "applet", "audio", "canvas", "datalist", "embed", "fencedframe", "frame", "frameset", "head", "iframe", "link", "meta", "noembed", "noframes", "object", "portal",
        "script", "select", "source", "style", "svg", "template", "textarea", "title", "track", "video");

    public static bool IsBlock(string name) => Blocks.Contains(name);

    public static bool IsLeftOut(string name) => LeftOut.Contains(name);
}
