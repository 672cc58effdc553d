using System.Collections.Immutable;
using Crank.Rego.Syntax;
using Crank.Rego.Types;

namespace Crank.Rego.Compile;

/// <summary>A tree of types by reference.</summary>
internal sealed class TypeNode
{
    private readonly Dictionary<Term, TypeNode> _children = new(TermComparer.Instance);

    public RegoType? Value { get; private set; }

    public IReadOnlyDictionary<Term, TypeNode> Children => _children;

    public bool IsLeaf => Value is not null;

    public TypeNode? Child(Term key) => _children.GetValueOrDefault(key);

    public void Put(Term key, RegoType? type) => Grow(key).Value = type;

    public void Put(Term.Ref path, RegoType? type)
    {
        var node = this;
        foreach (var key in path.Path)
            node = node.Grow(key);
        node.Value = type;
    }

    /// <summary>Adds what a rule makes: united with what other rules make at the same path, and seen in the objects above and below it.</summary>
    public void Insert(Term.Ref path, RegoType type, TypeEnv env)
    {
        var node = this;
        for (var i = 0; i < path.Path.Length; i++)
        {
            node = node.Grow(path.Path[i]);
            if (i + 1 < path.Path.Length && node.Value is RegoType.Object above)
                node.Value = TypeRules.Bounded(Inside(above, path.Path.AsSpan()[(i + 1)..], type, env));
        }
        node.Value = TypeRules.Bounded(Merge(node.Value, type) ?? RegoType.Anything);
        if (type is not RegoType.Object || node._children.Count == 0)
            return;
        foreach (var (below, leaf) in node.Leaves())
        {
            if (node.Value is RegoType.Object obj)
                node.Value = TypeRules.Bounded(Inside(obj, below.AsSpan(), leaf, env));
        }
    }

    private TypeNode Grow(Term key)
    {
        if (!_children.TryGetValue(key, out var child))
            _children[key] = child = new TypeNode();
        return child;
    }

    private List<(ImmutableArray<Term> Path, RegoType Type)> Leaves()
    {
        var leaves = new List<(ImmutableArray<Term>, RegoType)>();
        var pending = new Stack<(TypeNode Node, ImmutableArray<Term> Path)>();
        foreach (var (key, child) in _children)
            pending.Push((child, [key]));
        while (pending.TryPop(out var at))
        {
            if (at.Node.Value is not null)
            {
                leaves.Add((at.Path, at.Node.Value));
                continue;
            }
            foreach (var (key, child) in at.Node._children)
                pending.Push((child, at.Path.Add(key)));
        }
        return leaves;
    }

    private static RegoType.Object Inside(RegoType.Object obj, ReadOnlySpan<Term> path, RegoType type, TypeEnv env)
    {
        if (path.IsEmpty)
            return obj;
        var key = TypeRules.Or(obj.RestKey, env.Get(path[0])) ?? RegoType.Anything;
        var inner = path.Length == 1 ? type : Inside(new RegoType.Object([], null, null), path[1..], type, env);
        return new RegoType.Object(obj.Members, key, TypeRules.Or(obj.RestValue, inner) ?? RegoType.Anything);
    }

    private static RegoType? Merge(RegoType? a, RegoType? b)
    {
        if (a is null || b is null)
            return a ?? b;
        switch (a, b)
        {
            case (RegoType.Object { Members.Length: 0 } x, RegoType.Object { Members.Length: 0 } y):
                return new RegoType.Object([], TypeRules.Or(x.RestKey, y.RestKey), Merge(x.RestValue, y.RestValue));
            case (RegoType.Object { Members.Length: 0 } x, RegoType.Any any):
                for (var i = 0; i < any.Members.Length; i++)
                {
                    if (any.Members[i] is RegoType.Object { Members.Length: 0 } y)
                    {
                        RegoType? union = new RegoType.Object([], TypeRules.Or(y.RestKey, x.RestKey), TypeRules.Or(y.RestValue, x.RestValue));
                        foreach (var other in any.Members.RemoveAt(i))
                            union = TypeRules.Or(union, other);
                        return union;
                    }
                }
                break;
            case (RegoType.Set x, RegoType.Set y):
                return new RegoType.Set(TypeRules.Or(x.Item, y.Item));
            case (RegoType.Any, not RegoType.Any):
                return Merge(b, a);
        }
        return TypeRules.Or(a, b);
    }
}
