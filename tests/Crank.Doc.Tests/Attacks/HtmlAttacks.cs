namespace Crank.Doc.Tests.Attacks;

/// <summary>Pages that nest, multiply and hide their tags from whoever looks before the tree builder does.</summary>
internal static class HtmlAttacks
{
    private const int Deep = 10_000;

    /// <summary>Each makes a reader of tags believe that what follows is no markup, while the tree builder sees tags.</summary>
    private static readonly (string Name, string Text)[] Blinds =
    [
        ("comment-end-bang", "<!--x--!>"), ("comment-abrupt", "<!-->"), ("comment-abrupt-dash", "<!--->"), ("declaration-quote", "<!x y=\">"), ("instruction-quote", "<?x y=\">"),
        ("end-quote", "</ y=\">"), ("value-quote", "<p a=b=\">"), ("value-equals-quote", "<p a==\">"), ("name-quote", "<p=\">"), ("name-starts-equals", "<p =\">"),
        ("svg-style", "<svg><style>"), ("svg-title", "<svg><title>"), ("svg-script", "<svg><script>"), ("svg-closed-style", "<svg><style></svg>"), ("math-style", "<math><style>"),
        ("foreign-style", "<svg><foreignObject></svg><style></foreignObject></style>"), ("cdata", "<svg><![CDATA[x>"), ("textarea-select", "<select><textarea>"), ("frameset-title", "<frameset><title>"),
        ("script-escape", "<script><!--<script></script>"), ("long-name", "<" + new string('a', 40) + " x=\">"), ("slash", "<p/=\"/>"), ("nothing", ""),
    ];

    public static IEnumerable<(string Name, string Text)> All()
    {
        foreach (var (name, blind) in Blinds)
        {
            yield return ($"deep-{name}", blind + Times("<div>", Deep) + "inside");
            yield return ($"formatting-{name}", blind + Many(3000, i => $"<p><b a={i}>x"));
        }

        foreach (var tag in new[] { "table", "ul><li", "dl><dd", "template", "button", "select", "object", "a href=x", "font color=x", "ruby", "noscript", "form", "h1", "svg", "math", "svg><foreignObject", "td", "frameset", "details", "blockquote", "x-y" })
        {
            yield return ($"nested-{tag.Replace('>', '-').Replace('<', '-').Replace(' ', '-').Replace('=', '-')}", Times($"<{tag}>", Deep) + "inside");
        }

        yield return ("foster-parents", "<table>" + Times("<a>x<tr>", Deep));
        yield return ("attributes-different", "<p " + Many(100_000, i => $"a{i}=1 ") + ">text");
        yield return ("style-declarations", Times($"<p style='{Times("a:b;", 2000)}'>x", 100));
        yield return ("entities", Times("&amp", 300_000) + Times("&#x110000;&#0;&notit;", 20_000));
        yield return ("spans", "<table>" + Times("<tr>" + Times("<td colspan=1000 rowspan=65534>x", 20), 50) + "</table>");
        yield return ("span-of-header", "<table>" + Times("<th colspan=1000>x", 200) + "</table>");
        yield return ("list-start", "<ol start=99999999999999999999><li>a</ol><ol start=-5><li>b</ol><ol start=999999999><li>c<li>d</ol>");
        yield return ("notes-that-are-cited", Many(8000, i => $"<a href=#n{i}>x</a>") + "<section role=doc-endnotes><ol>" + Many(8000, i => $"<li id=n{i}>y") + "</ol></section>");
        yield return ("notes-that-cite-each-other", "<a href=#a>x</a><section role=doc-endnotes><ol><li id=a><a href=#b>x</a><li id=b><a href=#a>y</a></ol></section>");
        yield return ("title-long", $"<title>{new string('t', 3 << 20)}</title><p>text");
        yield return ("metadata-many", Many(50_000, i => $"<meta name=author content='author {i}'>") + "<p>text");
        yield return ("keywords-many", $"<meta name=keywords content='{Many(300_000, i => $"k{i},")}'><p>text");
        yield return ("lone-surrogates", "<title>\uD800</title><h1>a\uDC00b</h1><p>\uD83D</p>");
        yield return ("nulls", Times("<p>\0a\0</p>\0", 20_000));
        yield return ("open-tags", Times("<a b='", 50_000));
        yield return ("open-comments", Times("<!--", 100_000));
        yield return ("end-tags", Times("</p></div></b></br>", 50_000));
        yield return ("long-code", $"<pre>{Times("x\n", 1 << 20)}</pre>");
        yield return ("text-beside-bold", Times("x<b>y</b>", 60_000));
    }

    private static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Many(int times, Func<int, string> text) => string.Concat(Enumerable.Range(0, times).Select(text));
}
