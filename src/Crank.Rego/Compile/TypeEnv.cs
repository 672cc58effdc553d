using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>What is known of the types of references and variables at a place. Null answers mean: not known.</summary>
internal sealed class TypeEnv(TypeEnv? next, TypeChecker checker)
{
    public TypeNode Tree { get; } = new();

    public TypeEnv? Next { get; } = next;

    public TypeEnv Wrap() => new(this, checker);

    public RegoType? Get(Term? term)
    {
        switch (term)
        {
            case null:
                return null;
            case Term.Null:
                return RegoType.Null;
            case Term.Boolean:
                return RegoType.Boolean;
            case Term.Number:
                return RegoType.Number;
            case Term.String or Term.Template:
                return RegoType.String;
            case Term.Array array:
                return TypeRules.Bounded(new RegoType.Array([.. array.Items.Select(item => Get(item) ?? RegoType.Unknown)], array.Items.IsEmpty ? RegoType.Anything : null));
            case Term.Object obj:
                return OfObject(obj);
            case Term.Set set:
                RegoType? union = null;
                foreach (var item in set.Items)
                    union = TypeRules.Or(union, Get(item));
                return TypeRules.Bounded(new RegoType.Set(union ?? RegoType.Anything));
            case Term.ArrayComprehension or Term.SetComprehension or Term.ObjectComprehension:
                return checker.Comprehension(this, term).Type;
            case Term.Ref r:
                return Get(r);
            case Term.Var:
                for (var env = this; env is not null; env = env.Next)
                {
                    if (env.Tree.Child(term) is { } node)
                        return node.Value;
                }
                return null;
            default:
                return null;
        }
    }

    public RegoType? Get(Term.Ref reference)
    {
        for (var env = this; env is not null; env = env.Next)
        {
            if (env.Tree.Child(reference.Head) is { } node && env.Find(node, reference.Path.AsSpan()[1..], out var type))
                return type;
        }
        return reference.Head is Term.Var { Name: "data" or "input" } ? RegoType.Anything : null;
    }

    /// <summary>The type of all that lies at a node.</summary>
    public static RegoType? Extent(TypeNode node)
    {
        if (node.Value is not null)
            return node.Value;
        var members = ImmutableArray.CreateBuilder<KeyValuePair<ConstantKey, RegoType>>();
        foreach (var (key, child) in node.Children)
        {
            if (key is Term.String or Term.Number or Term.Boolean)
                members.Add(new(KeyOf(key), Extent(child) ?? RegoType.Unknown));
        }
        return TypeRules.Bounded(new RegoType.Object(members.ToImmutable(), RegoType.String, RegoType.Anything));
    }

    public static ConstantKey KeyOf(Term key) => key switch
    {
        Term.Null => ConstantKey.Null,
        Term.Boolean b => ConstantKey.Boolean(b.Value),
        Term.Number n => ConstantKey.Number(n.Text),
        Term.String s => ConstantKey.String(s.Value),
        _ => ConstantKey.Other(key.ToString(), key is Term.Set ? RegoType.AnySet : key is Term.Array ? RegoType.AnyArray : RegoType.AnyObject),
    };

    public static RegoType? Select(RegoType? type, ReadOnlySpan<Term> path)
    {
        foreach (var key in path)
        {
            if (type is null)
                return null;
            type = Make.IsScalar(key) ? TypeRules.Select(type, KeyOf(key)) : TypeRules.Values(type);
        }
        return type;
    }

    /// <summary>False when the tree has nothing there, so that an outer one may answer.</summary>
    private bool Find(TypeNode node, ReadOnlySpan<Term> path, out RegoType? type)
    {
        while (true)
        {
            if (path.IsEmpty)
            {
                type = Extent(node);
                return true;
            }
            var child = node.Child(path[0]);
            if (node.IsLeaf && child is null)
            {
                type = Select(node.Value, path);
                return true;
            }
            if (!node.IsLeaf && !Make.IsConstant(path[0]))
            {
                type = Select(Extent(node), path);
                return true;
            }
            if (child is null)
            {
                type = null;
                return false;
            }
            node = child;
            path = path[1..];
        }
    }

    private RegoType OfObject(Term.Object obj)
    {
        var members = new Dictionary<ConstantKey, RegoType>();
        RegoType? restKey = null;
        RegoType? restValue = null;
        foreach (var (key, value) in obj.Pairs)
        {
            if (Make.IsConstant(key))
                members[KeyOf(key)] = Get(value) ?? RegoType.Unknown;
            else
                (restKey, restValue) = (Get(key) ?? RegoType.Unknown, Get(value) ?? RegoType.Unknown);
        }
        if (obj.Pairs.IsEmpty)
            (restKey, restValue) = (RegoType.Anything, RegoType.Anything);
        return TypeRules.Bounded(new RegoType.Object([.. members], restKey, restValue));
    }
}
