using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Plan;

/// <summary>Visits the variables of terms and bodies, each as often as it stands there.</summary>
internal static class Variables
{
    public static Dictionary<string, int> Count(Rule rule)
    {
        var counts = new Dictionary<string, int>();
        var names = new Names(name => counts[name] = counts.GetValueOrDefault(name) + 1);
        for (var branch = rule; branch is not null; branch = branch.Else)
        {
            names.Visit(branch);
            names.Visit(branch.Head.Ref);
        }

        return counts;
    }

    public static void Visit(ImmutableArray<Expr> body, Action<string> see) => new Names(see).Visit(body);

    public static void Visit(Term term, Action<string> see) => new Names(see).Visit(term);

    private sealed class Names(Action<string> see) : Visitor
    {
        public override void Visit(Term term)
        {
            if (term is Term.Var variable)
            {
                see(variable.Name);
            }
            else
            {
                base.Visit(term);
            }
        }
    }
}
