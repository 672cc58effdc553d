using System.Collections.Immutable;
using System.Globalization;

namespace Crank.Rego.Syntax;

/// <content>Terms and the operators between them.</content>
public sealed partial class Parser
{
    /// <summary>Numbers beyond about ten to the thirty-thousandth are refused, as OPA does: writing them out would take for ever.</summary>
    private const int MaxBinaryExponent = 100_000;

    private Term? Infix() => In(keyValue: true);

    private Term? InfixInList() => In(keyValue: false);

    private Term? In(bool keyValue)
    {
        var offset = _now.Token.Offset;
        var left = Operators(0);
        while (left is not null)
        {
            Term? call = null;
            if (keyValue && Kind == TokenKind.Comma)
            {
                var start = _now;
                Scan();
                if (Operators(0) is { } middle && Kind == TokenKind.In)
                {
                    var function = Member("member_3");
                    if (Operators(0) is { } right)
                        call = new Term.Call(From(left.At, offset, _now.LastEnd), function, [left, middle, right]);
                }
                if (call is null)
                    _now = start;
            }
            if (call is null)
            {
                NameIfReference();
                if (Kind == TokenKind.In)
                {
                    var function = Member("member_2");
                    if (Operators(0) is { } right)
                        call = new Term.Call(From(left.At, offset, _now.LastEnd), function, [left, right]);
                }
            }
            if (call is null)
                return left;
            if (TooTall(call))
                return null;
            left = call;
            if (Kind != TokenKind.In)
                return left;
        }
        return left;
    }

    /// <summary>Comparisons, then <c>|</c>, <c>&amp;</c>, sums, products: each level binds tighter than the one before.</summary>
    private Term? Operators(int level)
    {
        if (level == 5)
            return ReadTerm();
        var offset = _now.Token.Offset;
        var left = Operators(level + 1);
        while (left is not null && LevelOf(Kind) == level)
        {
            var function = Operator();
            if (Operators(level + 1) is not { } right)
                return left;
            left = new Term.Call(From(left.At, offset, _now.LastEnd), function, [left, right]);
            if (TooTall(left))
                return null;
        }
        return left;
    }

    private static int LevelOf(TokenKind kind) => kind switch
    {
        TokenKind.Equal or TokenKind.NotEqual or TokenKind.Less or TokenKind.Greater or TokenKind.LessOrEqual or TokenKind.GreaterOrEqual => 0,
        TokenKind.Bar => 1,
        TokenKind.Ampersand => 2,
        TokenKind.Plus or TokenKind.Minus => 3,
        TokenKind.Times or TokenKind.Divide or TokenKind.Remainder => 4,
        _ => -1,
    };

    private bool TooTall(Term term)
    {
        if (term.Height <= _options.MaxDepth)
            return false;
        Error(term.At, $"nested too deeply: at most {_options.MaxDepth} levels are read; name inner parts with rules of their own");
        return true;
    }

    private Term.Ref Operator()
    {
        var at = Here();
        var function = new Term.Ref(at, [new Term.Var(at, Keywords.OperatorOf(Kind)!)]);
        Scan();
        return function;
    }

    private Term.Ref Member(string name)
    {
        var function = Terms.Ref(Here(), "internal", name);
        Scan();
        return function;
    }

    private Term? ReadTerm()
    {
        if (!Enter())
            return null;
        NameIfReference();
        var place = (_now.Token.Offset, Kind);
        if (_terms.TryGetValue(place, out var known))
        {
            _now = known.After;
            return Leave(known.Term);
        }
        var term = TermFinish(TermStart());
        _terms[place] = (term, _now);
        return Leave(term);
    }

    private Term? TermStart()
    {
        switch (Kind)
        {
            case TokenKind.Null:
                return new Term.Null(Here());
            case TokenKind.True or TokenKind.False:
                return new Term.Boolean(Here(), Kind == TokenKind.True);
            case TokenKind.Minus or TokenKind.Dot or TokenKind.Number:
                return ReadNumber();
            case TokenKind.String:
                return ReadString();
            case TokenKind.TemplatePart or TokenKind.TemplateEnd:
                return ReadTemplate(raw: false);
            case TokenKind.RawTemplatePart or TokenKind.RawTemplateEnd:
                return ReadTemplate(raw: true);
            case TokenKind.Identifier or TokenKind.Contains:
                return Variable();
            case TokenKind.LeftBracket:
                return ReadArray();
            case TokenKind.LeftBrace:
                return SetOrObject();
            case TokenKind.LeftParen:
                Scan();
                if (Infix() is not { } inner)
                    return null;
                if (Kind == TokenKind.RightParen)
                    return inner;
                Error(Here(), "non-terminated expression");
                return null;
            default:
                Illegal();
                return null;
        }
    }

    private Term? TermFinish(Term? head)
    {
        if (head is null)
            return null;
        ScanKeepingSpace();
        if (Kind is TokenKind.LeftParen or TokenKind.Dot or TokenKind.LeftBracket)
            return Reference(head);
        if (Kind == TokenKind.Whitespace)
            Scan();
        return Rooted(head);
    }

    private Term? HeadFinish(Term head)
    {
        ScanKeepingSpace();
        if (LevelOf(Kind) >= 0)
            Illegal();
        else if (Kind == TokenKind.Whitespace)
            Scan();
        return Kind is TokenKind.LeftParen or TokenKind.Dot or TokenKind.LeftBracket ? Reference(head) : Rooted(head);
    }

    private static Term Rooted(Term head) => head is Term.Var { Name: "data" or "input" } ? new Term.Ref(head.At, [head]) : head;

    private Term.Var Variable() => _now.Token.Text == "_" ? Wildcard(Here()) : new Term.Var(Here(), _now.Token.Text);

    private Term.Var Wildcard(Location at) => new(at, "$" + _now.Wildcards++.ToString(CultureInfo.InvariantCulture));

    private Term.Number? ReadNumber()
    {
        var at = Here();
        var prefix = "";
        if (Kind == TokenKind.Minus)
        {
            prefix = "-";
            Scan();
            if (Kind is not (TokenKind.Number or TokenKind.Dot))
            {
                Illegal("expected number");
                return null;
            }
        }
        if (Kind == TokenKind.Dot)
        {
            prefix += ".";
            Scan();
            if (Kind != TokenKind.Number)
            {
                Illegal("expected number");
                return null;
            }
        }
        var digits = _now.Token.Text;
        if (!prefix.EndsWith('.') && digits.Length > 1 && digits[0] == '0' && !(digits[1] == '.' || (digits.Length > 2 && digits[1] is 'e' or 'E')))
        {
            Illegal("expected number without leading zero");
            return null;
        }
        if (prefix.EndsWith('.') && digits.Contains('.'))
        {
            Illegal("invalid float");
            return null;
        }
        if (TooBig(prefix.EndsWith('.') ? "0." + digits : digits))
        {
            Error(Here(), "number too big");
            return null;
        }
        return new Term.Number(From(at, at.Offset, _now.Token.End), prefix + digits);
    }

    private static bool TooBig(string number)
    {
        var e = number.AsSpan().IndexOfAny('e', 'E');
        var mantissa = e < 0 ? number.AsSpan() : number.AsSpan(0, e);
        var dot = mantissa.IndexOf('.');
        var whole = dot < 0 ? mantissa : mantissa[..dot];
        var lead = whole.TrimStart('0');
        double power;
        if (lead.Length > 0)
        {
            power = lead.Length;
        }
        else
        {
            var fraction = dot < 0 ? [] : mantissa[(dot + 1)..];
            var zeros = fraction.Length - fraction.TrimStart('0').Length;
            if (zeros == fraction.Length)
                return false;
            power = -zeros;
        }
        if (e >= 0)
            power += double.Parse(number.AsSpan(e + 1), NumberStyles.Float, CultureInfo.InvariantCulture);
        return Math.Abs(power) * Math.Log2(10) > MaxBinaryExponent;
    }

    private Term.String? ReadString()
    {
        var text = _now.Token.Text;
        if (text[0] == '`')
            return new Term.String(Here(), text[1..^1]);
        if (StringLiteral.Unescape(text.AsSpan(1, text.Length - 2), template: false) is { } value)
            return new Term.String(Here(), value);
        Error(Here(), "illegal string literal: " + text);
        return null;
    }

    private Term.Template? ReadTemplate(bool raw)
    {
        var at = Here();
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var skip = 2;
        while (true)
        {
            var inner = _now.Token.Text.AsSpan(skip, _now.Token.Text.Length - skip - 1);
            var text = raw ? StringLiteral.UnescapeRaw(inner) : StringLiteral.Unescape(inner, template: true);
            if (text is null)
            {
                Error(Here(), "illegal template-string part: " + _now.Token.Text);
                return null;
            }
            if (text.Length > 0)
                parts.Add(new TemplatePart(new Term.String(Here(), text)));
            if (Kind is TokenKind.TemplateEnd or TokenKind.RawTemplateEnd)
                return new Term.Template(From(at, at.Offset, _now.Token.End), parts.ToImmutable(), raw);

            var comments = _now.Comments;
            Scan();
            var plain = ReferenceEquals(comments, _now.Comments);
            if (Literal() is not { } expr)
            {
                Error(Here(), "invalid template-string expression");
                return null;
            }
            if (NotInTemplate(expr) is { } what)
            {
                Error(expr.At, $"unexpected {what} in template-string expression");
                return null;
            }
            parts.Add(plain && expr is { With.Length: 0, Form: ExprForm.Single { Term: Term.String or Term.Number or Term.Boolean or Term.Null } constant }
                ? new TemplatePart(constant.Term)
                : new TemplatePart(expr));
            if (Kind != TokenKind.RightBrace)
            {
                Error(Here(), "expected } to end template string expression");
                return null;
            }
            Scan(skipSpace: false, template: true, raw);
            if (Kind == TokenKind.Illegal)
            {
                Illegal();
                return null;
            }
            skip = 0;
        }
    }

    private static string? NotInTemplate(Expr expr) => expr switch
    {
        { Negated: true } or { Form: ExprForm.Not } => "negation ('not')",
        { Form: ExprForm.Call { Name: "eq" } } => "unification ('=')",
        { Form: ExprForm.Call { Name: "assign" } } => "assignment (':=')",
        { Form: ExprForm.Every } => "'every'",
        { Form: ExprForm.Some } => "'some'",
        { Form: ExprForm.Logic logic } => logic.IsOr ? "'or'" : "'and'",
        _ => null,
    };

    private Term? Reference(Term head)
    {
        if (!Enter())
            return null;
        return Leave(ReferenceFrom(head));
    }

    private Term? ReferenceFrom(Term head)
    {
        if (head is Term.Null or Term.Boolean or Term.Number or Term.String or Term.Template)
            Error(head.At, $"illegal ref (head cannot be {head.Kind})");
        var offset = head.At.Offset;
        var path = ImmutableArray.CreateBuilder<Term>();
        path.Add(head);
        while (true)
        {
            switch (Kind)
            {
                case TokenKind.Dot:
                    ScanKeepingSpace();
                    if (Kind != TokenKind.Identifier && !Keywords.MayBeName(Kind))
                    {
                        Illegal("expected ident");
                        return null;
                    }
                    path.Add(new Term.String(Here(), _now.Token.Text));
                    ScanKeepingSpace();
                    break;
                case TokenKind.LeftParen:
                    var call = ReadCall(new Term.Ref(From(head.At, offset, _now.Token.Offset), path.ToImmutable()), offset);
                    if (call is null)
                        return null;
                    if (Kind == TokenKind.Whitespace)
                        Scan();
                    else if (Kind is TokenKind.Dot or TokenKind.LeftBracket)
                        return Reference(call);
                    return call;
                case TokenKind.LeftBracket:
                    Scan();
                    if (Infix() is not { } key)
                        return null;
                    if (Kind != TokenKind.RightBracket)
                    {
                        Illegal("expected ]");
                        return null;
                    }
                    path.Add(key);
                    ScanKeepingSpace();
                    break;
                default:
                    var end = _now.LastEnd;
                    if (Kind == TokenKind.Whitespace)
                        Scan();
                    return new Term.Ref(From(head.At, offset, end), path.ToImmutable());
            }
        }
    }

    private Term? ReadCall(Term.Ref function, int offset)
    {
        Scan();
        if (Kind == TokenKind.RightParen)
        {
            var end = _now.Token.End;
            ScanKeepingSpace();
            var at = From(function.At, offset, end);
            return function is { Path: [Term.Var { Name: "set" }] } ? new Term.Set(at, []) : new Term.Call(at, function, []);
        }
        if (List(TokenKind.RightParen, []) is not { } arguments)
            return null;
        var last = _now.Token.End;
        ScanKeepingSpace();
        return new Term.Call(From(function.At, offset, last), function, arguments.ToImmutable());
    }

    private Term? ReadArray()
    {
        var at = Here();
        Scan();
        if (Kind == TokenKind.RightBracket)
            return new Term.Array(Through(at), []);
        var mayBeComprehension = true;
        if (Kind == TokenKind.Comma)
        {
            mayBeComprehension = false;
            Scan();
        }
        var start = _now;
        if (ReadTerm() is not { } head)
            return null;
        switch (Kind)
        {
            case TokenKind.RightBracket:
                return new Term.Array(Through(at), [head]);
            case TokenKind.Comma:
                Scan();
                return List(TokenKind.RightBracket, [head]) is { } more ? new Term.Array(Through(at), more.ToImmutable()) : null;
            case TokenKind.Bar when mayBeComprehension:
                Scan();
                if (EnteredBody(TokenKind.RightBracket) is { } body)
                    return new Term.ArrayComprehension(Through(at), head, [.. body]);
                if (Kind != TokenKind.Comma)
                    return null;
                break;
        }
        _now = start;
        return List(TokenKind.RightBracket, []) is { } items ? new Term.Array(Through(at), items.ToImmutable()) : null;
    }

    private Term? SetOrObject()
    {
        var at = Here();
        Scan();
        if (Kind == TokenKind.RightBrace)
            return new Term.Object(Through(at), []);
        var mayBeComprehension = true;
        if (Kind == TokenKind.Comma)
        {
            mayBeComprehension = false;
            Scan();
        }
        var start = _now;
        if (ReadTerm() is not { } head)
            return null;
        switch (Kind)
        {
            case TokenKind.Bar when mayBeComprehension:
            case TokenKind.RightBrace or TokenKind.Comma:
                return ReadSet(at, start, head, mayBeComprehension);
            case TokenKind.Colon:
                return ReadObject(at, head, mayBeComprehension);
        }
        _now = start;
        if (InfixInList() is not { } first)
            return null;
        switch (Kind)
        {
            case TokenKind.RightBrace or TokenKind.Comma:
                return ReadSet(at, start, first, mayBeComprehension: false);
            case TokenKind.Colon:
                return ReadObject(at, first, mayBeComprehension);
        }
        Illegal("non-terminated set");
        return null;
    }

    private Term? ReadSet(Location at, State start, Term head, bool mayBeComprehension)
    {
        switch (Kind)
        {
            case TokenKind.RightBrace:
                return new Term.Set(Through(at), [head]);
            case TokenKind.Comma:
                Scan();
                return List(TokenKind.RightBrace, [head]) is { } more ? new Term.Set(Through(at), more.ToImmutable()) : null;
        }
        if (mayBeComprehension)
        {
            Scan();
            if (EnteredBody(TokenKind.RightBrace) is { } body)
                return new Term.SetComprehension(Through(at), head, [.. body]);
            if (Kind != TokenKind.Comma)
                return null;
        }
        _now = start;
        return List(TokenKind.RightBrace, []) is { } items ? new Term.Set(Through(at), items.ToImmutable()) : null;
    }

    private Term? ReadObject(Location at, Term key, bool mayBeComprehension)
    {
        Scan();
        var start = _now;
        if (ReadTerm() is not { } value)
            return null;
        var mayBeOperation = true;
        if (mayBeComprehension && Kind is TokenKind.RightBrace or TokenKind.Comma or TokenKind.Bar)
        {
            mayBeOperation = Kind == TokenKind.Bar;
            if (ObjectFinish(at, key, value, mayBeComprehension: true) is { } made)
                return made;
        }
        _now = start;
        if (mayBeOperation)
        {
            if (InfixInList() is not { } operation)
                return null;
            if (Kind is TokenKind.RightBrace or TokenKind.Comma)
                return ObjectFinish(at, key, operation, mayBeComprehension: false);
        }
        Illegal("non-terminated object");
        return null;
    }

    private Term? ObjectFinish(Location at, Term key, Term value, bool mayBeComprehension)
    {
        switch (Kind)
        {
            case TokenKind.RightBrace:
                return new Term.Object(Through(at), [new(key, value)]);
            case TokenKind.Bar when mayBeComprehension:
                Scan();
                return EnteredBody(TokenKind.RightBrace) is { } body ? new Term.ObjectComprehension(Through(at), key, value, [.. body]) : null;
            case TokenKind.Comma:
                Scan();
                return Pairs([new(key, value)]) is { } pairs ? new Term.Object(Through(at), pairs.ToImmutable()) : null;
            default:
                return null;
        }
    }

    private ImmutableArray<Term>.Builder? List(TokenKind end, ReadOnlySpan<Term> first)
    {
        var terms = ImmutableArray.CreateBuilder<Term>();
        terms.AddRange(first);
        while (Kind != end)
        {
            if (InfixInList() is not { } term)
                return null;
            terms.Add(term);
            if (Kind == TokenKind.Comma)
            {
                Scan();
            }
            else if (Kind != end)
            {
                Illegal($"expected \",\" or \"{Keywords.NameOf(end)}\"");
                return null;
            }
        }
        return terms;
    }

    private ImmutableArray<KeyValuePair<Term, Term>>.Builder? Pairs(ReadOnlySpan<KeyValuePair<Term, Term>> first)
    {
        var pairs = ImmutableArray.CreateBuilder<KeyValuePair<Term, Term>>();
        pairs.AddRange(first);
        while (Kind != TokenKind.RightBrace)
        {
            if (InfixInList() is not { } key)
                return null;
            if (Kind != TokenKind.Colon)
            {
                Illegal("expected \":\"");
                return null;
            }
            Scan();
            if (InfixInList() is not { } value)
                return null;
            pairs.Add(new(key, value));
            if (Kind == TokenKind.Comma)
            {
                Scan();
            }
            else if (Kind != TokenKind.RightBrace)
            {
                Illegal("expected \",\" or \"}\"");
                return null;
            }
        }
        return pairs;
    }

    /// <summary>From the start given through the token at hand.</summary>
    private Location Through(Location at) => From(at, at.Offset, _now.Token.End);
}
