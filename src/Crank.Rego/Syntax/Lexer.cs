namespace Crank.Rego.Syntax;

/// <summary>
/// Cuts a text into tokens. Whitespace is a token, because it decides where a reference ends. Positions can be taken and gone back to,
/// which costs nothing: nothing is read ahead.
/// </summary>
internal sealed class Lexer(string text)
{
    private const char Bom = '\ufeff';
    private readonly List<string> _errors = [];
    private int _at;
    private int _row = 1;
    private int _column = 1;

    /// <summary>Where the next token begins.</summary>
    public readonly record struct Mark(int At, int Row, int Column);

    /// <summary>Complaints about the token read last; such a token is illegal.</summary>
    public IReadOnlyList<string> Errors => _errors;

    public Mark Position
    {
        get => new(_at, _row, _column);
        set => (_at, _row, _column) = value;
    }

    /// <summary>May the word stand after a dot? Letters, digits and underscores, not beginning with a digit.</summary>
    public static bool IsIdentifier(string word)
    {
        if (word.Length == 0 || !IsLetter(word[0]))
            return false;
        foreach (var c in word)
        {
            if (!IsLetter(c) && !char.IsAsciiDigit(c))
                return false;
        }
        return true;
    }

    /// <summary>The next token.</summary>
    /// <param name="words">Says which words are keywords besides those of the language.</param>
    public Token Next(FutureKeywords words)
    {
        _errors.Clear();
        if (_at == 0 && text.StartsWith(Bom))
            _at = 1;
        var start = Position;
        var kind = Scan(words);
        return Made(kind, start);
    }

    /// <summary>Goes on with a template string after the brace that closes an expression.</summary>
    public Token NextOfTemplate(bool raw)
    {
        _errors.Clear();
        var start = Position;
        var kind = raw ? RawTemplate() : Template();
        return Made(kind, start);
    }

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    private static bool IsDigit(char c) => char.IsAsciiDigit(c) || (c >= 128 && char.IsDigit(c));

    private Token Made(TokenKind kind, Mark start) =>
        new(_errors.Count > 0 ? TokenKind.Illegal : kind, text[start.At.._at], start.At, _at, start.Row, start.Column);

    /// <summary>The character at hand, or NUL at the end (a NUL in the text is an error by itself).</summary>
    private char Peek() => _at < text.Length ? text[_at] : '\0';

    private bool AtEnd => _at >= text.Length;

    private void Take()
    {
        if (AtEnd)
            return;
        var c = text[_at++];
        if (c == '\n')
        {
            _row++;
            _column = 1;
            return;
        }
        if (c == '\0')
            _errors.Add("illegal null character");
        else if (c == Bom)
            _errors.Add("illegal byte-order mark");
        else if (char.IsHighSurrogate(c) && _at < text.Length && char.IsLowSurrogate(text[_at]))
            _at++;
        else if (char.IsSurrogate(c))
            _errors.Add("illegal utf-8 character");
        _column++;
    }

    private TokenKind Scan(FutureKeywords words)
    {
        if (AtEnd)
            return TokenKind.EndOfFile;
        var c = Peek();
        if (IsLetter(c))
            return Word(words);
        if (char.IsAsciiDigit(c))
            return Number();
        Take();
        switch (c)
        {
            case ' ' or '\t' or '\n' or '\r': return TokenKind.Whitespace;
            case '#': return Comment();
            case '"': return String();
            case '`': return RawString();
            case '[': return TokenKind.LeftBracket;
            case ']': return TokenKind.RightBracket;
            case '{': return TokenKind.LeftBrace;
            case '}': return TokenKind.RightBrace;
            case '(': return TokenKind.LeftParen;
            case ')': return TokenKind.RightParen;
            case ',': return TokenKind.Comma;
            case ';': return TokenKind.Semicolon;
            case '.': return TokenKind.Dot;
            case '+': return TokenKind.Plus;
            case '-': return TokenKind.Minus;
            case '*': return TokenKind.Times;
            case '/': return TokenKind.Divide;
            case '%': return TokenKind.Remainder;
            case '&': return TokenKind.Ampersand;
            case '|': return TokenKind.Bar;
            case ':': return IfFollowedBy('=', TokenKind.Assign, TokenKind.Colon);
            case '=': return IfFollowedBy('=', TokenKind.Equal, TokenKind.Unify);
            case '>': return IfFollowedBy('=', TokenKind.GreaterOrEqual, TokenKind.Greater);
            case '<': return IfFollowedBy('=', TokenKind.LessOrEqual, TokenKind.Less);
            case '!':
                if (Peek() == '=')
                    return IfFollowedBy('=', TokenKind.NotEqual, TokenKind.Illegal);
                _errors.Add("illegal ! character");
                return TokenKind.Illegal;
            case '$':
                switch (Peek())
                {
                    case '"':
                        Take();
                        return Template();
                    case '`':
                        Take();
                        return RawTemplate();
                    default:
                        _errors.Add("illegal $ character");
                        return TokenKind.Illegal;
                }
            default:
                return TokenKind.Illegal;
        }
    }

    private TokenKind IfFollowedBy(char second, TokenKind then, TokenKind otherwise)
    {
        if (Peek() != second)
            return otherwise;
        Take();
        return then;
    }

    private TokenKind Word(FutureKeywords words)
    {
        var start = _at;
        while (IsLetter(Peek()) || IsDigit(Peek()))
            Take();
        var word = text[start.._at];
        if (Keywords.Always.TryGetValue(word, out var kind) && words.HasFlag(Keywords.Needs(kind)))
            return kind;
        return word switch
        {
            "and" when words.HasFlag(FutureKeywords.And) => TokenKind.And,
            "or" when words.HasFlag(FutureKeywords.Or) => TokenKind.Or,
            _ => TokenKind.Identifier,
        };
    }

    private TokenKind Number()
    {
        Digits();
        if (Peek() == '.')
        {
            Take();
            if (!Digits())
                _errors.Add("expected fraction");
        }
        if (Peek() is 'e' or 'E')
        {
            Take();
            if (Peek() is '+' or '-')
                Take();
            if (!Digits())
                _errors.Add("expected exponent");
        }
        if (IsLetter(Peek()))
        {
            _errors.Add("illegal number format");
            while (IsLetter(Peek()) || IsDigit(Peek()))
                Take();
        }
        return TokenKind.Number;
    }

    private bool Digits()
    {
        var start = _at;
        while (char.IsAsciiDigit(Peek()))
            Take();
        return _at > start;
    }

    private TokenKind Comment()
    {
        while (!AtEnd && Peek() != '\n')
            Take();
        return TokenKind.Comment;
    }

    private TokenKind String()
    {
        while (true)
        {
            if (AtEnd || Peek() == '\n')
            {
                _errors.Add("non-terminated string");
                return TokenKind.String;
            }
            var c = Peek();
            Take();
            if (c == '"')
                return TokenKind.String;
            if (c == '\\')
                EscapeSequence(template: false);
        }
    }

    private void EscapeSequence(bool template)
    {
        switch (Peek())
        {
            case '\\' or '"' or '/' or 'b' or 'f' or 'n' or 'r' or 't':
                Take();
                break;
            case '{' when template:
                Take();
                break;
            case 'u':
                for (var i = 0; i < 4 && !AtEnd && Peek() != '\n'; i++)
                    Take();
                break;
            default:
                _errors.Add("illegal escape sequence");
                break;
        }
    }

    private TokenKind RawString()
    {
        while (true)
        {
            if (AtEnd)
            {
                _errors.Add("non-terminated string");
                return TokenKind.String;
            }
            var c = Peek();
            Take();
            if (c == '`')
                return TokenKind.String;
        }
    }

    private TokenKind Template()
    {
        while (true)
        {
            if (AtEnd || Peek() == '\n')
            {
                _errors.Add("non-terminated string");
                return TokenKind.TemplatePart;
            }
            var c = Peek();
            Take();
            switch (c)
            {
                case '"': return TokenKind.TemplateEnd;
                case '{': return TokenKind.TemplatePart;
                case '\\': EscapeSequence(template: true); break;
            }
        }
    }

    private TokenKind RawTemplate()
    {
        while (true)
        {
            if (AtEnd)
            {
                _errors.Add("non-terminated string");
                return TokenKind.RawTemplatePart;
            }
            var c = Peek();
            Take();
            switch (c)
            {
                case '`': return TokenKind.RawTemplateEnd;
                case '{': return TokenKind.RawTemplatePart;
                case '\\' when Peek() == '{': Take(); break;
            }
        }
    }
}
