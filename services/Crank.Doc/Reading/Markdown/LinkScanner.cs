namespace Crank.Doc.Reading.Markdown;

/// <summary>Reads the parts of links: labels, targets, titles (CommonMark 0.31, sections 4.7 and 6.3). Each returns the end, or -1.</summary>
internal static class LinkScanner
{
    private const int LabelLength = 1000;
    private const int NestedParentheses = 32;

    /// <summary>Reads <c>[label]</c> at <paramref name="at"/>.</summary>
    public static int Label(ReadOnlySpan<char> text, int at)
    {
        if (at >= text.Length || text[at] != '[')
        {
            return -1;
        }

        var end = Math.Min(text.Length, at + 1 + LabelLength);
        for (var i = at + 1; i < end; i++)
        {
            switch (text[i])
            {
                case '\\' when i + 1 < end: i++; break;
                case '[': return -1;
                case ']': return i + 1;
            }
        }

        return -1;
    }

    /// <summary>Reads a target, in angle brackets or bare.</summary>
    public static int Target(ReadOnlySpan<char> text, int at, out ReadOnlySpan<char> target)
    {
        target = default;
        if (at < text.Length && text[at] == '<')
        {
            for (var i = at + 1; i < text.Length; i++)
            {
                switch (text[i])
                {
                    case '\n' or '<': return -1;
                    case '\\' when i + 1 < text.Length && text[i + 1] != '\n': i++; break;
                    case '>':
                        target = text[(at + 1)..i];
                        return i + 1;
                }
            }

            return -1;
        }

        var open = 0;
        var end = at;
        for (; end < text.Length; end++)
        {
            var c = text[end];
            if (c == '\\' && end + 1 < text.Length && MarkdownText.IsAsciiPunctuation(text[end + 1]))
            {
                end++;
            }
            else if (c == '(')
            {
                if (++open > NestedParentheses)
                {
                    return -1;
                }
            }
            else if (c == ')')
            {
                if (open == 0)
                {
                    break;
                }

                open--;
            }
            else if (c <= ' ' || c == '\u007F')
            {
                break;
            }
        }

        if (open != 0 || (end == at && !(end < text.Length && text[end] == ')')))
        {
            return -1;
        }

        target = text[at..end];
        return end;
    }

    /// <summary>Reads a title in quotes or parentheses.</summary>
    public static int Title(ReadOnlySpan<char> text, int at, out ReadOnlySpan<char> title)
    {
        title = default;
        if (at >= text.Length || text[at] is not ('"' or '\'' or '('))
        {
            return -1;
        }

        var close = text[at] == '(' ? ')' : text[at];
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == close)
            {
                title = text[(at + 1)..i];
                return i + 1;
            }

            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
            }
            else if (text[i] == '(' && close == ')')
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>Skips spaces, tabs and at most one line end.</summary>
    public static int SpaceAndOneLineEnd(ReadOnlySpan<char> text, int at)
    {
        var lineEnd = false;
        while (at < text.Length && (text[at] is ' ' or '\t' || (text[at] == '\n' && !lineEnd)))
        {
            lineEnd |= text[at] == '\n';
            at++;
        }

        return at;
    }

    /// <summary>Reads one definition at <paramref name="at"/> of a paragraph's text; returns where the next line begins.</summary>
    public static int Definition(ReadOnlySpan<char> text, int at, out string label, out LinkDefinition? definition)
    {
        label = "";
        definition = null;
        var afterLabel = Label(text, at);
        if (afterLabel < 0 || afterLabel >= text.Length || text[afterLabel] != ':' || text[(at + 1)..(afterLabel - 1)].IsWhiteSpace())
        {
            return -1;
        }

        var afterTarget = Target(text, SpaceAndOneLineEnd(text, afterLabel + 1), out var target);
        if (afterTarget < 0)
        {
            return -1;
        }

        var beforeTitle = SpaceAndOneLineEnd(text, afterTarget);
        var title = ReadOnlySpan<char>.Empty;
        var afterTitle = beforeTitle > afterTarget ? Title(text, beforeTitle, out title) : -1;
        var end = afterTitle < 0 ? -1 : LineEnd(text, afterTitle);
        if (end < 0)
        {
            afterTitle = -1;
            end = LineEnd(text, afterTarget);
        }

        // A bare target that is empty is a definition only in angle brackets.
        if (end < 0 || (target.IsEmpty && text[afterTarget - 1] != '>'))
        {
            return -1;
        }

        label = text[(at + 1)..(afterLabel - 1)].ToString();
        definition = new LinkDefinition(MarkdownText.Unescape(target), afterTitle < 0 ? null : MarkdownText.Unescape(title));
        return end;
    }

    private static int LineEnd(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
        {
            at++;
        }

        return at >= text.Length ? at : text[at] == '\n' ? at + 1 : -1;
    }
}
