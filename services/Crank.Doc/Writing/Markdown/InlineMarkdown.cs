using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Crank.Doc.Model;
using Crank.Doc.Reading;
using Crank.Doc.Reading.Markdown;

namespace Crank.Doc.Writing.Markdown;

/// <summary>Writes running text. Where marks would not be read back as meant, the style is said in HTML.</summary>
/// <param name="oneLine">True in headings and table cells: line ends become a space or <c>&lt;br&gt;</c>.</param>
/// <param name="log">Where what cannot be said is counted.</param>
internal sealed class InlineMarkdown(bool oneLine, ReadingLog log)
{
    private static readonly SearchValues<char> NeedsBrackets = SearchValues.Create(" ()<>\t");

    private readonly StringBuilder _text = new();

    public static string Write(ImmutableArray<Inline> content, bool oneLine, ReadingLog log)
    {
        var writer = new InlineMarkdown(oneLine, log);
        writer.WriteAll(content, insideLink: false, within: [], next: ' ');
        return writer._text.ToString();
    }

    private void WriteAll(ImmutableArray<Inline> content, bool insideLink, ImmutableArray<InlineStyle> within, char next)
    {
        content = MergeNeighbours(content);
        for (var i = 0; i < content.Length; i++)
        {
            var following = i + 1 < content.Length ? FirstCharacter(content[i + 1]) : next;
            switch (content[i])
            {
                case Inline.Text t: MarkdownEscaping.Append(_text, t.Value, insideLink); break;
                case Inline.Code c: WriteCode(c.Value); break;
                case Inline.Styled s: WriteStyled(s, insideLink, within, following); break;
                case Inline.Link l: WriteLink(l, within); break;
                case Inline.Image image: WriteImage(image); break;
                case Inline.LineBreak b: _text.Append((b.Hard, oneLine) switch { (true, true) => "<br>", (true, false) => "\\\n", (false, true) => " ", _ => "\n" }); break;
                case Inline.FootnoteReference f: _text.Append("[^").Append(f.Id).Append(']'); break;
                case Inline.RawHtml r: _text.Append(oneLine ? r.Source.Replace('\n', ' ') : r.Source); break;
            }
        }
    }

    /// <summary>Marks of equal style that touch would close each other: they become one.</summary>
    private static ImmutableArray<Inline> MergeNeighbours(ImmutableArray<Inline> content)
    {
        if (!content.Where((c, i) => i > 0 && c is Inline.Styled s && content[i - 1] is Inline.Styled p && p.Style == s.Style).Any())
        {
            return content;
        }

        var merged = ImmutableArray.CreateBuilder<Inline>(content.Length);
        foreach (var inline in content)
        {
            if (inline is Inline.Styled s && merged.Count > 0 && merged[^1] is Inline.Styled p && p.Style == s.Style)
            {
                merged[^1] = p with { Content = p.Content.AddRange(s.Content) };
            }
            else
            {
                merged.Add(inline);
            }
        }

        return merged.ToImmutable();
    }

    private void WriteStyled(Inline.Styled styled, bool insideLink, ImmutableArray<InlineStyle> within, char next)
    {
        if (within.Contains(styled.Style))
        {
            WriteAll(styled.Content, insideLink, within, next);
            return;
        }

        var inner = within.Add(styled.Style);
        var (tag, mark) = Marks(styled.Style);
        if (IsStrongEmphasis(styled, out var both))
        {
            (tag, mark, styled, inner) = ("strong", "***", both, [.. within, InlineStyle.Strong, InlineStyle.Emphasis]);
        }

        var (lead, content, trail) = SplitSpace(styled.Content);
        if (content.IsEmpty)
        {
            _text.Append(lead).Append(trail);
            return;
        }

        _text.Append(lead);
        var start = _text.Length;
        var before = start > 0 ? _text[start - 1] : ' ';
        if (mark is not null && (trail.Length > 0 || !char.IsLetterOrDigit(next) || IsPlain(content)) && !(before == mark[0]) && !(next == mark[0] && trail.Length == 0))
        {
            _text.Append(mark);
            WriteAll(content, insideLink, inner, mark[0]);
            var first = _text.Length > start + mark.Length ? _text[start + mark.Length] : ' ';
            var last = _text[^1];
            var after = trail.Length > 0 ? ' ' : next;
            if (Opens(before, first, content) && Closes(last, after, content))
            {
                _text.Append(mark).Append(trail);
                return;
            }

            _text.Length = start;
        }

        var open = mark == "***" ? "<strong><em>" : $"<{tag}>";
        _text.Append(open);
        WriteAll(content, insideLink, inner, '<');
        _text.Append(mark == "***" ? "</em></strong>" : $"</{tag}>").Append(trail);
    }

    /// <summary>True when a style holds nothing but the other of the two that share a mark; <paramref name="inner"/> is then what both hold.</summary>
    private static bool IsStrongEmphasis(Inline.Styled styled, out Inline.Styled inner)
    {
        inner = styled;
        if (styled.Content is not [Inline.Styled only] || (styled.Style, only.Style) is not ((InlineStyle.Strong, InlineStyle.Emphasis) or (InlineStyle.Emphasis, InlineStyle.Strong)))
        {
            return false;
        }

        inner = only;
        return true;
    }

    private static bool IsPlain(ImmutableArray<Inline> content) => content.All(c => c is Inline.Text or Inline.Code);

    private static bool Opens(char before, char first, ImmutableArray<Inline> content) =>
        !char.IsWhiteSpace(first) && (!IsPunctuation(first) || char.IsWhiteSpace(before) || IsPunctuation(before)) && (!char.IsLetterOrDigit(before) || IsPlain(content));

    private static bool Closes(char last, char after, ImmutableArray<Inline> content) =>
        !char.IsWhiteSpace(last) && (!IsPunctuation(last) || char.IsWhiteSpace(after) || IsPunctuation(after)) && (!char.IsLetterOrDigit(after) || IsPlain(content));

    private static bool IsPunctuation(char c) => char.IsPunctuation(c) || char.IsSymbol(c) || char.IsSurrogate(c);

    private static (string Tag, string? Mark) Marks(InlineStyle style) => style switch
    {
        InlineStyle.Emphasis => ("em", "*"),
        InlineStyle.Strong => ("strong", "**"),
        InlineStyle.Strikethrough => ("del", "~~"),
        InlineStyle.Underline => ("u", null),
        InlineStyle.Subscript => ("sub", null),
        InlineStyle.Superscript => ("sup", null),
        _ => ("mark", null),
    };

    /// <summary>White space at the edges of a style belongs outside its marks.</summary>
    private static (string Lead, ImmutableArray<Inline> Content, string Trail) SplitSpace(ImmutableArray<Inline> content)
    {
        var lead = "";
        var trail = "";
        if (content is [Inline.Text first, ..] && first.Value.Length > 0 && char.IsWhiteSpace(first.Value[0]))
        {
            var kept = first.Value.TrimStart();
            lead = " ";
            content = kept.Length == 0 ? content.RemoveAt(0) : content.SetItem(0, new Inline.Text(kept));
        }

        if (content is [.., Inline.Text last] && last.Value.Length > 0 && char.IsWhiteSpace(last.Value[^1]))
        {
            var kept = last.Value.TrimEnd();
            trail = " ";
            content = kept.Length == 0 ? content.RemoveAt(content.Length - 1) : content.SetItem(content.Length - 1, new Inline.Text(kept));
        }

        return (lead, content, trail);
    }

    private void WriteCode(string code)
    {
        var text = code.Replace('\n', ' ').Replace('\r', ' ');
        if (text.Length == 0)
        {
            return;
        }

        if (oneLine && text.Contains("\\|", StringComparison.Ordinal))
        {
            // A backslash before a pipe cannot be said between backticks in a table's cell.
            _text.Append("<code>");
            MarkdownEscaping.Append(_text, text, insideLink: true);
            _text.Append("</code>");
            return;
        }

        var fence = new string('`', LongestRun(text, '`') + 1);
        var pad = text[0] == '`' || text[^1] == '`' || (text[0] == ' ' && text[^1] == ' ' && text.AsSpan().ContainsAnyExcept(' ')) ? " " : "";
        if (_text.Length > 0 && _text[^1] == '`')
        {
            // Two pieces of code that touch would be one: an empty comment keeps them apart.
            _text.Append("<!-- -->");
        }

        _text.Append(fence).Append(pad).Append(text).Append(pad).Append(fence);
    }

    public static int LongestRun(string text, char sign)
    {
        var longest = 0;
        var run = 0;
        foreach (var c in text)
        {
            run = c == sign ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private void WriteLink(Inline.Link link, ImmutableArray<InlineStyle> within)
    {
        if (link.Title is null && link.Content is [Inline.Text only] && IsAngleLink(link.Target, only.Value))
        {
            _text.Append('<').Append(only.Value).Append('>');
            return;
        }

        _text.Append('[');
        WriteAll(link.Content, insideLink: true, within, next: ']');
        _text.Append("](");
        WriteTarget(link.Target, link.Title);
        _text.Append(')');
    }

    private static bool IsAngleLink(string target, string shown)
    {
        if (target == "mailto:" + shown)
        {
            return Autolinks.IsMailAddress(shown);
        }

        return target == shown && SafeTarget.Scheme(target).Length > 1 && target[0] != ' ' && char.IsAsciiLetter(target[0])
            && !target.AsSpan().ContainsAny("<> \\&") && !target.Any(char.IsControl);
    }

    private void WriteImage(Inline.Image image)
    {
        if (image.Source.Length == 0)
        {
            log.Lose(LossKind.ImageDropped);
            MarkdownEscaping.Append(_text, image.Alt, insideLink: false);
            return;
        }

        _text.Append("![");
        MarkdownEscaping.Append(_text, image.Alt, insideLink: true);
        _text.Append("](");
        WriteTarget(image.Source, image.Title);
        _text.Append(')');
    }

    private void WriteTarget(string target, string? title)
    {
        var bracketed = target.Length == 0 || target.AsSpan().ContainsAny(NeedsBrackets) || target.Any(char.IsControl);
        _text.Append(bracketed ? "<" : "");
        for (var i = 0; i < target.Length; i++)
        {
            switch (target[i])
            {
                case '\n': _text.Append("%0A"); continue;
                case '\r': _text.Append("%0D"); continue;
                case '<' or '>': _text.Append('\\'); break;
                case '\\' when i + 1 == target.Length || MarkdownText.IsAsciiPunctuation(target[i + 1]): _text.Append('\\'); break;
                case '&' when MarkdownText.Entity(target.AsSpan(i), out _) is not null: _text.Append("&amp;"); continue;
            }

            _text.Append(target[i]);
        }

        _text.Append(bracketed ? ">" : "");
        if (title is not null)
        {
            _text.Append(" \"");
            foreach (var c in title.Replace("\n\n", "\n", StringComparison.Ordinal))
            {
                _text.Append(c is '"' or '\\' or '&' ? "\\" : "").Append(oneLine && c == '\n' ? ' ' : c);
            }

            _text.Append('"');
        }
    }

    private static char FirstCharacter(Inline inline) => inline switch
    {
        Inline.Text { Value.Length: > 0 } t => t.Value[0],
        Inline.Styled { Style: InlineStyle.Emphasis or InlineStyle.Strong } => '*',
        Inline.Styled { Style: InlineStyle.Strikethrough } => '~',
        Inline.Styled or Inline.RawHtml => '<',
        Inline.Code => '`',
        Inline.Link or Inline.FootnoteReference => '[',
        Inline.Image => '!',
        _ => ' ',
    };
}
