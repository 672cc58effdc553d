using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Plan;

/// <summary>Visits the variables of terms and bodies, each as often as it stands there.</summary>
internal static class Variables
{
    public static Dictionary<string, int> Count(Rule rule)
    {
        var counts = new Dictionary<string, int>();
        void See(string name) => counts[name] = counts.GetValueOrDefault(name) + 1;
        for (var branch = rule; branch is not null; branch = branch.Else)
        {
            foreach (var argument in branch.Head.Arguments)
            {
                Visit(argument, See);
            }

            Visit(branch.Head.Ref, See);
            Visit(branch.Head.Key, See);
            Visit(branch.Head.Value, See);
            Visit(branch.Body, See);
        }

        return counts;
    }

    public static void Visit(ImmutableArray<Expr> body, Action<string> see)
    {
        foreach (var expr in body)
        {
            Visit(expr, see);
        }
    }

    public static void Visit(Expr expr, Action<string> see)
    {
        foreach (var with in expr.With)
        {
            Visit(with.Value, see);
        }

        switch (expr.Form)
        {
            case ExprForm.Single single: Visit(single.Term, see); break;
            case ExprForm.Call call: Visit(call.Arguments, see); break;
            case ExprForm.Some some: Visit(some.Symbols, see); break;
            case ExprForm.Every every:
                Visit(every.Key, see);
                Visit(every.Value, see);
                Visit(every.Domain, see);
                Visit(every.Body, see);
                break;
            case ExprForm.Not not: Visit(not.Body, see); break;
            case ExprForm.Logic logic:
                Visit(logic.Left, see);
                Visit(logic.Right, see);
                break;
        }
    }

    public static void Visit(ImmutableArray<Term> terms, Action<string> see)
    {
        foreach (var term in terms)
        {
            Visit(term, see);
        }
    }

    public static void Visit(Term? term, Action<string> see)
    {
        switch (term)
        {
            case Term.Var variable: see(variable.Name); break;
            case Term.Ref reference: Visit(reference.Path, see); break;
            case Term.Array array: Visit(array.Items, see); break;
            case Term.Set set: Visit(set.Items, see); break;
            case Term.Object pairs:
                foreach (var (key, value) in pairs.Pairs)
                {
                    Visit(key, see);
                    Visit(value, see);
                }

                break;
            case Term.Call call: Visit(call.Arguments, see); break;
            case Term.ArrayComprehension made:
                Visit(made.Head, see);
                Visit(made.Body, see);
                break;
            case Term.SetComprehension made:
                Visit(made.Head, see);
                Visit(made.Body, see);
                break;
            case Term.ObjectComprehension made:
                Visit(made.Key, see);
                Visit(made.Value, see);
                Visit(made.Body, see);
                break;
            case Term.Template template:
                foreach (var part in template.Parts)
                {
                    Visit(part.Term, see);
                    if (part.Expr is not null)
                    {
                        Visit(part.Expr, see);
                    }
                }

                break;
        }
    }
}
