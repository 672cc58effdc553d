namespace Crank.Doc.Reading.Markdown;

/// <summary>Recognises HTML inside Markdown (CommonMark 0.31, sections 4.6 and 6.6). Each returns the end, or -1.</summary>
internal static class HtmlScanner
{
    private static readonly HashSet<string> BlockTags = new(StringComparer.OrdinalIgnoreCase)
    {
        "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col", "colgroup", "dd", "details", "dialog", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header",
        "hr", "html", "iframe", "legend", "li", "link", "main", "menu", "menuitem", "nav", "noframes", "ol", "optgroup", "option", "p", "param", "search",
        "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "track", "ul",
    };

    private static readonly string[] RawTags = ["script", "pre", "style", "textarea"];

    /// <summary>The kind of HTML block that begins at <paramref name="at"/>, 1 to 7; 0 for none.</summary>
    public static int BlockKind(ReadOnlySpan<char> line, int at, bool interruptsParagraph, bool rules029)
    {
        var rest = line[at..];
        if (rest.Length < 2 || rest[0] != '<')
        {
            return 0;
        }

        if (rest.StartsWith("<!--", StringComparison.Ordinal))
        {
            return 2;
        }

        if (rest[1] == '?')
        {
            return 3;
        }

        if (rest.StartsWith("<![CDATA[", StringComparison.Ordinal))
        {
            return 5;
        }

        if (rest[1] == '!')
        {
            return rest.Length > 2 && char.IsAsciiLetter(rest[2]) ? 4 : 0;
        }

        var closing = rest[1] == '/';
        var nameStart = closing ? 2 : 1;
        var nameEnd = nameStart;
        while (nameEnd < rest.Length && char.IsAsciiLetterOrDigit(rest[nameEnd]))
        {
            nameEnd++;
        }

        var name = rest[nameStart..nameEnd];
        var next = nameEnd < rest.Length ? rest[nameEnd] : '\n';
        var ends = next is ' ' or '\t' or '\n' or '>';
        if (!closing && ends && IsRaw(name, rules029))
        {
            return 1;
        }

        if (name.Length > 0 && (ends || rest[nameEnd..].StartsWith("/>", StringComparison.Ordinal)) && BlockTags.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name))
        {
            return 6;
        }

        if (interruptsParagraph)
        {
            return 0;
        }

        var end = closing ? ClosingTag(rest, 0) : OpeningTag(rest, 0);
        return end > 0 && rest[end..].IsWhiteSpace() ? 7 : 0;
    }

    /// <summary>True when a line ends an HTML block of kinds 1 to 5.</summary>
    public static bool EndsBlock(int kind, ReadOnlySpan<char> line) => kind switch
    {
        1 => RawEnds(line),
        2 => line.Contains("-->", StringComparison.Ordinal),
        3 => line.Contains("?>", StringComparison.Ordinal),
        4 => line.Contains('>'),
        5 => line.Contains("]]>", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Reads <c>&lt;name attributes&gt;</c>.</summary>
    public static int OpeningTag(ReadOnlySpan<char> text, int at)
    {
        var i = TagName(text, at + 1);
        if (i < 0)
        {
            return -1;
        }

        while (true)
        {
            var afterSpace = SkipSpace(text, i);
            if (afterSpace >= text.Length)
            {
                return -1;
            }

            if (text[afterSpace] == '>')
            {
                return afterSpace + 1;
            }

            if (text[afterSpace] == '/')
            {
                return afterSpace + 1 < text.Length && text[afterSpace + 1] == '>' ? afterSpace + 2 : -1;
            }

            if (afterSpace == i)
            {
                return -1;
            }

            i = Attribute(text, afterSpace);
            if (i < 0)
            {
                return -1;
            }
        }
    }

    /// <summary>Reads <c>&lt;/name&gt;</c>.</summary>
    public static int ClosingTag(ReadOnlySpan<char> text, int at)
    {
        if (at + 1 >= text.Length || text[at + 1] != '/')
        {
            return -1;
        }

        var i = TagName(text, at + 2);
        if (i < 0)
        {
            return -1;
        }

        i = SkipSpace(text, i);
        return i < text.Length && text[i] == '>' ? i + 1 : -1;
    }

    private static bool IsRaw(ReadOnlySpan<char> name, bool rules029)
    {
        for (var i = 0; i < (rules029 ? RawTags.Length - 1 : RawTags.Length); i++)
        {
            if (name.Equals(RawTags[i], StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool RawEnds(ReadOnlySpan<char> line)
    {
        foreach (var tag in RawTags)
        {
            if (line.Contains($"</{tag}>", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static int TagName(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length || !char.IsAsciiLetter(text[at]))
        {
            return -1;
        }

        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '-'))
        {
            at++;
        }

        return at;
    }

    private static int Attribute(ReadOnlySpan<char> text, int at)
    {
        if (!char.IsAsciiLetter(text[at]) && text[at] is not ('_' or ':'))
        {
            return -1;
        }

        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.' or ':' or '-'))
        {
            at++;
        }

        var equals = SkipSpace(text, at);
        if (equals >= text.Length || text[equals] != '=')
        {
            return at;
        }

        var value = SkipSpace(text, equals + 1);
        if (value >= text.Length)
        {
            return -1;
        }

        if (text[value] is '"' or '\'')
        {
            var length = text[(value + 1)..].IndexOf(text[value]);
            return length < 0 ? -1 : value + length + 2;
        }

        var end = value;
        while (end < text.Length && !MarkdownText.IsSpace(text[end]) && text[end] is not ('"' or '\'' or '=' or '<' or '>' or '`'))
        {
            end++;
        }

        return end == value ? -1 : end;
    }

    private static int SkipSpace(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && MarkdownText.IsSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
