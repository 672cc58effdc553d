using System.Globalization;
using System.Text;

namespace Crank.Rego.Builtins.GraphQl;

/// <summary>Cuts a GraphQL document into tokens; commas, white space and comments are left out. What is no token is <see cref="TokenKind.Invalid"/>.</summary>
internal sealed class GraphQlLexer(string text)
{
    private int _at;
    private int _line = 1;
    private int _lineStart;

    public GraphQlToken Next()
    {
        SkipIgnored();
        var (line, column) = (_line, Column(_at));
        if (_at >= text.Length)
        {
            return new(TokenKind.End, "", line, column);
        }

        var c = text[_at];
        var kind = c switch
        {
            '!' => TokenKind.Bang,
            '$' => TokenKind.Dollar,
            '&' => TokenKind.Amp,
            '(' => TokenKind.ParenL,
            ')' => TokenKind.ParenR,
            ':' => TokenKind.Colon,
            '=' => TokenKind.Equals,
            '@' => TokenKind.At,
            '[' => TokenKind.BracketL,
            ']' => TokenKind.BracketR,
            '{' => TokenKind.BraceL,
            '}' => TokenKind.BraceR,
            '|' => TokenKind.Pipe,
            _ => TokenKind.Invalid,
        };
        if (kind != TokenKind.Invalid)
        {
            _at++;
            return new(kind, "", line, column);
        }

        if (text.AsSpan(_at).StartsWith("..."))
        {
            _at += 3;
            return new(TokenKind.Spread, "", line, column);
        }

        if (c == '_' || char.IsAsciiLetter(c))
        {
            var start = _at;
            while (_at < text.Length && (text[_at] == '_' || char.IsAsciiLetterOrDigit(text[_at])))
            {
                _at++;
            }

            return new(TokenKind.Name, text[start.._at], line, column);
        }

        if (c == '-' || char.IsAsciiDigit(c))
        {
            return Number(line, column);
        }

        // The place of a string is that of its first character.
        return c != '"' ? Invalid() : text.AsSpan(_at).StartsWith("\"\"\"") ? Block(line, column + 1) : Quoted(line, column + 1);
    }

    private int Column(int at) => Runes.Count(text[_lineStart..Math.Min(at, text.Length)]) + 1;

    private GraphQlToken Invalid()
    {
        var token = new GraphQlToken(TokenKind.Invalid, "", _line, Column(_at));
        _at = text.Length;
        return token;
    }

    private void SkipIgnored()
    {
        while (_at < text.Length)
        {
            switch (text[_at])
            {
                case '\uFEFF' or ' ' or '\t' or ',':
                    _at++;
                    break;
                case '\n' or '\r':
                    NewLine();
                    break;
                case '#':
                    while (_at < text.Length && text[_at] is not ('\n' or '\r'))
                    {
                        _at++;
                    }

                    break;
                default:
                    return;
            }
        }
    }

    private void NewLine()
    {
        _at += text.AsSpan(_at).StartsWith("\r\n") ? 2 : 1;
        _line++;
        _lineStart = _at;
    }

    private GraphQlToken Number(int line, int column)
    {
        var start = _at;
        _at += text[_at] == '-' ? 1 : 0;
        if (_at < text.Length && text[_at] == '0')
        {
            _at++;
        }
        else if (!Digits())
        {
            return Invalid();
        }

        var isFloat = false;
        if (_at < text.Length && text[_at] == '.')
        {
            _at++;
            isFloat = true;
            if (!Digits())
            {
                return Invalid();
            }
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            _at++;
            isFloat = true;
            _at += _at < text.Length && text[_at] is '+' or '-' ? 1 : 0;
            if (!Digits())
            {
                return Invalid();
            }
        }

        return _at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '_' or '.')
            ? Invalid()
            : new(isFloat ? TokenKind.Float : TokenKind.Int, text[start.._at], line, column);
    }

    private bool Digits()
    {
        var start = _at;
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }

        return _at > start;
    }

    private GraphQlToken Quoted(int line, int column)
    {
        var value = new StringBuilder();
        for (_at++; _at < text.Length && text[_at] is not ('\n' or '\r'); _at++)
        {
            switch (text[_at])
            {
                case '"':
                    _at++;
                    return new(TokenKind.String, value.ToString(), line, column);
                case '\\':
                    if (++_at >= text.Length || !Escape(value))
                    {
                        return Invalid();
                    }

                    break;
                case < ' ' and not '\t':
                    return Invalid();
                case var c:
                    value.Append(c);
                    break;
            }
        }

        return Invalid();
    }

    private bool Escape(StringBuilder value)
    {
        if (text[_at] == 'u')
        {
            if (_at + 4 >= text.Length || !int.TryParse(text.AsSpan(_at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
            {
                return false;
            }

            value.Append((char)unit);
            _at += 4;
            return true;
        }

        var plain = "\"\\/bfnrt".IndexOf(text[_at]);
        if (plain >= 0)
        {
            value.Append("\"\\/\b\f\n\r\t"[plain]);
        }

        return plain >= 0;
    }

    private GraphQlToken Block(int line, int column)
    {
        var raw = new StringBuilder();
        _at += 3;
        while (_at < text.Length)
        {
            var rest = text.AsSpan(_at);
            if (rest.StartsWith("\"\"\""))
            {
                _at += 3;
                return new(TokenKind.BlockString, Dedent(raw.ToString()), line, column);
            }

            if (rest.StartsWith("\\\"\"\""))
            {
                raw.Append("\"\"\"");
                _at += 4;
            }
            else if (rest[0] is '\n' or '\r')
            {
                NewLine();
                raw.Append('\n');
            }
            else
            {
                raw.Append(text[_at++]);
            }
        }

        return Invalid();
    }

    // Section 2.9.4: the common indentation goes, and blank lines at both ends.
    private static string Dedent(string raw)
    {
        var lines = raw.Split('\n');
        var indents = lines.Skip(1).Where(static line => line.Trim(' ', '\t').Length > 0).Select(static line => line.Length - line.TrimStart(' ', '\t').Length).ToList();
        var common = indents.Count == 0 ? 0 : indents.Min();
        for (var i = 1; i < lines.Length; i++)
        {
            lines[i] = lines[i].Length >= common ? lines[i][common..] : "";
        }

        var first = Array.FindIndex(lines, static line => line.Trim(' ', '\t').Length > 0);
        var last = Array.FindLastIndex(lines, static line => line.Trim(' ', '\t').Length > 0);
        return first < 0 ? "" : string.Join('\n', lines[first..(last + 1)]);
    }
}
