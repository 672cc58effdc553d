using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <summary>Compares terms by what they say, not by where they stand.</summary>
internal sealed class TermComparer : IEqualityComparer<Term>
{
    public static TermComparer Instance { get; } = new();

    public bool Equals(Term? x, Term? y)
    {
        if (ReferenceEquals(x, y))
            return true;
        return (x, y) switch
        {
            (Term.Null, Term.Null) => true,
            (Term.Boolean a, Term.Boolean b) => a.Value == b.Value,
            (Term.Number a, Term.Number b) => a.Text == b.Text,
            (Term.String a, Term.String b) => a.Value == b.Value,
            (Term.Var a, Term.Var b) => a.Name == b.Name,
            (Term.Ref a, Term.Ref b) => Same(a.Path, b.Path),
            (Term.Array a, Term.Array b) => Same(a.Items, b.Items),
            (Term.Set a, Term.Set b) => Same(a.Items, b.Items),
            (Term.Object a, Term.Object b) => a.Pairs.Length == b.Pairs.Length
                && a.Pairs.Zip(b.Pairs).All(p => Equals(p.First.Key, p.Second.Key) && Equals(p.First.Value, p.Second.Value)),
            (Term.Call a, Term.Call b) => Equals(a.Function, b.Function) && Same(a.Arguments, b.Arguments),
            (Term.ArrayComprehension a, Term.ArrayComprehension b) => Equals(a.Head, b.Head) && Same(a.Body, b.Body),
            (Term.SetComprehension a, Term.SetComprehension b) => Equals(a.Head, b.Head) && Same(a.Body, b.Body),
            (Term.ObjectComprehension a, Term.ObjectComprehension b) =>
                Equals(a.Key, b.Key) && Equals(a.Value, b.Value) && Same(a.Body, b.Body),
            (Term.Template a, Term.Template b) => a.Raw == b.Raw && a.Parts.Length == b.Parts.Length
                && a.Parts.Zip(b.Parts).All(p => Same(p.First, p.Second)),
            _ => false,
        };
    }

    public int GetHashCode(Term obj) => obj switch
    {
        Term.Null => 1,
        Term.Boolean b => b.Value ? 2 : 3,
        Term.Number n => n.Text.GetHashCode(StringComparison.Ordinal),
        Term.String s => s.Value.GetHashCode(StringComparison.Ordinal),
        Term.Var v => v.Name.GetHashCode(StringComparison.Ordinal) ^ 5,
        Term.Ref r => Hash(7, r.Path),
        Term.Array a => Hash(8, a.Items),
        Term.Set s => Hash(9, s.Items),
        Term.Object o => HashCode.Combine(10, o.Pairs.Length),
        Term.Call c => Hash(GetHashCode(c.Function), c.Arguments),
        Term.ArrayComprehension c => HashCode.Combine(11, GetHashCode(c.Head)),
        Term.SetComprehension c => HashCode.Combine(12, GetHashCode(c.Head)),
        Term.ObjectComprehension c => HashCode.Combine(13, GetHashCode(c.Key)),
        _ => 14,
    };

    public static bool Same(ImmutableArray<Term> a, ImmutableArray<Term> b) =>
        a.Length == b.Length && a.Zip(b).All(p => Instance.Equals(p.First, p.Second));

    public static bool Same(ImmutableArray<Expr> a, ImmutableArray<Expr> b) => a.Length == b.Length && a.Zip(b).All(p => Same(p.First, p.Second));

    public static bool Same(Expr a, Expr b) => ReferenceEquals(a, b)
        || (a.Negated == b.Negated && Same(a.Form, b.Form) && a.With.Length == b.With.Length
            && a.With.Zip(b.With).All(p => Instance.Equals(p.First.Target, p.Second.Target) && Instance.Equals(p.First.Value, p.Second.Value)));

    public static bool Same(Rule? a, Rule? b)
    {
        while (a is not null && b is not null)
        {
            if (a.IsDefault != b.IsDefault || !Same(a.Head, b.Head) || !Same(a.Body, b.Body))
                return false;
            (a, b) = (a.Else, b.Else);
        }
        return a is null && b is null;
    }

    public static bool Same(Head a, Head b) => Instance.Equals(a.Ref, b.Ref) && Same(a.Arguments, b.Arguments) && a.IsFunction == b.IsFunction
        && Instance.Equals(a.Key, b.Key) && Instance.Equals(a.Value, b.Value) && a.Assign == b.Assign;

    private static bool Same(TemplatePart a, TemplatePart b) =>
        a.Term is not null || b.Term is not null ? Instance.Equals(a.Term, b.Term) : Same(a.Expr!, b.Expr!);

    private static bool Same(ExprForm a, ExprForm b) => (a, b) switch
    {
        (ExprForm.Single x, ExprForm.Single y) => Instance.Equals(x.Term, y.Term),
        (ExprForm.Call x, ExprForm.Call y) => Instance.Equals(x.Function, y.Function) && Same(x.Arguments, y.Arguments),
        (ExprForm.Some x, ExprForm.Some y) => Same(x.Symbols, y.Symbols),
        (ExprForm.Every x, ExprForm.Every y) => Instance.Equals(x.Key, y.Key) && Instance.Equals(x.Value, y.Value)
            && Instance.Equals(x.Domain, y.Domain) && Same(x.Body, y.Body),
        (ExprForm.Not x, ExprForm.Not y) => Same(x.Body, y.Body),
        (ExprForm.Logic x, ExprForm.Logic y) => x.IsOr == y.IsOr && Same(x.Left, y.Left) && Same(x.Right, y.Right),
        _ => false,
    };

    private int Hash(int seed, ImmutableArray<Term> terms)
    {
        var hash = seed;
        foreach (var term in terms)
            hash = HashCode.Combine(hash, GetHashCode(term));
        return hash;
    }
}
