using System.Collections.Immutable;
using Crank.Rego.Compile;
using Crank.Rego.Syntax;

namespace Crank.Rego.Plan;

/// <summary>Finds the names that some <c>with</c> replaces, other than parts of input. Calls of everything else need not look.</summary>
internal static class Mocked
{
    public static ImmutableHashSet<string> In(IEnumerable<CompiledModule> modules)
    {
        var names = ImmutableHashSet.CreateBuilder<string>();
        foreach (var rule in modules.SelectMany(m => m.Rules))
        {
            for (var branch = rule; branch is not null; branch = branch.Else)
            {
                Search(branch.Body, names);
                Search(branch.Head.Value, names);
                Search(branch.Head.Key, names);
                Search(branch.Head.Ref, names);
            }
        }

        return names.ToImmutable();
    }

    public static ImmutableHashSet<string> In(ImmutableArray<Expr> body)
    {
        var names = ImmutableHashSet.CreateBuilder<string>();
        Search(body, names);
        return names.ToImmutable();
    }

    private static void Search(ImmutableArray<Expr> body, ImmutableHashSet<string>.Builder names)
    {
        foreach (var expr in body)
        {
            foreach (var with in expr.With)
            {
                names.Add(with.Target switch
                {
                    Term.Ref target => Printer.Dotted(target),
                    Term.Var target => target.Name,
                    _ => "",
                });
                Search(with.Value, names);
            }

            switch (expr.Form)
            {
                case ExprForm.Single single: Search(single.Term, names); break;
                case ExprForm.Call call: Search(call.Arguments, names); break;
                case ExprForm.Some some: Search(some.Symbols, names); break;
                case ExprForm.Every every:
                    Search(every.Domain, names);
                    Search(every.Body, names);
                    break;
                case ExprForm.Not not: Search(not.Body, names); break;
                case ExprForm.Logic logic:
                    Search(logic.Left, names);
                    Search(logic.Right, names);
                    break;
            }
        }
    }

    private static void Search(ImmutableArray<Term> terms, ImmutableHashSet<string>.Builder names)
    {
        foreach (var term in terms)
        {
            Search(term, names);
        }
    }

    private static void Search(Term? term, ImmutableHashSet<string>.Builder names)
    {
        switch (term)
        {
            case Term.Ref reference: Search(reference.Path, names); break;
            case Term.Array array: Search(array.Items, names); break;
            case Term.Set set: Search(set.Items, names); break;
            case Term.Object pairs:
                foreach (var (key, value) in pairs.Pairs)
                {
                    Search(key, names);
                    Search(value, names);
                }

                break;
            case Term.Call call: Search(call.Arguments, names); break;
            case Term.ArrayComprehension made:
                Search(made.Head, names);
                Search(made.Body, names);
                break;
            case Term.SetComprehension made:
                Search(made.Head, names);
                Search(made.Body, names);
                break;
            case Term.ObjectComprehension made:
                Search(made.Key, names);
                Search(made.Value, names);
                Search(made.Body, names);
                break;
        }
    }
}
