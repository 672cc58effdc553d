using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Small constructions that several passes need.</summary>
internal static class Make
{
    public static Expr Equality(Location at, Term left, Term right) =>
        new(at, new ExprForm.Call(new Term.Ref(at, [new Term.Var(at, "eq")]), [left, right]));

    public static ImmutableArray<Expr> True(Location at) => [new Expr(at, new ExprForm.Single(new Term.Boolean(at, true)))];

    public static ImmutableArray<Expr> Numbered(IReadOnlyList<Expr> body)
    {
        var numbered = ImmutableArray.CreateBuilder<Expr>(body.Count);
        for (var i = 0; i < body.Count; i++)
            numbered.Add(body[i].Index == i ? body[i] : body[i] with { Index = i });
        return numbered.MoveToImmutable();
    }

    /// <summary>Applies a change to a rule and to each of its else branches.</summary>
    public static Rule Branches(Rule rule, Func<Rule, Rule> change)
    {
        if (rule.Else is null)
            return change(rule);
        var branches = new List<Rule>();
        for (var branch = rule; branch is not null; branch = branch.Else)
            branches.Add(change(branch));
        Rule? chain = null;
        for (var i = branches.Count - 1; i >= 0; i--)
            chain = branches[i] with { Else = chain };
        return chain!;
    }

    public static IEnumerable<Rule> Each(Rule rule)
    {
        for (var branch = rule; branch is not null; branch = branch.Else)
            yield return branch;
    }

    public static bool IsCall(Expr expr, string name) => expr.Form is ExprForm.Call call && call.Name == name;

    public static bool IsScalar(Term term) => term is Term.Null or Term.Boolean or Term.Number or Term.String;

    /// <summary>A scalar, or a collection of constants. Comprehensions, references, calls and variables are none.</summary>
    public static bool IsConstant(Term term) => term switch
    {
        Term.Null or Term.Boolean or Term.Number or Term.String => true,
        Term.Array array => array.Items.All(IsConstant),
        Term.Set set => set.Items.All(IsConstant),
        Term.Object obj => obj.Pairs.All(p => IsConstant(p.Key) && IsConstant(p.Value)),
        _ => false,
    };

    /// <summary>Does the term hold a reference or comprehension, so that it must be computed before it can be compared?</summary>
    public static bool NeedsEvaluation(Term? term) => term switch
    {
        Term.Ref or Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension => true,
        Term.Array array => array.Items.Any(NeedsEvaluation),
        Term.Set set => set.Items.Any(NeedsEvaluation),
        Term.Object obj => obj.Pairs.Any(p => NeedsEvaluation(p.Key) || NeedsEvaluation(p.Value)),
        Term.Call => true,
        _ => false,
    };

    public static bool IsRoot(Term term) => term is Term.Ref { Path: [Term.Var { Name: "data" or "input" }] };
}
