using System.Collections.Immutable;

namespace Crank.Rego.Syntax;

/// <summary>Questions about terms and small constructions of them.</summary>
public static class Terms
{
    /// <summary>Is the term a constant, free of variables, references, comprehensions, calls and templates?</summary>
    public static bool IsGround(Term term) => term switch
    {
        Term.Null or Term.Boolean or Term.Number or Term.String => true,
        Term.Array array => array.Items.All(IsGround),
        Term.Set set => set.Items.All(IsGround),
        Term.Object obj => obj.Pairs.All(p => IsGround(p.Key) && IsGround(p.Value)),
        Term.Ref reference => reference.Path.Skip(1).All(IsGround),
        Term.Call call => call.Arguments.All(IsGround),
        Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension => true,
        _ => false,
    };

    /// <summary>Do two terms say the same, wherever they stand? Variables are compared by name, numbers by their text.</summary>
    public static bool Same(Term? a, Term? b) => TermComparer.Instance.Equals(a, b);

    /// <summary>Do two bodies say the same, wherever they stand?</summary>
    public static bool Same(ImmutableArray<Expr> a, ImmutableArray<Expr> b) => TermComparer.Same(a, b);

    /// <summary>A reference made of a head variable and string keys.</summary>
    public static Term.Ref Ref(Location at, string head, params ReadOnlySpan<string> keys)
    {
        var path = ImmutableArray.CreateBuilder<Term>(keys.Length + 1);
        path.Add(new Term.Var(at, head));
        foreach (var key in keys)
            path.Add(new Term.String(at, key));
        return new Term.Ref(at, path.MoveToImmutable());
    }

    /// <summary>The name of a builtin as a reference: <c>json.filter</c> has two parts.</summary>
    public static Term.Ref Function(Location at, string dotted)
    {
        var parts = dotted.Split('.');
        return Ref(at, parts[0], parts.AsSpan(1));
    }

    /// <summary><paramref name="below"/> with its head as a string key behind <paramref name="prefix"/>.</summary>
    public static Term.Ref Extend(Term.Ref prefix, Term.Ref below) => new(below.At,
    [
        .. prefix.Path,
        below.Head is Term.Var head ? new Term.String(head.At, head.Name) : below.Head,
        .. below.Path.AsSpan()[1..],
    ]);

    /// <summary>The longest part from the start that is constant; the head always belongs to it.</summary>
    public static Term.Ref GroundPrefix(Term.Ref reference)
    {
        for (var i = 1; i < reference.Path.Length; i++)
        {
            if (!IsGround(reference.Path[i]))
                return i == reference.Path.Length ? reference : new Term.Ref(reference.At, reference.Path[..i]);
        }
        return reference;
    }

    /// <summary>Does <paramref name="reference"/> begin with all of <paramref name="prefix"/>?</summary>
    public static bool HasPrefix(Term.Ref reference, Term.Ref prefix)
    {
        if (prefix.Path.Length > reference.Path.Length)
            return false;
        for (var i = 0; i < prefix.Path.Length; i++)
        {
            if (!Same(reference.Path[i], prefix.Path[i]))
                return false;
        }
        return true;
    }
}
