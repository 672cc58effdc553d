using System.Globalization;
using Crank.Doc.Model;

namespace Crank.Doc.Reading.Markdown;

/// <summary>Finds the blocks of a Markdown text, line by line (CommonMark 0.31, appendix "A parsing strategy", phase 1).</summary>
/// <remarks>Every line costs its length plus the number of open blocks, which is bounded: time is linear in the text.</remarks>
internal sealed class BlockParser(MarkdownFeatures features, LinkReferences references, ReaderBudget budget, ReadingLog log)
{
    private const int CodeIndent = 4;

    /// <summary>A block being read takes as much memory as this many nodes of the model.</summary>
    private const int BlockWeight = 3;

    private readonly BlockNode _document = new(BlockKind.Document, null, 0);
    private BlockNode _tip = null!;
    private BlockNode _oldTip = null!;
    private BlockNode _lastMatched = null!;
    private string _line = "";
    private int _lineNumber;
    private int _offset;
    private int _column;
    private int _nextNonspace;
    private int _nextNonspaceColumn;
    private int _indent;
    private bool _indented;
    private bool _blank;
    private bool _partlyConsumedTab;
    private bool _allClosed;
    private int _delimiterLine = -1;

    /// <summary>Footnotes by normalised label, in order of definition.</summary>
    public Dictionary<string, BlockNode> Footnotes { get; } = new(StringComparer.Ordinal);

    private bool MayNest => (_tip.Kind == BlockKind.Paragraph ? _tip.Parent! : _tip).Depth < budget.Limits.Depth;

    public BlockNode Parse(ReadOnlySpan<char> text)
    {
        _tip = _document;
        while (text.Length > 0)
        {
            var end = text.IndexOfAny('\n', '\r');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? [] : text[(text[end..].StartsWith("\r\n", StringComparison.Ordinal) ? end + 2 : end + 1)..];
            Incorporate(line.Contains('\0') ? line.ToString().Replace('\0', '\uFFFD') : line.ToString());
            budget.Tick();
        }

        while (true)
        {
            var last = _tip;
            Finalize(_tip);
            if (last == _document)
            {
                return _document;
            }
        }
    }

    private void Incorporate(string line)
    {
        _line = line;
        _lineNumber++;
        _offset = 0;
        _column = 0;
        _blank = false;
        _partlyConsumedTab = false;
        _oldTip = _tip;

        var container = _document;
        while (container.LastChild is { Open: true } child)
        {
            FindNextNonspace();
            var continued = Continue(child);
            if (continued == Continuation.Consumed)
            {
                return;
            }

            if (continued == Continuation.No)
            {
                break;
            }

            container = child;
        }

        _allClosed = container == _oldTip;
        _lastMatched = container;
        container = OpenBlocks(container);

        if (!_allClosed && !_blank && _tip.Kind == BlockKind.Paragraph)
        {
            AddLine();
            return;
        }

        CloseUnmatched();
        MarkBlank(container);
        if (container.Kind == BlockKind.Table)
        {
            if (!_blank)
            {
                AddRow(container);
            }
        }
        else if (container.AcceptsLines)
        {
            AddLine();
            if (container.Kind == BlockKind.Html && HtmlScanner.EndsBlock(container.Level, _line.AsSpan(_offset)))
            {
                Finalize(container);
            }
        }
        else if (_offset < _line.Length && !_blank)
        {
            AddChild(BlockKind.Paragraph);
            Advance(_nextNonspace - _offset, columns: false);
            AddLine();
        }
    }

    private BlockNode OpenBlocks(BlockNode container)
    {
        var leaf = container.Kind is BlockKind.Code or BlockKind.Html;
        while (!leaf)
        {
            FindNextNonspace();
            switch (TryStart(container))
            {
                case Start.Container: container = _tip; break;
                case Start.Leaf:
                    container = _tip;
                    leaf = true;
                    break;
                default:
                    Advance(_nextNonspace - _offset, columns: false);
                    return container;
            }
        }

        return container;
    }

    private void MarkBlank(BlockNode container)
    {
        if (_blank && container.LastChild is { } last)
        {
            last.LastLineBlank = true;
        }

        var blank = _blank && !(container.Kind is BlockKind.Quote or BlockKind.Footnote || (container.Kind == BlockKind.Code && container.Fenced)
            || (container.Kind == BlockKind.Item && container.Children.Count == 0 && container.StartLine == _lineNumber));
        for (var at = container; at is not null; at = at.Parent)
        {
            at.LastLineBlank = blank;
        }
    }

    private Continuation Continue(BlockNode block)
    {
        switch (block.Kind)
        {
            case BlockKind.Quote:
                if (_indented || Peek(_nextNonspace) != '>')
                {
                    return Continuation.No;
                }

                ConsumeQuoteMarker();
                return Continuation.Yes;
            case BlockKind.Item:
                return ContinueIndented(block, block.Marker!.Offset + block.Marker.Padding);
            case BlockKind.Footnote or BlockKind.Details:
                return ContinueIndented(block, CodeIndent);
            case BlockKind.Heading or BlockKind.ThematicBreak or BlockKind.Term:
                return Continuation.No;
            case BlockKind.Code:
                return ContinueCode(block);
            case BlockKind.Html:
                return _blank && block.Level is 6 or 7 ? Continuation.No : Continuation.Yes;
            case BlockKind.Paragraph or BlockKind.Table:
                return _blank ? Continuation.No : Continuation.Yes;
            default:
                return Continuation.Yes;
        }
    }

    private Continuation ContinueIndented(BlockNode block, int columns)
    {
        if (_blank)
        {
            if (block.Children.Count == 0)
            {
                return Continuation.No;
            }

            Advance(_nextNonspace - _offset, columns: false);
            return Continuation.Yes;
        }

        if (_indent < columns)
        {
            return Continuation.No;
        }

        Advance(columns, columns: true);
        return Continuation.Yes;
    }

    private Continuation ContinueCode(BlockNode block)
    {
        if (block.Fenced)
        {
            if (_indent < CodeIndent && IsClosingFence(block))
            {
                Finalize(block);
                return Continuation.Consumed;
            }

            for (var i = block.Indent; i > 0 && Peek(_offset) is ' ' or '\t'; i--)
            {
                Advance(1, columns: true);
            }

            return Continuation.Yes;
        }

        if (_indent >= CodeIndent)
        {
            Advance(CodeIndent, columns: true);
            return Continuation.Yes;
        }

        if (!_blank)
        {
            return Continuation.No;
        }

        Advance(_nextNonspace - _offset, columns: false);
        return Continuation.Yes;
    }

    private bool IsClosingFence(BlockNode block)
    {
        var rest = _line.AsSpan(_nextNonspace);
        var length = RunLength(rest, block.FenceChar);
        return length >= block.FenceLength && rest[length..].TrimEnd(" \t").IsEmpty;
    }

    private Start TryStart(BlockNode container)
    {
        if (_blank)
        {
            return Start.None;
        }

        if (_indented)
        {
            return StartIndentedCode(container);
        }

        switch (Peek(_nextNonspace))
        {
            case '>': return StartQuote();
            case '#' when StartHeading(): return Start.Leaf;
            case '`' or '~' when StartFence(): return Start.Leaf;
            case '<' when StartHtml(container): return Start.Leaf;
            case '[' when StartFootnote(): return Start.Container;
            case ':' when StartDetails(container): return Start.Container;
        }

        if (StartSetext(container) || StartThematicBreak())
        {
            return Start.Leaf;
        }

        return StartItem(container) ? Start.Container : StartTable(container) ? Start.Leaf : Start.None;
    }

    private Start StartIndentedCode(BlockNode container)
    {
        if (_tip.Kind == BlockKind.Paragraph || container.Kind == BlockKind.Paragraph)
        {
            return Start.None;
        }

        Advance(CodeIndent, columns: true);
        CloseUnmatched();
        AddChild(BlockKind.Code);
        return Start.Leaf;
    }

    private Start StartQuote()
    {
        CloseUnmatchedBeforeDepth();
        if (MayNest)
        {
            ConsumeQuoteMarker();
            CloseUnmatched();
            AddChild(BlockKind.Quote);
            return Start.Container;
        }

        log.Lose(LossKind.NestingFlattened);
        while (_nextNonspace < _line.Length && _line[_nextNonspace] == '>')
        {
            ConsumeQuoteMarker();
            FindNextNonspace();
        }

        // Quotes beyond the limit are one quote: what follows the markers is text of the innermost one.
        return Start.None;
    }

    private void CloseUnmatchedBeforeDepth()
    {
        if (!_allClosed)
        {
            CloseUnmatched();
        }
    }

    private bool StartHeading()
    {
        var rest = _line.AsSpan(_nextNonspace);
        var level = RunLength(rest, '#');
        if (level > 6 || (level < rest.Length && rest[level] is not (' ' or '\t')))
        {
            return false;
        }

        Advance(_nextNonspace - _offset, columns: false);
        Advance(level, columns: false);
        CloseUnmatched();
        var heading = AddChild(BlockKind.Heading);
        heading.Level = level;
        var content = rest[level..].Trim(" \t");
        var withoutHashes = content.TrimEnd('#');
        if (withoutHashes.IsEmpty)
        {
            content = [];
        }
        else if (withoutHashes.Length < content.Length && withoutHashes[^1] is ' ' or '\t')
        {
            content = withoutHashes.TrimEnd(" \t");
        }

        heading.Text.Append(content);
        Advance(_line.Length - _offset, columns: false);
        return true;
    }

    private bool StartFence()
    {
        var rest = _line.AsSpan(_nextNonspace);
        var sign = rest[0];
        var length = RunLength(rest, sign);
        if (length < 3 || (sign == '`' && rest[length..].Contains('`')))
        {
            return false;
        }

        CloseUnmatched();
        var code = AddChild(BlockKind.Code);
        code.Fenced = true;
        code.FenceChar = sign;
        code.FenceLength = length;
        code.Indent = _indent;
        code.Info = MarkdownText.Unescape(rest[length..].Trim(" \t"));
        Advance(_line.Length - _offset, columns: false);
        code.Level = _lineNumber;
        return true;
    }

    private bool StartHtml(BlockNode container)
    {
        var interrupts = container.Kind == BlockKind.Paragraph || (!_allClosed && !_blank && _tip.Kind == BlockKind.Paragraph);
        var kind = HtmlScanner.BlockKind(_line, _nextNonspace, interrupts, features.HasFlag(MarkdownFeatures.Rules029));
        if (kind == 0)
        {
            return false;
        }

        CloseUnmatched();
        AddChild(BlockKind.Html).Level = kind;
        return true;
    }

    private bool StartFootnote()
    {
        if (!features.HasFlag(MarkdownFeatures.Footnotes) || Peek(_nextNonspace + 1) != '^' || !MayNest)
        {
            return false;
        }

        var rest = _line.AsSpan(_nextNonspace);
        var end = rest.IndexOf("]:", StringComparison.Ordinal);
        if (end < 3 || rest[2..end].ContainsAny(" \t[]"))
        {
            return false;
        }

        Advance(_nextNonspace - _offset, columns: false);
        Advance(end + 2, columns: false);
        while (Peek(_offset) is ' ' or '\t')
        {
            Advance(1, columns: true);
        }

        CloseUnmatched();
        var label = rest[2..end].ToString();
        var note = AddChild(BlockKind.Footnote);
        note.Label = label;
        Footnotes.TryAdd(LinkReferences.Normalize(label), note);
        return true;
    }

    /// <summary>A line <c>:   definition</c> under a paragraph makes that paragraph's lines terms.</summary>
    private bool StartDetails(BlockNode container)
    {
        if (!features.HasFlag(MarkdownFeatures.DefinitionLists) || !MayNest)
        {
            return false;
        }

        var content = _nextNonspace + 1;
        var columns = _nextNonspaceColumn - _column + 1;
        while (Peek(content) is ' ' or '\t')
        {
            columns += Peek(content) == '\t' ? CodeIndent : 1;
            content++;
        }

        if (columns < CodeIndent || content >= _line.Length)
        {
            return false;
        }

        var parent = container.Kind == BlockKind.Paragraph ? container.Parent! : container;
        BlockNode list;
        if (parent.Kind == BlockKind.DefinitionList && container.Kind != BlockKind.Paragraph)
        {
            list = parent;
        }
        else if (parent.LastChild is { Kind: BlockKind.Paragraph } term && (container == term || container == parent))
        {
            list = MakeTerms(parent, term);
        }
        else
        {
            return false;
        }

        CloseUnmatchedUpTo(list);
        Advance(content - _offset, columns: false);
        AddChild(BlockKind.Details);
        return true;
    }

    private BlockNode MakeTerms(BlockNode parent, BlockNode term)
    {
        if (term.Open)
        {
            _tip = term;
            Finalize(term);
        }

        parent.Children.Remove(term);
        var list = parent.LastChild is { Kind: BlockKind.DefinitionList } existing ? existing : null;
        if (list is null)
        {
            list = new BlockNode(BlockKind.DefinitionList, parent, term.StartLine);
            parent.Children.Add(list);
        }

        list.Open = true;
        foreach (var line in term.Text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var node = new BlockNode(BlockKind.Term, list, term.StartLine) { Open = false };
            node.Text.Append(line.Trim());
            list.Children.Add(node);
            budget.Nodes();
        }

        return list;
    }

    private bool StartSetext(BlockNode container)
    {
        if (container.Kind != BlockKind.Paragraph || Peek(_nextNonspace) is not ('=' or '-'))
        {
            return false;
        }

        var rest = _line.AsSpan(_nextNonspace).TrimEnd(" \t");
        if (RunLength(rest, rest[0]) != rest.Length)
        {
            return false;
        }

        TakeDefinitions(container);
        if (container.Text.Length == 0)
        {
            return false;
        }

        CloseUnmatched();
        container.Kind = BlockKind.Heading;
        container.Level = rest[0] == '=' ? 1 : 2;
        Advance(_line.Length - _offset, columns: false);
        return true;
    }

    private bool StartThematicBreak()
    {
        var sign = Peek(_nextNonspace);
        if (sign is not ('*' or '-' or '_'))
        {
            return false;
        }

        var count = 0;
        foreach (var c in _line.AsSpan(_nextNonspace))
        {
            if (c == sign)
            {
                count++;
            }
            else if (c is not (' ' or '\t'))
            {
                return false;
            }
        }

        if (count < 3)
        {
            return false;
        }

        CloseUnmatched();
        AddChild(BlockKind.ThematicBreak);
        Advance(_line.Length - _offset, columns: false);
        return true;
    }

    private bool StartItem(BlockNode container)
    {
        if (_indent >= CodeIndent || !MayNest)
        {
            return false;
        }

        var marker = ReadMarker(container);
        if (marker is null)
        {
            return false;
        }

        CloseUnmatched();
        if (_tip.Kind != BlockKind.List || !container.Marker!.Continues(marker))
        {
            var list = AddChild(BlockKind.List);
            list.Marker = marker;
        }

        AddChild(BlockKind.Item).Marker = marker;
        return true;
    }

    private ListMarker? ReadMarker(BlockNode container)
    {
        var rest = _line.AsSpan(_nextNonspace);
        int width;
        var number = 1;
        var ordered = false;
        char sign;
        if (rest[0] is '*' or '+' or '-')
        {
            width = 1;
            sign = rest[0];
        }
        else
        {
            var digits = 0;
            while (digits < rest.Length && digits < 10 && char.IsAsciiDigit(rest[digits]))
            {
                digits++;
            }

            if (digits is 0 or 10 || digits >= rest.Length || rest[digits] is not ('.' or ')'))
            {
                return null;
            }

            number = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
            if (container.Kind == BlockKind.Paragraph && number != 1)
            {
                return null;
            }

            ordered = true;
            sign = rest[digits];
            width = digits + 1;
        }

        var after = width < rest.Length ? rest[width] : ' ';
        if (after is not (' ' or '\t') || (container.Kind == BlockKind.Paragraph && rest[width..].Trim(" \t").IsEmpty))
        {
            return null;
        }

        var offset = _indent;
        Advance(_nextNonspace - _offset, columns: false);
        Advance(width, columns: true);
        var column = _column;
        var at = _offset;
        var partly = _partlyConsumedTab;
        do
        {
            Advance(1, columns: true);
        }
        while (_column - column < 5 && Peek(_offset) is ' ' or '\t');

        var padding = width + _column - column;
        if (_column - column is < 1 or >= 5 || _offset >= _line.Length)
        {
            padding = width + 1;
            _column = column;
            _offset = at;
            _partlyConsumedTab = partly;
            if (Peek(_offset) is ' ' or '\t')
            {
                Advance(1, columns: true);
            }
        }

        return new ListMarker(ordered, sign, number, offset, padding);
    }

    private bool StartTable(BlockNode container)
    {
        if (!features.HasFlag(MarkdownFeatures.Tables) || container.Kind != BlockKind.Paragraph || !_allClosed)
        {
            return false;
        }

        var columns = TableLines.Delimiters(_line.AsSpan(_nextNonspace));
        if (columns is null)
        {
            return false;
        }

        var text = container.Text.ToString();
        var lines = text.TrimEnd('\n');
        var headerStart = lines.LastIndexOf('\n') + 1;
        var header = TableLines.Cells(lines.AsSpan(headerStart));
        if (header.Count != columns.Count)
        {
            return false;
        }

        BlockNode table;
        if (headerStart > 0)
        {
            container.Text.Clear().Append(text, 0, headerStart);
            Finalize(container);
            table = AddChild(BlockKind.Table);
        }
        else
        {
            container.Kind = BlockKind.Table;
            container.Text.Clear();
            table = container;
        }

        table.Columns = columns;
        table.Rows.Add(header);
        budget.Cells(columns.Count);
        Advance(_line.Length - _offset, columns: false);
        _delimiterLine = _lineNumber;
        return true;
    }

    private void AddRow(BlockNode table)
    {
        if (_delimiterLine == _lineNumber)
        {
            return;
        }

        // A short row is filled with empty cells, so it costs the table's whole width.
        budget.Cells(table.Columns.Count);
        table.Rows.Add(TableLines.Cells(_line.AsSpan(_nextNonspace)));
    }

    private void AddLine()
    {
        if (_tip.Kind == BlockKind.Code && _tip.Fenced && _tip.Level == _lineNumber)
        {
            return;
        }

        var text = _tip.Text;
        if (_partlyConsumedTab)
        {
            _offset++;
            text.Append(' ', CodeIndent - (_column % CodeIndent));
        }

        text.Append(_line, _offset, _line.Length - _offset).Append('\n');
        budget.Text(_line.Length - _offset + 1);
    }

    private BlockNode AddChild(BlockKind kind)
    {
        while (!_tip.CanContain(kind))
        {
            Finalize(_tip);
        }

        budget.Nodes(BlockWeight);
        var child = new BlockNode(kind, _tip, _lineNumber);
        _tip.Children.Add(child);
        _tip = child;
        return child;
    }

    private void CloseUnmatched()
    {
        if (_allClosed)
        {
            return;
        }

        while (_oldTip != _lastMatched)
        {
            var parent = _oldTip.Parent!;
            Finalize(_oldTip);
            _oldTip = parent;
        }

        _allClosed = true;
    }

    private void CloseUnmatchedUpTo(BlockNode list)
    {
        for (var at = _tip; at != list; at = at.Parent!)
        {
            if (at.Parent is null)
            {
                break;
            }

            if (at.Open && at != list.Parent)
            {
                _tip = at;
                Finalize(at);
            }

            if (at == list.Parent)
            {
                break;
            }
        }

        _allClosed = true;
        _tip = list;
    }

    private void Finalize(BlockNode block)
    {
        block.Open = false;
        switch (block.Kind)
        {
            case BlockKind.Paragraph:
                TakeDefinitions(block);
                if (block.Text.Length == 0)
                {
                    block.Parent!.Children.Remove(block);
                }

                break;
            case BlockKind.Code when !block.Fenced:
                TrimBlankLines(block);
                break;
            case BlockKind.List:
                block.Tight = IsTight(block);
                break;
        }

        _tip = block.Parent ?? _document;
    }

    private void TakeDefinitions(BlockNode paragraph)
    {
        if (paragraph.Text.Length == 0 || paragraph.Text[0] != '[')
        {
            return;
        }

        var text = paragraph.Text.ToString();
        var at = 0;
        while (at < text.Length && text[at] == '[')
        {
            var next = LinkScanner.Definition(text, at, out var label, out var definition);
            if (next < 0)
            {
                break;
            }

            references.Add(label, definition!);
            at = next;
        }

        if (at > 0)
        {
            paragraph.Text.Remove(0, at);
        }
    }

    private static void TrimBlankLines(BlockNode code)
    {
        var text = code.Text.ToString().AsSpan();
        var end = text.Length;
        while (end > 0)
        {
            var lineStart = end >= 2 ? text[..(end - 1)].LastIndexOf('\n') + 1 : 0;
            if (!text[lineStart..end].IsWhiteSpace())
            {
                break;
            }

            end = lineStart;
        }

        code.Text.Length = end;
    }

    private static bool IsTight(BlockNode list)
    {
        for (var i = 0; i < list.Children.Count; i++)
        {
            var item = list.Children[i];
            var last = i == list.Children.Count - 1;
            if (!last && EndsWithBlankLine(item))
            {
                return false;
            }

            for (var j = 0; j < item.Children.Count; j++)
            {
                if (!(last && j == item.Children.Count - 1) && EndsWithBlankLine(item.Children[j]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool EndsWithBlankLine(BlockNode? block)
    {
        while (block is not null)
        {
            if (block.LastLineBlank)
            {
                return true;
            }

            var inside = !block.LastLineChecked && block.Kind is BlockKind.List or BlockKind.Item;
            block.LastLineChecked = true;
            if (!inside)
            {
                return false;
            }

            block = block.LastChild;
        }

        return false;
    }

    private void ConsumeQuoteMarker()
    {
        Advance(_nextNonspace - _offset, columns: false);
        Advance(1, columns: false);
        if (Peek(_offset) is ' ' or '\t')
        {
            Advance(1, columns: true);
        }
    }

    private char Peek(int at) => at < _line.Length ? _line[at] : '\0';

    private static int RunLength(ReadOnlySpan<char> text, char sign)
    {
        var length = text.IndexOfAnyExcept(sign);
        return length < 0 ? text.Length : length;
    }

    private void FindNextNonspace()
    {
        var column = _column;
        var i = _offset;
        while (i < _line.Length)
        {
            if (_line[i] == ' ')
            {
                column++;
            }
            else if (_line[i] == '\t')
            {
                column += CodeIndent - (column % CodeIndent);
            }
            else
            {
                break;
            }

            i++;
        }

        _blank = i >= _line.Length;
        _nextNonspace = i;
        _nextNonspaceColumn = column;
        _indent = column - _column;
        _indented = _indent >= CodeIndent;
    }

    private void Advance(int count, bool columns)
    {
        while (count > 0 && _offset < _line.Length)
        {
            if (_line[_offset] == '\t')
            {
                var toTab = CodeIndent - (_column % CodeIndent);
                if (columns)
                {
                    _partlyConsumedTab = toTab > count;
                    var step = Math.Min(count, toTab);
                    _column += step;
                    _offset += _partlyConsumedTab ? 0 : 1;
                    count -= step;
                }
                else
                {
                    _partlyConsumedTab = false;
                    _column += toTab;
                    _offset++;
                    count--;
                }
            }
            else
            {
                _partlyConsumedTab = false;
                _offset++;
                _column++;
                count--;
            }
        }
    }

    private enum Continuation
    {
        No,
        Yes,
        Consumed,
    }

    private enum Start
    {
        None,
        Container,
        Leaf,
    }
}
