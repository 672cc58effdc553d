namespace Crank.Doc.Reading.Html;

/// <summary>Finds where markup ends as the tokenizer of the WHATWG standard does (section 13.2.5), so that both see the same tags.</summary>
internal static class TagScanner
{
    private static readonly string[] RawText = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"];

    private enum Script
    {
        Plain,
        Escaped,
        EscapedTwice,
    }

    /// <summary>The position after the tag, comment or declaration that begins at <paramref name="at"/>; after the bracket alone where none does.</summary>
    public static int EndOfMarkup(string html, int at)
    {
        if (html.AsSpan(at).StartsWith("<!--", StringComparison.Ordinal))
        {
            return EndOfComment(html, at + 4);
        }

        var next = Peek(html, at + 1);
        if (char.IsAsciiLetter(next))
        {
            return EndOfTag(html, at + 1);
        }

        if (next == '/' && char.IsAsciiLetter(Peek(html, at + 2)))
        {
            return EndOfTag(html, at + 2);
        }

        return next is '!' or '?' or '/' ? After(html, '>', at + 1) : at + 1;
    }

    /// <summary>Where the text of an element ends that holds text alone, in which no tag counts but its own end; null for all other elements.</summary>
    /// <param name="html">The page.</param>
    /// <param name="name">The element's name.</param>
    /// <param name="from">Where its text begins.</param>
    public static int? EndOfRawText(string html, string name, int from)
    {
        if (!RawText.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return null;
        }

        return name.Equals("script", StringComparison.OrdinalIgnoreCase) ? EndOfScript(html, from) : EndTag(html, name, from);
    }

    /// <summary>Where the next end tag of that name begins; the page's end when there is none.</summary>
    public static int EndTag(string html, string name, int from)
    {
        for (var at = from; ;)
        {
            at = html.IndexOf("</" + name, at, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return html.Length;
            }

            if (EndsName(html, at + 2 + name.Length))
            {
                return at;
            }

            at += 2;
        }
    }

    private static int EndOfComment(string html, int at)
    {
        if (Peek(html, at) == '>')
        {
            return at + 1;
        }

        if (Peek(html, at) == '-' && Peek(html, at + 1) == '>')
        {
            return at + 2;
        }

        for (; (at = html.IndexOf("--", at, StringComparison.Ordinal)) >= 0; at++)
        {
            if (Peek(html, at + 2) == '>')
            {
                return at + 3;
            }

            if (Peek(html, at + 2) == '!' && Peek(html, at + 3) == '>')
            {
                return at + 4;
            }
        }

        return html.Length;
    }

    private static int EndOfTag(string html, int at)
    {
        while (at < html.Length && !EndsName(html, at))
        {
            at++;
        }

        while (at < html.Length)
        {
            if (html[at] == '>')
            {
                return at + 1;
            }

            if (html[at] == '/' || IsBlank(html[at]))
            {
                at++;
                continue;
            }

            // A name of an attribute may begin with an equals sign; quotes matter only as its value.
            for (at++; at < html.Length && html[at] != '=' && !EndsName(html, at);)
            {
                at++;
            }

            at = SkipBlanks(html, at);
            if (Peek(html, at) == '=')
            {
                at = EndOfValue(html, SkipBlanks(html, at + 1));
            }
        }

        return html.Length;
    }

    private static int EndOfValue(string html, int at)
    {
        if (Peek(html, at) is '"' or '\'')
        {
            return After(html, html[at], at + 1);
        }

        while (at < html.Length && html[at] != '>' && !IsBlank(html[at]))
        {
            at++;
        }

        return at;
    }

    private static int EndOfScript(string html, int from)
    {
        var state = Script.Plain;
        for (var at = from; at < html.Length; at++)
        {
            if (html[at] is not ('<' or '-'))
            {
                continue;
            }

            var rest = html.AsSpan(at);
            if (state == Script.Plain && rest.StartsWith("<!--", StringComparison.Ordinal))
            {
                state = Script.Escaped;
                at++;
            }
            else if (state != Script.Plain && rest.StartsWith("-->", StringComparison.Ordinal))
            {
                state = Script.Plain;
            }
            else if (state == Script.Escaped && rest.StartsWith("<script", StringComparison.OrdinalIgnoreCase) && EndsName(html, at + 7))
            {
                state = Script.EscapedTwice;
            }
            else if (rest.StartsWith("</script", StringComparison.OrdinalIgnoreCase) && EndsName(html, at + 8))
            {
                if (state != Script.EscapedTwice)
                {
                    return at;
                }

                state = Script.Escaped;
            }
        }

        return html.Length;
    }

    private static int After(string html, char what, int from) => from < html.Length && html.IndexOf(what, from) is >= 0 and var found ? found + 1 : html.Length;

    private static int SkipBlanks(string html, int at)
    {
        while (at < html.Length && IsBlank(html[at]))
        {
            at++;
        }

        return at;
    }

    private static bool EndsName(string html, int at) => at < html.Length && (html[at] is '/' or '>' || IsBlank(html[at]));

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';

    private static char Peek(string html, int at) => at < html.Length ? html[at] : '\0';
}
