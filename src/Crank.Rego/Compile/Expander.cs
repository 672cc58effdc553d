using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>
/// Moves calls out of terms: <c>x = f(g(y))</c> becomes <c>g(y, a); f(a, b); x = b</c>, and gives a name to what is indexed without
/// having one: <c>[1, 2][i]</c> becomes <c>a = [1, 2]; a[i]</c>.
/// </summary>
internal sealed class Expander(LocalNames names)
{
    public Rule Expand(Rule rule)
    {
        var head = rule.Head;
        var support = new List<Expr>();
        head = head with
        {
            Arguments = Expand(head.Arguments, support),
            Key = head.Key is null ? null : Expand(head.Key, support),
            Value = head.Value is null ? null : Expand(head.Value, support),
        };
        return rule with { Head = head, Body = Expand([.. rule.Body, .. support]) };
    }

    public ImmutableArray<Expr> Expand(ImmutableArray<Expr> body)
    {
        var expanded = new List<Expr>(body.Length);
        foreach (var expr in body)
            Expand(expr, expanded);
        return Make.Numbered(expanded);
    }

    private void Expand(Expr expr, List<Expr> to)
    {
        if (!expr.With.IsEmpty)
            expr = expr with { With = [.. expr.With.Select(with => with with { Value = Expand(with.Value, to) })] };
        var support = new List<Expr>();
        switch (expr.Form)
        {
            case ExprForm.Single single:
                var term = Expand(single.Term, support);
                AddWith(expr, support, to);
                to.Add(ReferenceEquals(term, single.Term) ? expr : expr with { Form = new ExprForm.Single(term) });
                break;
            case ExprForm.Call call:
                var arguments = Expand(call.Arguments, support);
                AddWith(expr, support, to);
                to.Add(arguments == call.Arguments ? expr : expr with { Form = new ExprForm.Call(call.Function, arguments) });
                break;
            case ExprForm.Every every:
                var domain = names.NextVar(every.Domain.At);
                Expand(Make.Equality(every.Domain.At, domain, every.Domain) with { Generated = true, With = expr.With }, to);
                to.Add(expr with { Form = new ExprForm.Every(every.At, every.Key, every.Value, domain, Expand(every.Body)) });
                break;
            case ExprForm.Not not:
                to.Add(expr with { Form = new ExprForm.Not(not.At, Expand(not.Body)) });
                break;
            case ExprForm.Logic logic:
                to.Add(expr with { Form = new ExprForm.Logic(logic.At, logic.IsOr, Expand(logic.Left), Expand(logic.Right)) });
                break;
            default:
                to.Add(expr);
                break;
        }
    }

    private static void AddWith(Expr expr, List<Expr> support, List<Expr> to)
    {
        foreach (var extra in support)
            to.Add(expr.With.IsEmpty ? extra : extra with { With = expr.With });
    }

    private ImmutableArray<Term> Expand(ImmutableArray<Term> terms, List<Expr> support)
    {
        var expanded = terms;
        for (var i = 0; i < terms.Length; i++)
        {
            var term = Expand(terms[i], support);
            if (!ReferenceEquals(term, terms[i]))
                expanded = expanded.SetItem(i, term);
        }
        return expanded;
    }

    private Term Expand(Term term, List<Expr> support)
    {
        switch (term)
        {
            case Term.Call call:
                var arguments = Expand(call.Arguments, support);
                var result = names.NextVar(call.At);
                support.Add(new Expr(call.At, new ExprForm.Call(call.Function, arguments.Add(result))) { Generated = true });
                return result;
            case Term.Ref r:
                var path = Expand(r.Path, support);
                if (path[0] is Term.Array or Term.Object or Term.Set or Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension)
                {
                    var (equality, variable) = names.Capture(path[0]);
                    support.Add(equality);
                    path = path.SetItem(0, variable);
                }
                return path == r.Path ? r : new Term.Ref(r.At, path);
            case Term.Array array:
                var items = Expand(array.Items, support);
                return items == array.Items ? array : new Term.Array(array.At, items);
            case Term.Set set:
                var members = Expand(set.Items, support);
                return members == set.Items ? set : new Term.Set(set.At, members);
            case Term.Object obj:
                var pairs = obj.Pairs;
                for (var i = 0; i < pairs.Length; i++)
                {
                    var key = Expand(pairs[i].Key, support);
                    var value = Expand(pairs[i].Value, support);
                    if (!ReferenceEquals(key, pairs[i].Key) || !ReferenceEquals(value, pairs[i].Value))
                        pairs = pairs.SetItem(i, new(key, value));
                }
                return pairs == obj.Pairs ? obj : new Term.Object(obj.At, pairs);
            case Term.ArrayComprehension c:
                var inArray = new List<Expr>();
                var head = Expand(c.Head, inArray);
                return new Term.ArrayComprehension(c.At, head, Expand([.. c.Body, .. inArray]));
            case Term.SetComprehension c:
                var inSet = new List<Expr>();
                var member = Expand(c.Head, inSet);
                return new Term.SetComprehension(c.At, member, Expand([.. c.Body, .. inSet]));
            case Term.ObjectComprehension c:
                var inObject = new List<Expr>();
                var newKey = Expand(c.Key, inObject);
                var newValue = Expand(c.Value, inObject);
                return new Term.ObjectComprehension(c.At, newKey, newValue, Expand([.. c.Body, .. inObject]));
            default:
                return term;
        }
    }
}
