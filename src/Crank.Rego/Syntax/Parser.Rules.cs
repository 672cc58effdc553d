using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <content>Rules: heads, bodies, else, defaults.</content>
public sealed partial class Parser
{
    private static readonly Term.Ref NoPackage = Terms.Ref(Location.None, "data");

    private static readonly int MaxElse = 500;

    private static ImmutableArray<Expr> True(Location at) => [new Expr(at, new ExprForm.Single(new Term.Boolean(at, true)))];

    private List<Rule>? Rules()
    {
        var at = Here();
        NameIfReference();
        var isDefault = false;
        if (Kind == TokenKind.Default)
        {
            Scan();
            isDefault = true;
            NameIfReference();
        }
        if (Kind != TokenKind.Identifier || ReadHead(isDefault) is not { } head)
            return null;

        if (isDefault)
        {
            var valid = DefaultValue(at, head) && (!head.IsFunction || DefaultArguments(at, head));
            return valid ? [new Rule(at, head, True(at)) { Package = NoPackage, IsDefault = true }] : null;
        }

        var hasIf = Kind == TokenKind.If;
        if (hasIf && head.Value is null && head.Key is null)
            head = head with { GeneratedValue = true, Value = new Term.Boolean(head.At, true) };

        // p[x] without `if` is how v0 wrote sets; read it so that the missing keywords can be named.
        if (!hasIf && !head.UsesContains && !head.IsFunction && head.Ref.Path.Length == 2 && head.Value is null)
            head = head with { Key = head.Ref.Path[1], Ref = new Term.Ref(head.Ref.At, head.Ref.Path[..1]) };

        ImmutableArray<Expr> body;
        var bracedBody = true;
        if (hasIf)
        {
            head = head with { UsesIf = true };
            Scan();
            var start = _now;
            var literal = Literal();
            if (literal is not null && literal.Form is not ExprForm.Single { Term: Term.Set })
            {
                body = [literal];
                bracedBody = false;
            }
            else if (start.Token.Kind != TokenKind.LeftBrace)
            {
                // OPA reads on for a closing brace here, and so reports a mistake far below the one that was made.
                return literal is null ? null : Unbraced(literal);
            }
            else
            {
                _now = start;
                if (Braced() is not { } braced)
                    return null;
                body = braced;
            }
        }
        else if (Kind == TokenKind.LeftBrace)
        {
            if (Braced() is not { } braced)
                return null;
            body = braced;
        }
        else if (head.UsesContains)
        {
            return [new Rule(head.At, head, True(head.At)) { Package = NoPackage, GeneratedBody = true }];
        }
        else
        {
            return null;
        }

        var closeRow = _closeRow;
        var rule = new Rule(at, head, body) { Package = NoPackage, CloseRow = bracedBody ? closeRow : 0 };
        if (Kind == TokenKind.Else && !NameIfReference())
        {
            if (head.HasVariables)
            {
                Error(Here(), "else keyword cannot be used on rules with variables in head");
                return null;
            }
            if (head.Key is not null)
            {
                Error(Here(), "else keyword cannot be used on multi-value rules");
                return null;
            }
            if (Else(head) is not { } other)
                return null;
            rule = rule with { Else = other };
        }
        rule = rule with { At = From(at, at.Offset, _now.LastEnd) };
        return MoreBodies(rule);
    }

    private List<Rule>? Unbraced(Expr set)
    {
        Error(set.At, "a set is always true: expected a condition, or a body in braces");
        return null;
    }

    /// <summary><c>p if { } { }</c>: further bodies are further rules with the same head.</summary>
    private List<Rule>? MoreBodies(Rule first)
    {
        List<Rule> rules = [first];
        while (Kind == TokenKind.LeftBrace)
        {
            if (first.Else is not null)
            {
                Error(Here(), "expected else keyword");
                return null;
            }
            var at = Here();
            if (Braced() is not { } body)
                return null;
            var whole = From(at, at.Offset, _now.LastEnd);
            rules.Add(new Rule(whole, first.Head with { At = whole, Arguments = FreshWildcards(first.Head.Arguments) }, body) { Package = NoPackage, CloseRow = _closeRow });
        }
        return rules;
    }

    private ImmutableArray<Term> FreshWildcards(ImmutableArray<Term> arguments) =>
        [.. arguments.Select(a => a is Term.Var { IsWildcard: true } ? Wildcard(a.At) : a)];

    private ImmutableArray<Expr>? Braced()
    {
        Scan();
        if (EnteredBody(TokenKind.RightBrace) is not { } body)
            return null;
        _closeRow = _now.Token.Row;
        Scan();
        return [.. body];
    }

    private Rule? Else(Head first)
    {
        var branches = new List<Rule>();
        while (true)
        {
            if (branches.Count == MaxElse)
            {
                Error(Here(), $"a rule has at most {MaxElse} else branches");
                return null;
            }
            if (ElseBranch(first) is not { } branch)
                return null;
            branches.Add(branch);
            if (branch.GeneratedBody || Kind != TokenKind.Else)
                break;
        }
        Rule? chain = null;
        for (var i = branches.Count - 1; i >= 0; i--)
            chain = branches[i] with { Else = chain };
        return chain;
    }

    private Rule? ElseBranch(Head first)
    {
        var at = Here();
        var head = first with
        {
            At = at,
            Arguments = FreshWildcards(first.Arguments),
            GeneratedValue = false,
            UsesIf = false,
            UsesContains = false,
        };
        Scan();
        switch (Kind)
        {
            case TokenKind.LeftBrace or TokenKind.If:
                head = head with { GeneratedValue = true, Value = new Term.Boolean(at, true) };
                break;
            case TokenKind.Assign or TokenKind.Unify:
                var assign = Kind == TokenKind.Assign;
                Scan();
                if (Infix() is not { } value)
                    return null;
                head = head with { Assign = assign, Value = value, At = From(at, at.Offset, _now.LastEnd) };
                break;
            default:
                Illegal("expected else value term or rule body");
                return null;
        }

        if (Kind is not (TokenKind.If or TokenKind.LeftBrace))
            return new Rule(From(at, at.Offset, _now.LastEnd), head, True(at)) { Package = NoPackage, GeneratedBody = true };
        if (Kind == TokenKind.If)
        {
            head = head with { UsesIf = true };
            Scan();
        }
        ImmutableArray<Expr> body;
        var bracedBody = Kind == TokenKind.LeftBrace;
        if (bracedBody)
        {
            if (Braced() is not { } braced)
                return null;
            body = braced;
        }
        else if (Kind != TokenKind.EndOfFile)
        {
            if (Literal() is not { } literal)
                return null;
            body = [literal];
        }
        else
        {
            Illegal("rule body expected");
            return null;
        }
        return new Rule(From(at, at.Offset, _now.LastEnd), head, body) { Package = NoPackage, CloseRow = bracedBody ? _closeRow : 0 };
    }

    private Head? ReadHead(bool isDefault)
    {
        var at = Here();
        var name = HeadFinish(Variable());
        if (name is null)
        {
            Illegal("expected rule head name");
            return null;
        }
        Head head;
        switch (name)
        {
            case Term.Var v:
                head = new Head(at, new Term.Ref(v.At, [v]));
                break;
            case Term.Ref { Head: Term.Var } r:
                head = new Head(at, r);
                break;
            case Term.Call { Function.Head: Term.Var } call:
                head = new Head(at, call.Function) { Arguments = call.Arguments, IsFunction = true };
                break;
            case Term.Call call:
                Illegal($"rule head ref {call.Function} invalid");
                return null;
            default:
                return null;
        }
        var label = head.Ref.ToString();
        switch (Kind)
        {
            case TokenKind.Contains:
                if (head.IsFunction)
                    Illegal($"the contains keyword can only be used with multi-value rule definitions (e.g., {label} contains <VALUE> {{ ... }})");
                Scan();
                var key = Infix();
                if (key is null)
                    Illegal($"expected rule key term (e.g., {label} contains <VALUE> {{ ... }})");
                return head with { Key = key ?? new Term.Null(at), UsesContains = true, At = From(at, at.Offset, _now.LastEnd) };
            case TokenKind.Unify:
                Scan();
                head = head with { Value = Infix() };
                if (head.Value is null)
                    Illegal($"expected rule value term (e.g., {label} = <VALUE> {{ ... }})");
                break;
            case TokenKind.Assign:
                Scan();
                head = head with { Assign = true, Value = Infix() };
                if (head.Value is null)
                {
                    Illegal(head.IsFunction ? $"expected function value term (e.g., {label}(...) := <VALUE> {{ ... }})"
                        : isDefault ? $"expected default rule value term (e.g., default {label} := <VALUE>)"
                        : $"expected rule value term (e.g., {label} := <VALUE> {{ ... }})");
                }
                break;
        }
        if (head.Value is null && (head.Ref.Path.Length != 2 || head.IsFunction))
            head = head with { GeneratedValue = true, Value = new Term.Boolean(at, true) };
        return head with { At = From(at, at.Offset, _now.LastEnd) };
    }

    private bool DefaultValue(Location at, Head head)
    {
        if (head.Value is null)
        {
            Error(at, "illegal default rule (must have a value)");
            return false;
        }
        var valid = true;
        Walk(head.Value);
        return valid;

        void Walk(Term term)
        {
            switch (term)
            {
                case Term.Ref or Term.Var or Term.Call:
                    Error(at, $"illegal default rule (value cannot contain {term.Kind})");
                    valid = false;
                    break;
                case Term.Array array:
                    foreach (var item in array.Items)
                        Walk(item);
                    break;
                case Term.Set set:
                    foreach (var item in set.Items)
                        Walk(item);
                    break;
                case Term.Object obj:
                    foreach (var (key, value) in obj.Pairs)
                    {
                        Walk(key);
                        Walk(value);
                    }
                    break;
                case Term.Template template:
                    if (template.Parts.Any(part => part.Expr is not null))
                    {
                        Error(at, "illegal default rule (value cannot contain templatestring)");
                        valid = false;
                    }
                    break;
            }
        }
    }

    private bool DefaultArguments(Location at, Head head)
    {
        var valid = true;
        var seen = new HashSet<string>();
        foreach (var argument in head.Arguments)
        {
            if (argument is not Term.Var v)
                Error(at, $"illegal default rule (arguments cannot contain {argument.Kind})");
            else if (!seen.Add(v.Name))
                Error(at, $"illegal default rule (arguments cannot be repeated {v.Name})");
            else
                continue;
            valid = false;
        }
        return valid;
    }

    /// <summary>A statement read as an expression, such as <c>p := 1</c> or <c>f(x) := y</c>, taken for a rule.</summary>
    private Rule? RuleOf(ImmutableArray<Expr> body)
    {
        var why = body.Length != 1 ? "multiple expressions cannot be used for rule head" : WhyNoRule(body[0]);
        if (why is not null)
        {
            Error(body[0].At, why);
            return null;
        }
        var expr = body[0];
        var at = expr.At;
        Head? head = null;
        if (expr.Form is ExprForm.Single { Term: Term.Ref r })
        {
            head = r.Path.Length > 2
                ? new Head(at, r) { Value = new Term.Boolean(at, true), GeneratedValue = true }
                : new Head(at, new Term.Ref(r.At, r.Path[..1])) { Key = r.Path[^1] };
        }
        else if (expr.Form is ExprForm.Call { Name: "eq" or "assign", Arguments.Length: 2 } equality)
        {
            head = equality.Arguments[0] switch
            {
                Term.Call call => new Head(at, call.Function) { Arguments = call.Arguments, IsFunction = true },
                Term.Ref path => new Head(at, path),
                _ => new Head(at, new Term.Ref(equality.Arguments[0].At, [equality.Arguments[0]])),
            } with
            { Value = equality.Arguments[1], Assign = equality.Name == "assign" };
        }
        else if (expr.Form is ExprForm.Call function)
        {
            head = new Head(at, function.Function) { Arguments = function.Arguments, IsFunction = true, Value = new Term.Boolean(at, true) };
        }
        var valueAt = head!.Value?.At ?? at;
        return new Rule(at, head, True(valueAt)) { Package = NoPackage, GeneratedBody = true };
    }

    private static string? WhyNoRule(Expr expr)
    {
        if (expr.With.Length > 0)
            return "expressions using with keyword cannot be used for rule head";
        if (expr.Negated)
            return "negated expressions cannot be used for rule head";
        switch (expr.Form)
        {
            case ExprForm.Some:
                return "'some' declarations cannot be used for rule head";
            case ExprForm.Single { Term: Term.Ref { Path.Length: > 1 } r }:
                return r.Head is Term.Var ? null : $"invalid rule head: {r}";
            case ExprForm.Single { Term: Term.Ref }:
                return "refs cannot be used for rule head";
            case ExprForm.Single single:
                return $"{single.Term.Kind} cannot be used for rule name";
            case ExprForm.Call { Name: "eq" or "assign" } equality:
                return equality.Arguments.Length != 2 ? "assignment requires two operands" : equality.Arguments[0] switch
                {
                    Term.Var => null,
                    Term.Ref { Head: Term.Var } => null,
                    Term.Call { Function.Head: Term.Var } => null,
                    Term.Ref r => $"invalid rule head: {r}",
                    Term.Call c => $"invalid rule head: {c.Function}",
                    var other => $"{other.Kind} cannot be used for rule name",
                };
            case ExprForm.Call call:
                if (IsOperator(call.Name))
                    return "rule name conflicts with built-in function";
                if (call.Arguments.Length == 0)
                    return "rule argument list must take at least one argument";
                return call.Function.Head is Term.Var ? null : $"invalid rule head: {call.Function}";
            default:
                return "expression cannot be used for rule head";
        }
    }

    private static bool IsOperator(string name) =>
        name is "internal.member_2" or "internal.member_3" || Enum.GetValues<TokenKind>().Any(kind => Keywords.OperatorOf(kind) == name);
}
