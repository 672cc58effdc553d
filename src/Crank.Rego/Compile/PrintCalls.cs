using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>
/// Drops calls of <c>print</c>, or turns them into <c>internal.print</c> over set comprehensions, so that an undefined operand is printed
/// as such and does not end the evaluation.
/// </summary>
internal sealed class PrintCalls : Mapper
{
    private readonly Func<Term.Ref, int>? _arity;
    private readonly LocalNames? _names;
    private readonly Problems _problems;
    private HashSet<string> _known;

    private PrintCalls(Func<Term.Ref, int>? arity, LocalNames? names, Problems problems, HashSet<string> known)
    {
        _arity = arity;
        _names = names;
        _problems = problems;
        _known = known;
    }

    public static void Drop(Unit unit, Problems problems) => unit.Map(rule => new PrintCalls(null, null, problems, []).Rewrite(rule));

    public static ImmutableArray<Expr> Drop(ImmutableArray<Expr> query, Problems problems) => new PrintCalls(null, null, problems, []).Map(query);

    public static void Keep(Unit unit, LocalNames names, Func<Term.Ref, int> arity, Problems problems) =>
        unit.Map(rule => new PrintCalls(arity, names, problems, [.. Safety.Roots(), .. VarsIn.Terms(rule.Head.Arguments)]).Rewrite(rule));

    public static ImmutableArray<Expr> Keep(ImmutableArray<Expr> query, LocalNames names, Func<Term.Ref, int> arity, Problems problems) =>
        new PrintCalls(arity, names, problems, Safety.Roots()).Map(query);

    private Rule Rewrite(Rule rule) => rule with
    {
        Head = rule.Head with
        {
            Key = rule.Head.Key is null ? null : Map(rule.Head.Key),
            Value = rule.Head.Value is null ? null : Map(rule.Head.Value),
        },
        Body = Map(rule.Body),
    };

    public override ImmutableArray<Expr> Map(ImmutableArray<Expr> body)
    {
        var kept = new List<Expr>(body.Length);
        var outer = _known;
        var known = new HashSet<string>(outer);
        var safety = _arity is null ? null : new Safety(_arity);
        var changed = false;
        foreach (var expr in body)
        {
            _known = known;
            if (Make.IsCall(expr, "print"))
            {
                changed = true;
                if (_names is not null && Captured(expr, (ExprForm.Call)expr.Form) is { } print)
                    kept.Add(print);
                continue;
            }
            var mapped = Map(expr);
            changed |= !ReferenceEquals(mapped, expr);
            kept.Add(mapped);
            if (safety is not null)
            {
                known.UnionWith(safety.OutputsOf([expr], known));
                known.UnionWith(VarsIn.Expr(expr).Where(name => name.StartsWith("__local", StringComparison.Ordinal)));
            }
        }
        _known = outer;
        if (!changed)
            return body;
        return kept.Count == 0 ? Make.True(body[0].At) : Make.Numbered(kept);
    }

    protected override ExprForm MapEvery(ExprForm.Every every)
    {
        var outer = _known;
        _known = [.. outer, .. VarsIn.Term(every.Key), .. VarsIn.Term(every.Value)];
        var mapped = base.MapEvery(every);
        _known = outer;
        return mapped;
    }

    private Expr? Captured(Expr expr, ExprForm.Call call)
    {
        var items = ImmutableArray.CreateBuilder<Term>();
        foreach (var argument in call.Arguments)
        {
            var missing = VarsIn.Term(argument, VarScope.Safety).Where(name => !_known.Contains(name)).Order(StringComparer.Ordinal).ToList();
            foreach (var name in missing)
                _problems.Add(RegoErrorCodes.Compile, argument.At, $"var {name} is undeclared");
            if (missing.Count > 0)
                return null;
            var value = _names!.NextVar(argument.At);
            items.Add(new Term.SetComprehension(argument.At, value, [Make.Equality(argument.At, value, argument)]));
        }
        return expr with { Form = new ExprForm.Call(Terms.Function(expr.At, "internal.print"), [new Term.Array(expr.At, items.ToImmutable())]) };
    }
}
