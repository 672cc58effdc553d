using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>
/// Binds references and comprehensions inside terms to variables before the expression: <c>f(data.x)</c> becomes
/// <c>a = data.x; f(a)</c>.
/// </summary>
internal sealed class Dynamics(LocalNames names)
{
    public ImmutableArray<Expr> Rewrite(ImmutableArray<Expr> body)
    {
        var result = new List<Expr>(body.Length);
        foreach (var expr in body)
            result.Add(Rewrite(expr, result));
        return Make.Numbered(result);
    }

    private Expr Rewrite(Expr expr, List<Expr> before)
    {
        switch (expr.Form)
        {
            case ExprForm.Call { Name: "eq", Arguments.Length: 2 } eq:
                var left = Outer(expr, eq.Arguments[0], before);
                var right = Outer(expr, eq.Arguments[1], before);
                return expr with { Form = new ExprForm.Call(eq.Function, [left, right]) };
            case ExprForm.Call call:
                return expr with { Form = new ExprForm.Call(call.Function, [.. call.Arguments.Select(argument => One(expr, argument, before))]) };
            case ExprForm.Every every:
                var domain = One(expr, every.Domain, before);
                return expr with { Form = new ExprForm.Every(every.At, every.Key, every.Value, domain, Rewrite(every.Body)) };
            case ExprForm.Single single:
                return expr with { Form = new ExprForm.Single(Outer(expr, single.Term, before)) };
            case ExprForm.Not not:
                return expr with { Form = new ExprForm.Not(not.At, Rewrite(not.Body)) };
            case ExprForm.Logic logic:
                return expr with { Form = new ExprForm.Logic(logic.At, logic.IsOr, Rewrite(logic.Left), Rewrite(logic.Right)) };
            default:
                return expr;
        }
    }

    /// <summary>A term that stands by itself in an expression may be a reference or comprehension.</summary>
    private Term Outer(Expr expr, Term term, List<Expr> before) => term switch
    {
        Term.Ref r => Keys(expr, r, before),
        Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension => Inner(term),
        _ => One(expr, term, before),
    };

    private Term.Ref Keys(Expr expr, Term.Ref r, List<Expr> before)
    {
        var path = r.Path;
        for (var i = 1; i < path.Length; i++)
        {
            var key = One(expr, path[i], before);
            if (!ReferenceEquals(key, path[i]))
                path = path.SetItem(i, key);
        }
        return path == r.Path ? r : new Term.Ref(r.At, path);
    }

    private Term Inner(Term comprehension) => comprehension switch
    {
        Term.ArrayComprehension c => new Term.ArrayComprehension(c.At, c.Head, Rewrite(c.Body)),
        Term.SetComprehension c => new Term.SetComprehension(c.At, c.Head, Rewrite(c.Body)),
        Term.ObjectComprehension c => new Term.ObjectComprehension(c.At, c.Key, c.Value, Rewrite(c.Body)),
        _ => comprehension,
    };

    private Term One(Expr expr, Term term, List<Expr> before)
    {
        switch (term)
        {
            case Term.Ref r:
                return Bound(expr, Keys(expr, r, before), before);
            case Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension:
                return Bound(expr, Inner(term), before);
            case Term.Array array:
                return new Term.Array(array.At, [.. array.Items.Select(item => One(expr, item, before))]);
            case Term.Set set:
                return new Term.Set(set.At, [.. set.Items.Select(item => One(expr, item, before))]);
            case Term.Object obj:
                return new Term.Object(obj.At, [.. obj.Pairs.Select(p => new KeyValuePair<Term, Term>(One(expr, p.Key, before), One(expr, p.Value, before)))]);
            default:
                return term;
        }
    }

    private Term.Var Bound(Expr expr, Term term, List<Expr> before)
    {
        var (equality, variable) = names.Capture(term);
        before.Add(equality with { With = expr.With });
        return variable;
    }
}
