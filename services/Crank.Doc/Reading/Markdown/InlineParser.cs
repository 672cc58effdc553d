using System.Buffers;
using System.Text;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Reads the running text of one block (CommonMark 0.31, appendix "A parsing strategy", phase 2; GFM 0.29's extensions).</summary>
/// <remarks>Linear in the text: what once was looked for in vain is not looked for again.</remarks>
internal sealed class InlineParser(MarkdownFeatures features, LinkReferences references, Func<string, string?> footnote, ReaderBudget budget)
{
    private const int LongestScheme = 32;

    private readonly SearchValues<char> _special = SearchValues.Create(
        "\n\\`*_[]<&!" + (features.HasFlag(MarkdownFeatures.Strikethrough) ? "~" : "") + (features.HasFlag(MarkdownFeatures.Autolinks) ? "hHfFw" : ""));

    private readonly bool _rules029 = features.HasFlag(MarkdownFeatures.Rules029);
    private readonly Dictionary<int, int> _lastBackticks = [];
    private readonly HashSet<char> _unclosed = [];
    private string _text = "";
    private int _at;
    private InlineNode _root = null!;
    private Delimiter? _delimiters;
    private Bracket? _brackets;
    private bool _backticksScanned;

    public InlineNode Parse(string text)
    {
        _text = text.TrimEnd(' ', '\t', '\n');
        _at = 0;
        _root = new InlineNode(InlineKind.Root);
        _delimiters = null;
        _brackets = null;
        _backticksScanned = false;
        _lastBackticks.Clear();
        _unclosed.Clear();
        while (_at < _text.Length)
        {
            ParseOne();
        }

        ProcessEmphasis(null);
        return _root;
    }

    private void ParseOne()
    {
        switch (_text[_at])
        {
            case '\n': LineEnd(); break;
            case '\\': Backslash(); break;
            case '`': Backticks(); break;
            case '*' or '_': DelimiterRun(_text[_at]); break;
            case '~' when features.HasFlag(MarkdownFeatures.Strikethrough): DelimiterRun('~'); break;
            case '[': OpenBracket(); break;
            case '!' when Peek(1) == '[': OpenImage(); break;
            case ']': CloseBracket(); break;
            case '<': Angle(); break;
            case '&': EntityReference(); break;
            default: Plain(); break;
        }
    }

    private void Plain()
    {
        var start = _at;
        while (true)
        {
            if (features.HasFlag(MarkdownFeatures.Autolinks) && _brackets is null && Autolinks.At(_text, _at) is { } link)
            {
                AddText(start, _at);
                var node = new InlineNode(InlineKind.Link, link.Target);
                Add(node);
                node.Append(new InlineNode(InlineKind.Text, _text.Substring(_at, link.Length)));
                _at += link.Length;
                return;
            }

            var next = _text.AsSpan(_at + 1).IndexOfAny(_special);
            _at = next < 0 ? _text.Length : _at + 1 + next;
            if (_at >= _text.Length || _text[_at] is not ('h' or 'H' or 'f' or 'F' or 'w'))
            {
                AddText(start, _at);
                return;
            }
        }
    }

    private void LineEnd()
    {
        _at++;
        var hard = false;
        if (_root.LastChild is { Kind: InlineKind.Text } last && last.Text.EndsWith(' '))
        {
            hard = last.Text.EndsWith("  ", StringComparison.Ordinal);
            last.Text = last.Text.TrimEnd(' ');
        }

        Add(new InlineNode(hard ? InlineKind.HardBreak : InlineKind.SoftBreak));
        while (_at < _text.Length && _text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    private void Backslash()
    {
        _at++;
        if (_at < _text.Length && _text[_at] == '\n')
        {
            _at++;
            Add(new InlineNode(InlineKind.HardBreak));
            while (_at < _text.Length && _text[_at] == ' ')
            {
                _at++;
            }
        }
        else if (_at < _text.Length && MarkdownText.IsAsciiPunctuation(_text[_at]))
        {
            AddText(_at, _at + 1);
            _at++;
        }
        else
        {
            Add(new InlineNode(InlineKind.Text, "\\"));
        }
    }

    private void Backticks()
    {
        var start = _at;
        var length = RunLength('`');
        _at += length;
        if (!_backticksScanned || _lastBackticks.GetValueOrDefault(length, -1) >= _at)
        {
            var at = _at;
            while (at < _text.Length)
            {
                var next = _text.AsSpan(at).IndexOf('`');
                if (next < 0)
                {
                    break;
                }

                at += next;
                var run = at;
                while (at < _text.Length && _text[at] == '`')
                {
                    at++;
                }

                _lastBackticks[at - run] = run;
                if (at - run == length)
                {
                    Add(new InlineNode(InlineKind.Code, CodeText(_text[_at..run])));
                    _at = at;
                    return;
                }
            }

            _backticksScanned = true;
        }

        AddText(start, _at);
    }

    private static string CodeText(string raw)
    {
        var text = raw.Replace('\n', ' ');
        return text.Length > 2 && text[0] == ' ' && text[^1] == ' ' && text.AsSpan().ContainsAnyExcept(' ') ? text[1..^1] : text;
    }

    private void DelimiterRun(char sign)
    {
        var count = RunLength(sign);
        var before = _at == 0 ? new Rune('\n') : RuneBefore(_at);
        var after = _at + count >= _text.Length ? new Rune('\n') : RuneAt(_at + count);
        var spaceAfter = MarkdownText.IsUnicodeSpace(after);
        var spaceBefore = MarkdownText.IsUnicodeSpace(before);
        var punctuationAfter = MarkdownText.IsPunctuation(after, _rules029);
        var punctuationBefore = MarkdownText.IsPunctuation(before, _rules029);
        var left = !spaceAfter && (!punctuationAfter || spaceBefore || punctuationBefore);
        var right = !spaceBefore && (!punctuationBefore || spaceAfter || punctuationAfter);
        var opens = sign == '_' ? left && (!right || punctuationBefore) : left;
        var closes = sign == '_' ? right && (!left || punctuationAfter) : right;

        var node = new InlineNode(InlineKind.Text, _text.Substring(_at, count));
        Add(node);
        _at += count;
        if ((opens || closes) && (sign != '~' || count <= 2))
        {
            var delimiter = new Delimiter(sign, count, node, opens, closes) { Previous = _delimiters };
            if (_delimiters is not null)
            {
                _delimiters.Next = delimiter;
            }

            _delimiters = delimiter;
        }
    }

    private void OpenBracket()
    {
        if (features.HasFlag(MarkdownFeatures.Footnotes) && Peek(1) == '^')
        {
            var end = _text.AsSpan(_at, Math.Min(_text.Length - _at, 200)).IndexOf(']');
            if (end > 2)
            {
                var label = _text.Substring(_at + 2, end - 2);
                if (footnote(label) is { } id)
                {
                    Add(new InlineNode(InlineKind.FootnoteReference, id));
                    _at += end + 1;
                    return;
                }
            }
        }

        PushBracket(1, image: false);
    }

    private void OpenImage() => PushBracket(2, image: true);

    private void PushBracket(int length, bool image)
    {
        var node = new InlineNode(InlineKind.Text, image ? "![" : "[");
        Add(node);
        _at += length;
        if (_brackets is not null)
        {
            _brackets.BracketAfter = true;
        }

        _brackets = new Bracket(node, _brackets, _delimiters, _at, image);
    }

    private void CloseBracket()
    {
        _at++;
        var opener = _brackets;
        if (opener is null || !opener.Active)
        {
            _brackets = opener?.Previous;
            Add(new InlineNode(InlineKind.Text, "]"));
            return;
        }

        var afterBracket = _at;
        var found = InlineTarget() ?? ReferenceTarget(opener, afterBracket);
        _brackets = opener.Previous;
        if (found is null)
        {
            _at = afterBracket;
            Add(new InlineNode(InlineKind.Text, "]"));
            return;
        }

        var link = new InlineNode(opener.Image ? InlineKind.Image : InlineKind.Link, found.Target) { Title = found.Title };
        while (opener.Node.Next is { } inside)
        {
            link.Append(inside);
        }

        Add(link);
        ProcessEmphasis(opener.PreviousDelimiter);
        opener.Node.Unlink();
        if (!opener.Image)
        {
            // Links hold no links; those before an inactive one are inactive already.
            for (var at = _brackets; at is not null && (at.Active || at.Image); at = at.Previous)
            {
                at.Active &= at.Image;
            }
        }
    }

    private LinkDefinition? InlineTarget()
    {
        if (_at >= _text.Length || _text[_at] != '(')
        {
            return null;
        }

        var afterTarget = LinkScanner.Target(_text, LinkScanner.SpaceAndOneLineEnd(_text, _at + 1), out var target);
        if (afterTarget < 0)
        {
            return null;
        }

        var end = LinkScanner.SpaceAndOneLineEnd(_text, afterTarget);
        string? title = null;
        if (end > afterTarget)
        {
            var afterTitle = LinkScanner.Title(_text, end, out var raw);
            if (afterTitle > 0)
            {
                title = MarkdownText.Unescape(raw);
                end = LinkScanner.SpaceAndOneLineEnd(_text, afterTitle);
            }
        }

        if (end >= _text.Length || _text[end] != ')')
        {
            return null;
        }

        _at = end + 1;
        return new LinkDefinition(MarkdownText.Unescape(target), title);
    }

    private LinkDefinition? ReferenceTarget(Bracket opener, int afterBracket)
    {
        if (references.IsEmpty)
        {
            return null;
        }

        var afterLabel = LinkScanner.Label(_text, afterBracket);
        string? label = null;
        if (afterLabel > afterBracket + 2)
        {
            label = _text[(afterBracket + 1)..(afterLabel - 1)];
        }
        else if (!opener.BracketAfter && afterBracket - 1 - opener.ContentStart < 1000)
        {
            label = _text[opener.ContentStart..(afterBracket - 1)];
        }

        if (label is null || references.Find(label) is not { } definition)
        {
            return null;
        }

        _at = afterLabel < 0 ? afterBracket : afterLabel;
        return definition;
    }

    private void Angle()
    {
        if (AngleLink() || AngleHtml())
        {
            return;
        }

        AddText(_at, _at + 1);
        _at++;
    }

    private bool AngleLink()
    {
        var rest = _text.AsSpan(_at + 1);
        var end = rest.IndexOfAny("<> \n");
        if (end < 1 || rest[end] != '>')
        {
            return false;
        }

        var inside = rest[..end];
        var colon = inside.IndexOf(':');
        string target;
        if (colon is >= 2 and <= LongestScheme && char.IsAsciiLetter(inside[0]) && IsScheme(inside[..colon]) && !inside.ContainsAnyInRange('\0', '\u001F') && !inside.Contains('\u007F'))
        {
            target = inside.ToString();
        }
        else if (Autolinks.IsMailAddress(inside))
        {
            target = string.Concat("mailto:", inside);
        }
        else
        {
            return false;
        }

        var link = new InlineNode(InlineKind.Link, target);
        Add(link);
        link.Append(new InlineNode(InlineKind.Text, inside.ToString()));
        _at += end + 2;
        return true;
    }

    private static bool IsScheme(ReadOnlySpan<char> scheme)
    {
        foreach (var c in scheme)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '.' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    private bool AngleHtml()
    {
        var end = Peek(1) switch
        {
            '/' => HtmlScanner.ClosingTag(_text, _at),
            '?' => Until("?>", 2, '?'),
            '!' when Peek(2) == '-' && Peek(3) == '-' => Comment(),
            '!' when _text.AsSpan(_at).StartsWith("<![CDATA[", StringComparison.Ordinal) => Until("]]>", 9, 'C'),
            '!' when char.IsAsciiLetter(Peek(2)) => Until(">", 2, '!'),
            _ => HtmlScanner.OpeningTag(_text, _at),
        };
        if (end < 0)
        {
            return false;
        }

        Add(new InlineNode(InlineKind.Html, _text[_at..end]));
        _at = end;
        return true;
    }

    private int Comment()
    {
        if (_rules029)
        {
            var end = Until("-->", 4, '-');
            if (end < 0)
            {
                return -1;
            }

            var inside = _text.AsSpan((_at + 4)..(end - 3));
            return inside.StartsWith('>') || inside.StartsWith("->", StringComparison.Ordinal) || inside.EndsWith('-') || inside.Contains("--", StringComparison.Ordinal) ? -1 : end;
        }

        var rest = _text.AsSpan(_at);
        return rest.StartsWith("<!-->", StringComparison.Ordinal) ? _at + 5 : rest.StartsWith("<!--->", StringComparison.Ordinal) ? _at + 6 : Until("-->", 4, '-');
    }

    private int Until(string end, int skip, char kind)
    {
        if (_unclosed.Contains(kind) || _at + skip > _text.Length)
        {
            return -1;
        }

        var found = _text.AsSpan(_at + skip).IndexOf(end, StringComparison.Ordinal);
        if (found < 0)
        {
            _unclosed.Add(kind);
            return -1;
        }

        return _at + skip + found + end.Length;
    }

    private void EntityReference()
    {
        if (MarkdownText.Entity(_text.AsSpan(_at), out var length) is { } decoded)
        {
            Add(new InlineNode(InlineKind.Text, decoded));
            _at += length;
            return;
        }

        AddText(_at, _at + 1);
        _at++;
    }

    private void ProcessEmphasis(Delimiter? bottom)
    {
        var openersBottom = new Delimiter?[Delimiter.Classes];
        Array.Fill(openersBottom, bottom);
        var closer = _delimiters == bottom ? null : _delimiters;
        while (closer is not null && closer.Previous != bottom)
        {
            closer = closer.Previous;
        }

        while (closer is not null)
        {
            if (!closer.Closes)
            {
                closer = closer.Next;
                continue;
            }

            var opener = closer.Previous;
            while (opener is not null && opener != bottom && opener != openersBottom[closer.Class] && !closer.Matches(opener))
            {
                opener = opener.Previous;
                budget.Tick();
            }

            if (opener is null || opener == bottom || opener == openersBottom[closer.Class])
            {
                openersBottom[closer.Class] = closer.Previous;
                var next = closer.Next;
                if (!closer.Opens)
                {
                    Remove(closer);
                }

                closer = next;
                continue;
            }

            closer = Join(opener, closer);
        }

        while (_delimiters is not null && _delimiters != bottom)
        {
            Remove(_delimiters);
        }
    }

    /// <summary>Makes what stands between two runs emphasised; returns the run to go on with.</summary>
    private Delimiter? Join(Delimiter opener, Delimiter closer)
    {
        var used = closer.Sign == '~' ? closer.Count : closer.Count >= 2 && opener.Count >= 2 ? 2 : 1;
        var kind = closer.Sign == '~' ? InlineKind.Strikethrough : used == 2 ? InlineKind.Strong : InlineKind.Emphasis;
        opener.Count -= used;
        closer.Count -= used;
        opener.Node.Text = opener.Node.Text[used..];
        closer.Node.Text = closer.Node.Text[used..];

        var styled = new InlineNode(kind);
        while (opener.Node.Next is { } inside && inside != closer.Node)
        {
            styled.Append(inside);
        }

        opener.Node.InsertAfter(styled);
        budget.Nodes();
        while (closer.Previous != opener)
        {
            Remove(closer.Previous!);
        }

        if (opener.Count == 0)
        {
            opener.Node.Unlink();
            Remove(opener);
        }

        if (closer.Count > 0)
        {
            return closer;
        }

        var next = closer.Next;
        closer.Node.Unlink();
        Remove(closer);
        return next;
    }

    private void Remove(Delimiter delimiter)
    {
        if (delimiter.Previous is not null)
        {
            delimiter.Previous.Next = delimiter.Next;
        }

        if (delimiter.Next is null)
        {
            _delimiters = delimiter.Previous;
        }
        else
        {
            delimiter.Next.Previous = delimiter.Previous;
        }
    }

    private void Add(InlineNode node)
    {
        budget.Nodes();
        _root.Append(node);
    }

    private void AddText(int start, int end)
    {
        if (end > start)
        {
            Add(new InlineNode(InlineKind.Text, _text[start..end]));
        }
    }

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private int RunLength(char sign)
    {
        var length = _text.AsSpan(_at).IndexOfAnyExcept(sign);
        return length < 0 ? _text.Length - _at : length;
    }

    private Rune RuneAt(int at) => Rune.DecodeFromUtf16(_text.AsSpan(at), out var rune, out _) == OperationStatus.Done ? rune : Rune.ReplacementChar;

    private Rune RuneBefore(int at) => Rune.DecodeLastFromUtf16(_text.AsSpan(0, at), out var rune, out _) == OperationStatus.Done ? rune : Rune.ReplacementChar;
}
