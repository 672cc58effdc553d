using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <content>Bodies and the expressions in them.</content>
public sealed partial class Parser
{
    private List<Expr>? EnteredBody(TokenKind end) => Enter() ? Leave(ReadBody(requireSemicolon: false, end)) : null;

    private List<Expr>? ReadBody(bool requireSemicolon, TokenKind end)
    {
        if (Kind == end)
        {
            Error(Here(), "found empty body");
            return null;
        }
        var body = new List<Expr>();
        while (true)
        {
            if (Literal() is not { } expr)
                return null;
            body.Add(expr with { Index = body.Count });
            if (Kind == TokenKind.Semicolon)
            {
                Scan();
                if (_isQuery && Kind == end)
                    return body;
                continue;
            }
            if (Kind == end || requireSemicolon)
                return body;
            if (!_now.SkippedLine)
            {
                if (_now.Errors.IsEmpty)
                    Illegal($"expected \\n or {Keywords.NameOf(TokenKind.Semicolon)} or {Keywords.NameOf(end)}");
                return null;
            }
        }
    }

    private Expr? Literal()
    {
        if (!Enter())
            return null;
        return Leave((_words & (FutureKeywords.And | FutureKeywords.Or)) == FutureKeywords.None ? Condition() : Logical());
    }

    /// <summary><c>a or b and c</c>; <c>and</c> binds tighter, both from the left.</summary>
    private Expr? Logical()
    {
        var at = Here();
        if (Conjunction(first: true) is not { } left)
            return null;
        while (Kind == TokenKind.Or && !NameIfReference())
        {
            Scan();
            if (Conjunction(first: false) is not { } right)
                return null;
            left = [Combined(at, isOr: true, left, right)];
            if (TooTall(left[0]))
                return null;
        }
        if (left.Length == 1)
            return left[0];
        Illegal("expected `and` or `or` after a body");
        return null;
    }

    private ImmutableArray<Expr>? Conjunction(bool first)
    {
        var at = Here();
        if (Operand(first) is not { } left)
            return null;
        while (Kind == TokenKind.And && !NameIfReference())
        {
            Scan();
            if (Operand(first: false) is not { } right)
                return null;
            left = [Combined(at, isOr: false, left, right)];
            if (TooTall(left[0]))
                return null;
        }
        return left;
    }

    private Expr Combined(Location at, bool isOr, ImmutableArray<Expr> left, ImmutableArray<Expr> right)
    {
        var whole = From(at, at.Offset, _now.LastEnd);
        return new Expr(whole, new ExprForm.Logic(whole, isOr, left, right));
    }

    private bool TooTall(Expr expr)
    {
        if (expr.Height <= _options.MaxDepth)
            return false;
        Error(expr.At, $"nested too deeply: at most {_options.MaxDepth} levels are read; name inner parts with rules of their own");
        return true;
    }

    private ImmutableArray<Expr>? Operand(bool first)
    {
        if (Kind == TokenKind.LeftBrace)
        {
            var next = AfterBraces();
            if (next is TokenKind.And or TokenKind.Or || (!first && !ContinuesTerm(next)))
                return Braced();
        }
        if (IsGroup())
            return Group() is { } group ? [group] : null;
        return Condition() is { } expr ? [expr] : null;
    }

    /// <summary><c>(a or b)</c></summary>
    private Expr? Group()
    {
        if (!Enter())
            return null;
        Scan();
        var inner = Logical();
        if (inner is not null && Kind != TokenKind.RightParen)
        {
            Error(Here(), "non-terminated expression");
            inner = null;
        }
        if (inner is not null)
        {
            Scan();
            inner = Modified(inner);
        }
        return Leave(inner);
    }

    /// <summary>Do parentheses begin here that hold <c>and</c> or <c>or</c>, nothing but parentheses around them? Goes nowhere.</summary>
    private bool IsGroup()
    {
        if (Kind != TokenKind.LeftParen || (_words & (FutureKeywords.And | FutureKeywords.Or)) == FutureKeywords.None)
            return false;
        var start = _now;
        var parens = 0;
        var found = false;
        do
        {
            switch (Kind)
            {
                case TokenKind.LeftParen:
                    parens++;
                    break;
                case TokenKind.RightParen:
                    parens--;
                    break;
                case TokenKind.LeftBrace or TokenKind.LeftBracket or TokenKind.TemplatePart or TokenKind.RawTemplatePart:
                    SkipNested();
                    break;
                case TokenKind.And or TokenKind.Or when !NameIfReference():
                    found = true;
                    break;
            }
            if (parens > 0)
                Scan();
        }
        while (!found && parens > 0 && Kind is not (TokenKind.EndOfFile or TokenKind.Illegal));
        _now = start;
        return found;
    }

    /// <summary>The kind of the token after the brace that closes the one at hand; goes nowhere.</summary>
    private TokenKind AfterBraces()
    {
        var start = _now;
        SkipNested();
        Scan();
        var kind = _now.SkippedLine && (Kind is not (TokenKind.And or TokenKind.Or) || NameIfReference()) ? TokenKind.Whitespace : Kind;
        _now = start;
        return kind;
    }

    /// <summary>Goes to the token that closes the brace, bracket or template at hand, or to the end.</summary>
    private void SkipNested()
    {
        var open = new Stack<char>();
        while (true)
        {
            switch (Kind)
            {
                case TokenKind.LeftBrace:
                    open.Push('{');
                    break;
                case TokenKind.LeftBracket:
                    open.Push('[');
                    break;
                case TokenKind.RightBracket when open.Peek() == '[':
                    open.Pop();
                    break;
                case TokenKind.TemplatePart or TokenKind.RawTemplatePart when _now.Token.Text.StartsWith('$'):
                    open.Push(Kind == TokenKind.TemplatePart ? '"' : '`');
                    break;
                case TokenKind.TemplateEnd or TokenKind.RawTemplateEnd when !_now.Token.Text.StartsWith('$'):
                    open.Pop();
                    break;
                case TokenKind.RightBrace when open.Peek() is '"' or '`':
                    Scan(skipSpace: false, template: true, raw: open.Peek() == '`');
                    continue;
                case TokenKind.RightBrace when open.Peek() == '{':
                    open.Pop();
                    break;
                case TokenKind.EndOfFile or TokenKind.Illegal:
                    return;
            }
            if (open.Count == 0)
                return;
            Scan();
        }
    }

    private static bool ContinuesTerm(TokenKind kind) =>
        kind is TokenKind.Dot or TokenKind.LeftBracket or TokenKind.In or TokenKind.Unify or TokenKind.Assign || Keywords.OperatorOf(kind) is not null;

    private Expr? Condition()
    {
        var at = Here();
        var expr = ConditionAt(at);
        return expr is null ? null : expr with { At = From(at, at.Offset, _now.LastEnd) };
    }

    private Expr? ConditionAt(Location at)
    {
        if (NameIfReference())
            return Plain(at, negated: false);
        var negated = Kind == TokenKind.Not;
        if (negated)
        {
            Scan();
            if (_words.HasFlag(FutureKeywords.Not) && Kind == TokenKind.LeftBrace && !ContinuesTerm(AfterBraces()))
                return Braced() is { } body ? Modified(new Expr(at, new ExprForm.Not(at, body))) : null;
            if (IsGroup())
                return Group() is { } group ? new Expr(at, new ExprForm.Not(at, [group])) : null;
        }
        switch (Kind)
        {
            case TokenKind.Some or TokenKind.Every when negated:
                Illegal($"illegal negation of '{Keywords.NameOf(Kind)}'");
                return null;
            case TokenKind.Some:
                return ReadSome(at);
            case TokenKind.Every:
                return ReadEvery(at);
            default:
                return Plain(at, negated);
        }
    }

    private Expr? Plain(Location at, bool negated)
    {
        if (Form() is not { } form)
            return null;
        if (!negated)
            return Modified(new Expr(at, form));
        if (!_words.HasFlag(FutureKeywords.Not))
            return Modified(new Expr(at, form) { Negated = true });
        return Modified(new Expr(at, form)) is { } inner ? new Expr(at, new ExprForm.Not(at, [inner])) : null;
    }

    private ExprForm? Form()
    {
        if (Infix() is not { } left)
            return null;
        if (Kind is TokenKind.Assign or TokenKind.Unify)
        {
            var function = Operator();
            return Infix() is { } right ? new ExprForm.Call(function, [left, right]) : null;
        }
        return left is Term.Call call ? new ExprForm.Call(call.Function, call.Arguments) : new ExprForm.Single(left);
    }

    /// <summary>Reads the <c>with</c> modifiers that follow, if any.</summary>
    private Expr? Modified(Expr expr)
    {
        if (Kind != TokenKind.With)
            return expr;
        var with = ImmutableArray.CreateBuilder<With>();
        while (Kind == TokenKind.With)
        {
            var at = Here();
            Scan();
            if (Kind != TokenKind.Identifier)
            {
                Illegal("expected ident");
                return null;
            }
            if (ReadTerm() is not { } target)
                return null;
            if (target is not (Term.Ref or Term.Var))
                Illegal("expected with target path");
            if (Kind != TokenKind.As)
            {
                Illegal("expected as keyword");
                return null;
            }
            Scan();
            if (Infix() is not { } value)
                return null;
            with.Add(new With(From(at, at.Offset, _now.LastEnd), target, value));
        }
        return expr with { With = with.ToImmutable() };
    }

    private Expr? ReadSome(Location at)
    {
        var start = _now;
        Scan();
        if (Infix() is Term.Call call)
        {
            switch (call.Function.ToString(), call.Arguments.Length)
            {
                case ("internal.member_2", 2) or ("internal.member_3", 3):
                    return Modified(new Expr(at, new ExprForm.Some(at, [call])));
                case ("internal.member_2" or "internal.member_3", _):
                    Illegal("illegal domain");
                    return null;
                default:
                    Illegal("expected `x in xs` or `x, y in xs` expression");
                    return null;
            }
        }
        _now = start;
        var symbols = ImmutableArray.CreateBuilder<Term>();
        do
        {
            Scan();
            if (Kind != TokenKind.Identifier)
            {
                Illegal("expected var");
                return null;
            }
            symbols.Add(Variable());
            Scan();
        }
        while (Kind == TokenKind.Comma);
        return new Expr(at, new ExprForm.Some(at, symbols.ToImmutable()));
    }

    private Expr? ReadEvery(Location at)
    {
        Scan();
        if (Infix() is not { } term)
            return null;
        if (term is not Term.Call call || call.Function.ToString() is not ("internal.member_2" or "internal.member_3"))
        {
            Illegal("expected `x[, y] in xs { ... }` expression");
            return null;
        }
        var key = call.Arguments.Length == 3 ? call.Arguments[0] : null;
        var value = call.Arguments[^2];
        if (key is not null and not Term.Var)
        {
            Illegal("expected key to be a variable");
            return null;
        }
        if (value is not Term.Var)
        {
            Illegal("expected value to be a variable");
            return null;
        }
        if (Kind != TokenKind.LeftBrace)
        {
            Illegal("missing body");
            return null;
        }
        return Braced() is { } body ? Modified(new Expr(at, new ExprForm.Every(at, key, value, call.Arguments[^1], body))) : null;
    }
}
