using System.Collections.Immutable;
using System.Globalization;

namespace Crank.Rego.Syntax;

/// <summary>An order of terms: by kind, then by value, then by source.</summary>
internal sealed class TermOrder : IComparer<Term>
{
    public static TermOrder Instance { get; } = new();

    public int Compare(Term? x, Term? y)
    {
        var order = Rank(x).CompareTo(Rank(y));
        return order != 0 ? order : (x, y) switch
        {
            (Term.Boolean a, Term.Boolean b) => a.Value.CompareTo(b.Value),
            (Term.Number a, Term.Number b) => Number(a).CompareTo(Number(b)),
            (Term.String a, Term.String b) => string.CompareOrdinal(a.Value, b.Value),
            (Term.Var a, Term.Var b) => string.CompareOrdinal(a.Name, b.Name),
            (Term.Ref a, Term.Ref b) => Compare(a.Path, b.Path),
            (Term.Array a, Term.Array b) => Compare(a.Items, b.Items),
            _ => string.CompareOrdinal(x?.ToString(), y?.ToString()),
        };
    }

    private int Compare(ImmutableArray<Term> a, ImmutableArray<Term> b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (Compare(a[i], b[i]) is var order and not 0)
                return order;
        }
        return a.Length.CompareTo(b.Length);
    }

    private static double Number(Term.Number number) => double.Parse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static int Rank(Term? term) => term switch
    {
        null => -1,
        Term.Null => 0,
        Term.Boolean => 1,
        Term.Number => 2,
        Term.String => 3,
        Term.Var => 4,
        Term.Ref => 5,
        Term.Array => 6,
        Term.Object => 7,
        Term.Set => 8,
        Term.ArrayComprehension => 9,
        Term.ObjectComprehension => 10,
        Term.SetComprehension => 11,
        Term.Call => 12,
        _ => 13,
    };
}
