using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Collects what a body declares with <c>:=</c> and <c>some</c>, closures with a scope of their own left out.</summary>
internal sealed class Declared : Visitor
{
    private readonly HashSet<string> _names = [];

    public static HashSet<string> In(ImmutableArray<Expr> body)
    {
        var declared = new Declared();
        declared.Visit(body);
        return declared._names;
    }

    public static HashSet<string> In(Expr expr)
    {
        var declared = new Declared();
        declared.Visit(expr);
        return declared._names;
    }

    public override void Visit(Expr expr)
    {
        switch (expr.Form)
        {
            case ExprForm.Call { Name: "assign", Arguments.Length: 2 } assign:
                VarsIn.Add(_names, assign.Arguments[0], VarScope.All);
                break;
            case ExprForm.Some { Symbols: [Term.Call member] }:
                foreach (var pattern in member.Arguments.AsSpan()[..^1])
                    VarsIn.Add(_names, pattern, VarScope.All);
                break;
            case ExprForm.Some some:
                foreach (var symbol in some.Symbols)
                    VarsIn.Add(_names, symbol, VarScope.All);
                break;
            case ExprForm.Not or ExprForm.Logic:
                return;
        }
        base.Visit(expr);
    }

    public override void Visit(Term term)
    {
        if (term is not (Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension))
            base.Visit(term);
    }
}
