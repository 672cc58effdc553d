using System.Collections.Immutable;
using Crank.Rego.Compile;
using Crank.Rego.Syntax;

namespace Crank.Rego.Plan;

/// <summary>Finds the names that some <c>with</c> replaces, parts of input among them. Calls of everything else need not look.</summary>
internal static class Mocked
{
    public static ImmutableHashSet<string> In(IEnumerable<CompiledModule> modules)
    {
        var withs = new Withs();
        foreach (var rule in modules.SelectMany(m => m.Rules))
        {
            for (var branch = rule; branch is not null; branch = branch.Else)
            {
                withs.Visit(branch);
                withs.Visit(branch.Head.Ref);
            }
        }

        return withs.Names.ToImmutable();
    }

    public static ImmutableHashSet<string> In(ImmutableArray<Expr> body)
    {
        var withs = new Withs();
        withs.Visit(body);
        return withs.Names.ToImmutable();
    }

    private sealed class Withs : Visitor
    {
        public ImmutableHashSet<string>.Builder Names { get; } = ImmutableHashSet.CreateBuilder<string>();

        public override void Visit(Expr expr)
        {
            foreach (var with in expr.With)
            {
                Names.Add(with.Target switch
                {
                    Term.Ref target => Printer.Dotted(target),
                    Term.Var target => target.Name,
                    _ => "",
                });
            }

            base.Visit(expr);
        }
    }
}
