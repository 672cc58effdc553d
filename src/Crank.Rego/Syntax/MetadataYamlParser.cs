using System.Text;

namespace Crank.Rego.Syntax;

/// <summary>Reads <see cref="MetadataYaml"/> line by line.</summary>
internal sealed class MetadataYamlParser(IEnumerable<string> lines)
{
    private const int MaxDepth = 64;
    private readonly string[] _lines = [.. lines];
    private int _row;
    private int _depth;

    public MetadataYaml Parse()
    {
        SkipBlank();
        var value = Block(IndentOf(_row));
        SkipBlank();
        return _row < _lines.Length ? throw Wrong("did not find expected key") : value;
    }

    private MetadataYamlException Wrong(string message) => new(Math.Min(_row, _lines.Length - 1), message);

    private void SkipBlank()
    {
        while (_row < _lines.Length && _lines[_row].AsSpan().TrimStart() is { } line && (line.IsEmpty || line[0] == '#'))
            _row++;
    }

    private int IndentOf(int row)
    {
        if (row >= _lines.Length)
            return -1;
        var line = _lines[row];
        var indent = line.Length - line.TrimStart(' ').Length;
        return line.Length > indent && line[indent] == '\t' ? throw Wrong("found a tab character where an indentation space is expected") : indent;
    }

    private static bool IsItem(string text) => text.StartsWith("- ", StringComparison.Ordinal) || text == "-";

    private MetadataYaml Block(int indent)
    {
        if (++_depth > MaxDepth)
            throw Wrong($"nested more than {MaxDepth} levels deep");
        var text = _lines[_row][indent..];
        MetadataYaml value;
        if (IsItem(text))
            value = Sequence(indent);
        else if (KeyEnd(text) >= 0)
            value = Mapping(indent);
        else
            value = Inline(text, indent - 1);
        _depth--;
        return value;
    }

    private MetadataYaml.Seq Sequence(int indent)
    {
        var items = new List<MetadataYaml>();
        while (true)
        {
            SkipBlank();
            if (_row >= _lines.Length || IndentOf(_row) != indent || !IsItem(_lines[_row][indent..]))
                break;
            var rest = _lines[_row][(indent + 1)..];
            var inner = rest.TrimStart(' ');
            if (inner.Length == 0 || inner[0] == '#')
            {
                _row++;
                SkipBlank();
                items.Add(_row < _lines.Length && IndentOf(_row) > indent ? Block(IndentOf(_row)) : new MetadataYaml.Scalar("", quoted: false));
                continue;
            }
            var at = indent + 1 + rest.Length - inner.Length;
            if (IsItem(inner) || KeyEnd(inner) >= 0)
                items.Add(Nested(at));
            else
                items.Add(Inline(inner, indent));
        }
        if (_row < _lines.Length && IndentOf(_row) > indent)
            throw Wrong("did not find expected '-' indicator");
        return new MetadataYaml.Seq(items);
    }

    /// <summary>A block that begins behind a dash: the dash counts as indentation.</summary>
    private MetadataYaml Nested(int at)
    {
        _lines[_row] = new string(' ', at) + _lines[_row][at..];
        return Block(at);
    }

    private MetadataYaml.Map Mapping(int indent)
    {
        var pairs = new List<(string, MetadataYaml)>();
        while (true)
        {
            SkipBlank();
            if (_row >= _lines.Length || IndentOf(_row) != indent)
                break;
            var text = _lines[_row][indent..];
            var end = KeyEnd(text);
            if (end < 0)
                throw Wrong("could not find expected ':'");
            var key = text[..end].TrimEnd();
            var name = key is ['"' or '\'', ..] ? Quoted(key).Text : key;
            if (pairs.Any(pair => pair.Item1 == name))
                throw Wrong($"mapping key \"{name}\" already defined");
            var rest = WithoutComment(text[(end + 1)..].TrimStart());
            if (rest.Length > 0)
            {
                pairs.Add((name, Inline(rest, indent)));
                continue;
            }
            _row++;
            SkipBlank();
            var next = IndentOf(_row);
            var isBlock = _row < _lines.Length && (next > indent || (next == indent && IsItem(_lines[_row][next..])));
            pairs.Add((name, isBlock ? Block(next) : new MetadataYaml.Scalar("", quoted: false)));
        }
        if (_row < _lines.Length && IndentOf(_row) > indent)
            throw Wrong("did not find expected key");
        return new MetadataYaml.Map(pairs);
    }

    /// <summary>Where the colon after a key stands, or -1 when the text does not begin with a key.</summary>
    private static int KeyEnd(string text)
    {
        if (text.Length == 0 || text[0] is '[' or '{' or '|' or '>' or '#' or '&' or '*' or '!')
            return -1;
        var at = 0;
        if (text[0] is '"' or '\'')
        {
            at = ClosingQuote(text, 0);
            if (at < 0)
                return -1;
            at++;
            while (at < text.Length && text[at] == ' ')
                at++;
            return at < text.Length && text[at] == ':' && (at + 1 == text.Length || text[at + 1] == ' ') ? at : -1;
        }
        for (; at < text.Length; at++)
        {
            if (text[at] == '#' && at > 0 && text[at - 1] == ' ')
                return -1;
            if (text[at] == ':' && (at + 1 == text.Length || text[at + 1] is ' ' or '\t'))
                return at;
        }
        return -1;
    }

    private static int ClosingQuote(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[start] == '"' && text[i] == '\\')
                i++;
            else if (text[i] == text[start])
            {
                if (text[start] == '\'' && i + 1 < text.Length && text[i + 1] == '\'')
                    i++;
                else
                    return i;
            }
        }
        return -1;
    }

    private static string WithoutComment(string text)
    {
        if (text.StartsWith('#'))
            return "";
        if (text.Length > 0 && text[0] is '"' or '\'')
            return text;
        var at = text.IndexOf(" #", StringComparison.Ordinal);
        return (at < 0 ? text : text[..at]).TrimEnd();
    }

    /// <summary>A value that begins on the current line, which may go on below where it is indented more than <paramref name="indent"/>.</summary>
    private MetadataYaml Inline(string text, int indent)
    {
        switch (text[0])
        {
            case '|' or '>':
                return Literal(text, indent);
            case '&' or '*' or '!' or '%' or '@' or '`':
                throw Wrong($"'{text[0]}' is not supported in metadata: write the value out, or quote it");
            case '?' when text.Length > 1 && text[1] == ' ':
                throw Wrong("complex keys are not supported in metadata");
            case '[' or '{':
                return Flow(text, indent);
            case '"' or '\'':
                var quoted = text;
                while (ClosingQuote(quoted, 0) < 0)
                {
                    _row++;
                    if (_row >= _lines.Length)
                        throw Wrong("found unexpected end of stream while scanning a quoted scalar");
                    quoted += " " + _lines[_row].Trim();
                }
                _row++;
                var end = ClosingQuote(quoted, 0);
                if (WithoutComment(quoted[(end + 1)..].TrimStart()).Length > 0)
                    throw Wrong("did not find expected key after a quoted scalar");
                return Quoted(quoted[..(end + 1)]);
        }
        var plain = new StringBuilder(WithoutComment(text));
        if (plain.ToString().Contains(": ", StringComparison.Ordinal))
            throw Wrong("mapping values are not allowed in this context");
        _row++;
        while (_row < _lines.Length && _lines[_row].Trim().Length > 0 && IndentOf(_row) > indent && !_lines[_row].TrimStart().StartsWith('#'))
        {
            var more = _lines[_row].Trim();
            if (KeyEnd(more) >= 0)
                throw Wrong("mapping values are not allowed in this context");
            plain.Append(' ').Append(WithoutComment(more));
            _row++;
        }
        return new MetadataYaml.Scalar(plain.ToString(), quoted: false);
    }

    private MetadataYaml.Scalar Literal(string header, int indent)
    {
        var folded = header[0] == '>';
        var chomp = header.Contains('-') ? '-' : header.Contains('+') ? '+' : ' ';
        _row++;
        var own = -1;
        var collected = new List<string>();
        while (_row < _lines.Length)
        {
            var line = _lines[_row];
            if (line.Trim().Length == 0)
            {
                collected.Add("");
                _row++;
                continue;
            }
            var at = IndentOf(_row);
            if (own < 0)
                own = at;
            if (at <= indent || at < own)
                break;
            collected.Add(line[own..]);
            _row++;
        }
        var trailing = collected.Count;
        while (trailing > 0 && collected[trailing - 1].Length == 0)
            trailing--;
        var text = new StringBuilder();
        for (var i = 0; i < trailing; i++)
        {
            if (i > 0 && (!folded || collected[i].Length == 0 || collected[i - 1].Length == 0))
            {
                if (!folded || collected[i].Length == 0)
                    text.Append('\n');
            }
            else if (i > 0)
            {
                text.Append(' ');
            }
            text.Append(collected[i]);
        }
        if (chomp == '+')
            text.Append('\n', collected.Count - trailing + 1);
        else if (chomp == ' ' && trailing > 0)
            text.Append('\n');
        return new MetadataYaml.Scalar(text.ToString(), quoted: true);
    }

    private MetadataYaml.Scalar Quoted(string text)
    {
        if (text[0] == '\'')
            return new MetadataYaml.Scalar(text[1..^1].Replace("''", "'", StringComparison.Ordinal), quoted: true);
        return new MetadataYaml.Scalar(StringLiteral.Unescape(text.AsSpan(1, text.Length - 2), template: false) ?? throw Wrong("found unknown escape character"), quoted: true);
    }

    private MetadataYaml Flow(string text, int indent)
    {
        var whole = new StringBuilder(text);
        while (!Balanced(whole.ToString()))
        {
            _row++;
            if (_row >= _lines.Length || (_lines[_row].Trim().Length > 0 && IndentOf(_row) <= indent))
                throw Wrong("did not find expected ',' or the closing bracket");
            whole.Append(' ').Append(WithoutComment(_lines[_row].Trim()));
        }
        var at = 0;
        var flow = whole.ToString();
        var value = FlowValue(flow, ref at);
        if (WithoutComment(flow[at..].TrimStart()).Length > 0)
            throw Wrong("did not find expected key after a flow collection");
        _row++;
        return value;
    }

    private static bool Balanced(string text)
    {
        var open = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '[' or '{': open++; break;
                case ']' or '}': open--; break;
                case '"' or '\'':
                    i = ClosingQuote(text, i);
                    if (i < 0)
                        return false;
                    break;
            }
        }
        return open <= 0;
    }

    private MetadataYaml FlowValue(string text, ref int at)
    {
        if (++_depth > MaxDepth)
            throw Wrong($"nested more than {MaxDepth} levels deep");
        Spaces(text, ref at);
        MetadataYaml value;
        if (at >= text.Length)
            throw Wrong("did not find expected node content");
        if (text[at] is '[' or '{')
            value = FlowCollection(text, ref at);
        else
            value = FlowScalar(text, ref at);
        _depth--;
        return value;
    }

    private static void Spaces(string text, ref int at)
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
    }

    private MetadataYaml FlowCollection(string text, ref int at)
    {
        var isMap = text[at] == '{';
        var close = isMap ? '}' : ']';
        at++;
        var items = new List<MetadataYaml>();
        var pairs = new List<(string, MetadataYaml)>();
        while (true)
        {
            Spaces(text, ref at);
            if (at >= text.Length)
                throw Wrong($"did not find expected ',' or '{close}'");
            if (text[at] == close)
                break;
            if (isMap)
            {
                var key = FlowScalar(text, ref at).Text;
                Spaces(text, ref at);
                if (at < text.Length && text[at] == ':')
                {
                    at++;
                    pairs.Add((key, FlowValue(text, ref at)));
                }
                else
                {
                    pairs.Add((key, new MetadataYaml.Scalar("", quoted: false)));
                }
            }
            else
            {
                items.Add(FlowValue(text, ref at));
            }
            Spaces(text, ref at);
            if (at < text.Length && text[at] == ',')
                at++;
            else if (at >= text.Length || text[at] != close)
                throw Wrong($"did not find expected ',' or '{close}'");
        }
        at++;
        return isMap ? new MetadataYaml.Map(pairs) : new MetadataYaml.Seq(items);
    }

    private MetadataYaml.Scalar FlowScalar(string text, ref int at)
    {
        var start = at;
        if (text[at] is '"' or '\'')
        {
            var end = ClosingQuote(text, at);
            if (end < 0)
                throw Wrong("found unexpected end of stream while scanning a quoted scalar");
            at = end + 1;
            return Quoted(text[start..at]);
        }
        while (at < text.Length && text[at] is not (',' or ']' or '}' or '[' or '{') && !(text[at] == ':' && (at + 1 == text.Length || text[at + 1] is ' ' or ',' or '}')))
            at++;
        return new MetadataYaml.Scalar(text[start..at].Trim(), quoted: false);
    }
}
