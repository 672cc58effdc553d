using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>
/// Gives every variable that is declared with <c>:=</c>, <c>some</c>, <c>every</c> or as an argument a name of its own, turns
/// assignments into unifications, and finds variables that are used before, declared twice, or never used.
/// </summary>
internal sealed class LocalRewriter : Mapper
{
    private readonly LocalNames _names;
    private readonly bool _strict;
    private readonly List<RegoError> _errors = [];
    private LocalScopes _scopes = new();

    private LocalRewriter(LocalNames names, bool strict)
    {
        _names = names;
        _strict = strict;
    }

    public static void Rewrite(Unit unit, LocalNames names, bool strict, Dictionary<string, string> originals, Problems problems)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>(unit.Rules.Length);
        foreach (var rule in unit.Rules)
        {
            var rewriter = new LocalRewriter(names, strict);
            rules.Add(rewriter.Rewrite(rule, originals));
            problems.Add(rewriter._errors);
        }
        unit.Rules = rules.MoveToImmutable();
    }

    public static ImmutableArray<Expr> Rewrite(ImmutableArray<Expr> query, LocalNames names, bool strict, Dictionary<string, string> originals, Problems problems)
    {
        var rewriter = new LocalRewriter(names, strict);
        var body = rewriter.Body(query, []);
        foreach (var (name, original) in rewriter._scopes.Rewritten)
            originals[name] = original;
        problems.Add(rewriter._errors);
        return body;
    }

    private void Error(Location at, string message) => _errors.Add(new RegoError(RegoErrorCodes.Compile, message, at));

    private Rule Rewrite(Rule rule, Dictionary<string, string> originals)
    {
        var unused = _strict ? VarsIn.Terms(rule.Head.Arguments) : [];
        var arguments = new LocalScopes();
        rule = rule with { Head = rule.Head with { Arguments = [.. rule.Head.Arguments.Select(a => Argument(a, arguments))] } };

        var rewritten = Make.Branches(rule, branch =>
        {
            var result = Branch(branch, unused, arguments, originals);
            unused.RemoveWhere(name => _scopes.CountOf(name) > 1);
            return result;
        });
        foreach (var name in unused.Order(StringComparer.Ordinal))
        {
            if (!name.StartsWith('$'))
                Error(rule.Head.At, $"unused argument {name}. (hint: use _ (wildcard variable) instead)");
        }
        return rewritten;
    }

    private Term Argument(Term term, LocalScopes arguments)
    {
        switch (term)
        {
            case Term.Var v:
                if (arguments.Declared(v.Name) is { } known)
                {
                    arguments.Seen(v.Name);
                    return new Term.Var(v.At, known);
                }
                var name = _names.Next();
                arguments.Insert(v.Name, name, LocalOccurrence.Argument);
                return new Term.Var(v.At, name);
            case Term.Object obj:
                return new Term.Object(obj.At, [.. obj.Pairs.Select(p => new KeyValuePair<Term, Term>(p.Key, Argument(p.Value, arguments)))]);
            case Term.Array array:
                return new Term.Array(array.At, [.. array.Items.Select(item => Argument(item, arguments))]);
            case Term.Ref r:
                return new Term.Ref(r.At, [.. r.Path.Select(key => Argument(key, arguments))]);
            case Term.Call:
                Error(term.At, "rule arguments cannot contain calls");
                return term;
            default:
                return term;
        }
    }

    private Rule Branch(Rule rule, HashSet<string> unusedArguments, LocalScopes arguments, Dictionary<string, string> originals)
    {
        var head = rule.Head;
        var used = new HashSet<string>();
        foreach (var key in head.Ref.Path.AsSpan()[1..])
            VarsIn.Add(used, key, VarScope.All);

        // Comprehensions of the head are scopes of their own, numbered before the body.
        head = head with
        {
            Arguments = [.. head.Arguments.Select(a => Nested(a, originals))],
            Key = head.Key is null ? null : Nested(head.Key, originals),
            Value = head.Value is null ? null : Nested(head.Value, originals),
        };
        if (head.Key is not null)
            VarsIn.Add(used, head.Key, VarScope.All);
        if (head.Value is not null)
        {
            var inValue = VarsIn.Term(head.Value);
            used.UnionWith(inValue);
            unusedArguments.ExceptWith(inValue);
        }

        _scopes = arguments.Copy();
        var body = Body(rule.Body, used);
        foreach (var (name, original) in _scopes.Rewritten)
            originals[name] = original;
        var renamer = new Renamer(_scopes.Inner.Names);
        var path = head.Ref.Path;
        for (var i = 1; i < path.Length; i++)
            path = path.SetItem(i, renamer.Map(path[i]));
        return rule with
        {
            Body = body,
            Head = head with
            {
                Ref = new Term.Ref(head.Ref.At, path),
                Arguments = renamer.Map(head.Arguments),
                Key = head.Key is null ? null : renamer.Map(head.Key),
                Value = head.Value is null ? null : renamer.Map(head.Value),
            },
        };
    }

    /// <summary>Rewrites only what comprehensions and templates in a head declare.</summary>
    private Term Nested(Term term, Dictionary<string, string> originals)
    {
        switch (term)
        {
            case Term.Object obj:
                return new Term.Object(obj.At, [.. obj.Pairs.Select(p => new KeyValuePair<Term, Term>(Nested(p.Key, originals), Nested(p.Value, originals)))]);
            case Term.Set set:
                return new Term.Set(set.At, [.. set.Items.Select(item => Nested(item, originals))]);
            case Term.Array array:
                return new Term.Array(array.At, [.. array.Items.Select(item => Nested(item, originals))]);
            case Term.Call call:
                return new Term.Call(call.At, call.Function, [.. call.Arguments.Select(a => Nested(a, originals))]);
            case Term.Ref r:
                return new Term.Ref(r.At, [.. r.Path.Select(key => Nested(key, originals))]);
            case Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension or Term.Template:
                _scopes = new LocalScopes();
                var mapped = Map(term);
                foreach (var (name, original) in _scopes.Rewritten)
                    originals[name] = original;
                return mapped;
            default:
                return term;
        }
    }

    private ImmutableArray<Expr> Body(ImmutableArray<Expr> body, HashSet<string> used)
    {
        var before = _errors.Count;
        var rewritten = new List<Expr>();
        foreach (var expr in body)
        {
            if (Statement(expr) is { } kept)
                rewritten.Add(kept);
        }
        if (rewritten.Count == 0)
            rewritten.AddRange(Make.True(body.Length > 0 ? body[0].At : Location.None));
        var result = Make.Numbered(rewritten);
        if (_errors.Count == 0 && _strict)
            UnusedAssigned(body, result, used);
        if (_errors.Count == before && _errors.Count == 0)
            UnusedDeclared(body, result, used);
        return result;
    }

    private void UnusedAssigned(ImmutableArray<Expr> body, ImmutableArray<Expr> rewritten, HashSet<string> used)
    {
        var scope = _scopes.Inner;
        var usedNames = used.Select(name => _scopes.Declared(name) ?? name).ToHashSet();
        var unused = scope.Occurrences
            .Where(o => o.Value == LocalOccurrence.Assigned && !o.Key.StartsWith('$') && _scopes.CountOf(o.Key) <= 1 && !usedNames.Contains(scope.Names[o.Key]))
            .Select(o => o.Key)
            .OrderBy(name => scope.Names[name], StringComparer.Ordinal);
        var places = new Places(rewritten, expr => VarsIn.Expr(expr));
        foreach (var name in unused)
            Error(places.Of(scope.Names[name]) ?? body[0].At, $"assigned var {name} unused");
    }

    private void UnusedDeclared(ImmutableArray<Expr> body, ImmutableArray<Expr> rewritten, HashSet<string> used)
    {
        var scope = _scopes.Inner;
        var declared = scope.Occurrences.Where(o => o.Value == LocalOccurrence.Declared).Select(o => o.Key).ToList();
        if (declared.Count == 0)
            return;
        var present = VarsIn.Body(rewritten);
        present.UnionWith(used.Select(name => _scopes.Declared(name) ?? name));
        var places = new Places(body, Declared.In);
        foreach (var name in declared.OrderBy(name => scope.Names[name], StringComparer.Ordinal))
        {
            var replacement = scope.Names[name];
            if (present.Contains(replacement) || used.Contains(replacement) || name.StartsWith("__local", StringComparison.Ordinal))
                continue;
            Error(places.Of(name) ?? body[0].At, $"declared var {name} unused");
        }
    }

    private Expr? Statement(Expr expr) => expr.Form switch
    {
        ExprForm.Call { Name: "assign" } assign => Assignment(expr, assign),
        ExprForm.Some some => Some(expr, some),
        _ => Map(expr),
    };

    private Expr Assignment(Expr expr, ExprForm.Call assign)
    {
        if (expr.Negated)
        {
            Error(expr.At, "cannot assign vars inside negated expression");
            return expr;
        }
        if (assign.Arguments.Length != 2)
            return expr;
        var before = _errors.Count;
        var right = Map(assign.Arguments[1]);
        var with = expr.With.Select(w => w with { Value = Map(w.Value) }).ToImmutableArray();
        var left = Target(assign.Arguments[0]);
        var function = _errors.Count == before ? new Term.Ref(assign.Function.At, [new Term.Var(assign.Function.At, "eq")]) : assign.Function;
        return expr with { Form = new ExprForm.Call(function, [left, right]), With = with };
    }

    private Term Target(Term term)
    {
        switch (term)
        {
            case Term.Var v:
                return Introduce(v.Name, LocalOccurrence.Assigned, v.At) is { } name ? new Term.Var(v.At, name) : v;
            case Term.Array array:
                return new Term.Array(array.At, [.. array.Items.Select(Target)]);
            case Term.Object obj:
                return new Term.Object(obj.At, [.. obj.Pairs.Select(p => new KeyValuePair<Term, Term>(p.Key, Target(p.Value)))]);
            case Term.Ref { Path: [Term.Var { Name: "data" or "input" } root] }:
                return Introduce(root.Name, LocalOccurrence.Assigned, term.At) is { } local ? new Term.Var(term.At, local) : term;
            default:
                Error(term.At, $"cannot assign to {term.Kind}");
                return term;
        }
    }

    private Expr? Some(Expr expr, ExprForm.Some some)
    {
        if (some.Symbols is not [Term.Call member])
        {
            foreach (var symbol in some.Symbols)
            {
                if (Introduce(((Term.Var)symbol).Name, LocalOccurrence.Declared, some.At) is null)
                    return null;
            }
            return null;
        }
        var value = member.Arguments[^2];
        var container = member.Arguments[^1];
        var key = member.Arguments.Length == 3 ? member.Arguments[0] : _names.NextVar(some.At);
        var member1 = container is Term.Ref r ? new Term.Ref(r.At, r.Path.Add(key)) : new Term.Ref(container.At, [container, key]);
        var equality = expr with { Form = new ExprForm.Call(new Term.Ref(some.At, [new Term.Var(some.At, "eq")]), [value, member1]) };
        var outputs = Safety.OutputsOfEquality(equality, VarsIn.Term(container));
        foreach (var name in outputs.Order(StringComparer.Ordinal))
        {
            if (Introduce(name, LocalOccurrence.Declared, some.At) is null)
                return null;
        }
        return Map(equality);
    }

    private string? Introduce(string name, LocalOccurrence occurrence, Location at)
    {
        var problem = _scopes.OccurrenceHere(name) switch
        {
            LocalOccurrence.Seen => $"var {name} referenced above",
            LocalOccurrence.Assigned => $"var {name} assigned above",
            LocalOccurrence.Declared => $"var {name} declared above",
            LocalOccurrence.Argument => $"arg {name} redeclared",
            _ => null,
        };
        if (problem is not null)
        {
            Error(at, problem);
            return null;
        }
        var replacement = _names.Next();
        _scopes.Insert(name, replacement, occurrence);
        return replacement;
    }

    public override Term Map(Term term)
    {
        switch (term)
        {
            case Term.Var v:
                if (_scopes.Declared(v.Name) is { } name)
                {
                    _scopes.Seen(v.Name);
                    return name == v.Name ? v : new Term.Var(v.At, name);
                }
                if (_scopes.OccurrenceHere(v.Name) == LocalOccurrence.New)
                    _scopes.Insert(v.Name, v.Name, LocalOccurrence.Seen);
                return v;
            case Term.Ref { Path: [Term.Var { Name: "data" or "input" } root] }:
                return _scopes.OccurrenceAnywhere(root.Name) is not (LocalOccurrence.New or LocalOccurrence.Seen)
                    ? new Term.Var(term.At, _scopes.Declared(root.Name)!)
                    : term;
            case Term.Call call:
                foreach (var used in VarsIn.Term(call.Function).Order(StringComparer.Ordinal))
                {
                    if (_scopes.Declared(used) is { } shadow && shadow != used)
                    {
                        Error(call.At, $"called function {call.Function} shadowed");
                        break;
                    }
                }
                return base.Map(term);
            default:
                return base.Map(term);
        }
    }

    protected override Term MapArray(Term.ArrayComprehension c)
    {
        _scopes.Push();
        var body = Body(c.Body, VarsIn.Term(c.Head));
        var head = Map(c.Head);
        _scopes.Pop();
        return new Term.ArrayComprehension(c.At, head, body);
    }

    protected override Term MapSet(Term.SetComprehension c)
    {
        _scopes.Push();
        var body = Body(c.Body, VarsIn.Term(c.Head));
        var head = Map(c.Head);
        _scopes.Pop();
        return new Term.SetComprehension(c.At, head, body);
    }

    protected override Term MapObject(Term.ObjectComprehension c)
    {
        _scopes.Push();
        var used = VarsIn.Term(c.Key);
        VarsIn.Add(used, c.Value, VarScope.All);
        var body = Body(c.Body, used);
        var key = Map(c.Key);
        var value = Map(c.Value);
        _scopes.Pop();
        return new Term.ObjectComprehension(c.At, key, value, body);
    }

    protected override Term MapTemplate(Term.Template template)
    {
        _scopes.Push();
        var mapped = base.MapTemplate(template);
        _scopes.Pop();
        return mapped;
    }

    protected override ImmutableArray<Expr> MapClosed(ImmutableArray<Expr> body)
    {
        _scopes.Push();
        var mapped = Body(body, []);
        _scopes.Pop();
        return mapped;
    }

    protected override ExprForm MapEvery(ExprForm.Every every)
    {
        var domain = Map(every.Domain);
        _scopes.Push();
        var key = every.Key is null ? _names.NextVar(every.At) : Bound(every.Key, every.At);
        var value = Bound(every.Value, every.At);
        var body = Body(every.Body, []);
        _scopes.Pop();
        return new ExprForm.Every(every.At, key, value, domain, body);
    }

    private Term Bound(Term variable, Location at) =>
        variable is Term.Var { IsWildcard: false } v && Introduce(v.Name, LocalOccurrence.Declared, at) is { } name ? new Term.Var(v.At, name) : variable;

    protected override With Map(With with)
    {
        var target = Map(with.Target);

        // A local called input does not change what `with input` replaces.
        if (_scopes.Declared("input") is { } input)
        {
            target = target switch
            {
                Term.Var v when v.Name == input => new Term.Ref(v.At, [new Term.Var(v.At, "input")]),
                Term.Ref { Head: Term.Var head } r when head.Name == input => new Term.Ref(r.At, r.Path.SetItem(0, new Term.Var(head.At, "input"))),
                _ => target,
            };
        }
        return with with { Target = target, Value = Map(with.Value) };
    }

    /// <summary>The first expression of a body with a name, found when it is asked for.</summary>
    private sealed class Places(ImmutableArray<Expr> body, Func<Expr, HashSet<string>> namesIn)
    {
        private Dictionary<string, Location>? _first;

        public Location? Of(string name)
        {
            if (_first is null)
            {
                _first = [];
                foreach (var expr in body)
                {
                    foreach (var found in namesIn(expr))
                        _first.TryAdd(found, expr.At);
                }
            }
            return _first.GetValueOrDefault(name);
        }
    }
}
