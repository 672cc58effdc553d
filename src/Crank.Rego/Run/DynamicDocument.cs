using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>Objects inside objects, filled by rules with variables in their names.</summary>
internal static class DynamicDocument
{
    /// <summary>Puts a value at a path. Only objects and sets that were made here for this document are added to; everything else is a conflict.</summary>
    public static void Put(ObjectValue root, ReadOnlySpan<Value> path, in Value value, bool intoSet)
    {
        var at = root;
        foreach (ref readonly var key in path[..^1])
        {
            var below = at.Get(key);
            if (below.IsUndefined)
            {
                var made = new ObjectValue(2) { Owner = root };
                at.Append(key, made);
                at = made;
            }
            else
            {
                at = below.Reference is ObjectValue known && ReferenceEquals(known.Owner, root) ? known : throw Conflict();
            }
        }

        var leaf = at.Get(path[^1]);
        if (intoSet)
        {
            if (leaf.IsUndefined)
            {
                leaf = new SetValue(2) { Owner = root };
                at.Append(path[^1], leaf);
            }

            (leaf.Reference is SetValue set && ReferenceEquals(set.Owner, root) ? set : throw Conflict()).Add(value);
        }
        else if (leaf.IsUndefined)
        {
            at.Append(path[^1], value);
        }
        else if (!leaf.Equals(value) || (leaf.Reference is ObjectValue o && ReferenceEquals(o.Owner, root)))
        {
            throw Conflict();
        }
    }

    private static EvaluationException Conflict() => new(EvaluationException.Conflict, "object keys must be unique");
}
