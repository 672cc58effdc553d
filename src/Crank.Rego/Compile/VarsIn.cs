using System.Collections.Immutable;
using Crank.Rego.Syntax;

namespace Crank.Rego.Compile;

/// <summary>Collects the names of variables in nodes.</summary>
internal static class VarsIn
{
    public static HashSet<string> Body(ImmutableArray<Expr> body, VarScope scope = VarScope.All)
    {
        var names = new HashSet<string>();
        Add(names, body, scope);
        return names;
    }

    public static HashSet<string> Expr(Expr expr, VarScope scope = VarScope.All)
    {
        var names = new HashSet<string>();
        Add(names, expr, scope);
        return names;
    }

    public static HashSet<string> Term(Term? term, VarScope scope = VarScope.All)
    {
        var names = new HashSet<string>();
        if (term is not null)
            Add(names, term, scope);
        return names;
    }

    public static HashSet<string> Terms(IEnumerable<Term> terms, VarScope scope = VarScope.All)
    {
        var names = new HashSet<string>();
        foreach (var term in terms)
            Add(names, term, scope);
        return names;
    }

    /// <summary>Variables of arguments, key, value and the keys of the name.</summary>
    public static HashSet<string> Head(Head head)
    {
        var names = Terms(head.Arguments);
        if (head.Key is not null)
            Add(names, head.Key, VarScope.All);
        if (head.Value is not null)
            Add(names, head.Value, VarScope.All);
        foreach (var key in head.Ref.Path.AsSpan()[1..])
            Add(names, key, VarScope.All);
        return names;
    }

    public static void Add(HashSet<string> names, ImmutableArray<Expr> body, VarScope scope)
    {
        foreach (var expr in body)
            Add(names, expr, scope);
    }

    public static void Add(HashSet<string> names, Expr expr, VarScope scope)
    {
        switch (expr.Form)
        {
            case ExprForm.Single single:
                Add(names, single.Term, scope);
                break;
            case ExprForm.Call call:
                Call(names, call.Function, call.Arguments, scope);
                break;
            case ExprForm.Some some:
                foreach (var symbol in some.Symbols)
                    Add(names, symbol, scope);
                break;
            case ExprForm.Every every:
                if (scope.HasFlag(VarScope.NoClosures))
                {
                    Add(names, every.Domain, scope);
                    return;
                }
                if (every.Key is not null)
                    Add(names, every.Key, scope);
                Add(names, every.Value, scope);
                Add(names, every.Domain, scope);
                Add(names, every.Body, scope);
                break;
            case ExprForm.Not not when !scope.HasFlag(VarScope.NoClosures):
                Add(names, not.Body, scope);
                break;
            case ExprForm.Logic logic when !scope.HasFlag(VarScope.NoClosures):
                Add(names, logic.Left, scope);
                Add(names, logic.Right, scope);
                break;
        }
        foreach (var with in expr.With)
            Add(names, with, scope);
    }

    public static void Add(HashSet<string> names, With with, VarScope scope)
    {
        if (!scope.HasFlag(VarScope.NoCallHeads))
        {
            Add(names, with.Target, scope);
            Add(names, with.Value, scope);
            return;
        }
        if (with.Target is Term.Ref target)
            Keys(names, target, scope);
        if (with.Value is Term.Ref value)
            Keys(names, value, scope);
        else
            Add(names, with.Value, scope);
    }

    public static void Add(HashSet<string> names, Term term, VarScope scope)
    {
        switch (term)
        {
            case Term.Var v:
                names.Add(v.Name);
                break;
            case Term.Ref r:
                if (!scope.HasFlag(VarScope.NoRefHeads))
                    Add(names, r.Head, scope);
                Keys(names, r, scope);
                break;
            case Term.Array array:
                foreach (var item in array.Items)
                    Add(names, item, scope);
                break;
            case Term.Set set when !scope.HasFlag(VarScope.NoSets):
                foreach (var item in set.Items)
                    Add(names, item, scope);
                break;
            case Term.Object obj:
                foreach (var (key, value) in obj.Pairs)
                {
                    if (!scope.HasFlag(VarScope.NoObjectKeys))
                        Add(names, key, scope);
                    Add(names, value, scope);
                }
                break;
            case Term.Call call:
                Call(names, call.Function, call.Arguments, scope);
                break;
            case Term.ArrayComprehension c when !scope.HasFlag(VarScope.NoClosures):
                Add(names, c.Head, scope);
                Add(names, c.Body, scope);
                break;
            case Term.SetComprehension c when !scope.HasFlag(VarScope.NoClosures):
                Add(names, c.Head, scope);
                Add(names, c.Body, scope);
                break;
            case Term.ObjectComprehension c when !scope.HasFlag(VarScope.NoClosures):
                Add(names, c.Key, scope);
                Add(names, c.Value, scope);
                Add(names, c.Body, scope);
                break;
            case Term.Template template when !scope.HasFlag(VarScope.NoClosures):
                foreach (var part in template.Parts)
                {
                    if (part.Expr is not null)
                        Add(names, part.Expr, scope);
                }
                break;
        }
    }

    private static void Call(HashSet<string> names, Term.Ref function, ImmutableArray<Term> arguments, VarScope scope)
    {
        if (scope.HasFlag(VarScope.NoCallHeads))
            Keys(names, function, scope);
        else
            Add(names, function, scope);
        foreach (var argument in arguments)
            Add(names, argument, scope);
    }

    private static void Keys(HashSet<string> names, Term.Ref reference, VarScope scope)
    {
        foreach (var key in reference.Path.AsSpan()[1..])
            Add(names, key, scope);
    }
}
