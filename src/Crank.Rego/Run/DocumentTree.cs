using Crank.Rego.Values;

namespace Crank.Rego.Run;

/// <summary>A place of <c>data</c> at or below which there are packages or rules.</summary>
internal sealed class DocumentTree(Value[] path)
{
    public Value[] Path { get; } = path;

    public Dictionary<Value, DocumentTree> Children { get; } = [];

    /// <summary>What the rules of exactly this name make.</summary>
    public RuleGroup? Group { get; set; }

    /// <summary>Orders the children as Rego does, for who visits them all.</summary>
    public IEnumerable<KeyValuePair<Value, DocumentTree>> InOrder() => Children.OrderBy(c => c.Key);

    public Value BaseOf(Frame frame)
    {
        var value = frame.Data;
        foreach (ref readonly var key in Path.AsSpan())
        {
            value = value.Get(key);
        }

        return value;
    }

    /// <summary>Everything from here on: rules, packages, and the base documents <paramref name="below"/> that no rule hides.</summary>
    public Value Extent(Frame frame, Value below)
    {
        if (Override.Covers(frame.Overrides, Path, out var replaced))
        {
            return replaced;
        }

        if (Group is not null)
        {
            return Group.Get(frame);
        }

        var all = new ObjectValue(Children.Count);
        foreach (var (key, child) in Children)
        {
            var document = below.Get(key);
            var value = child.Extent(frame, document);
            if (child.Group is not null && document.IsDefined)
            {
                value = Merge(document, value);
            }

            if (value.IsDefined)
            {
                all.Append(key, value);
            }
        }

        if (below.Reference is ObjectValue documents)
        {
            for (var i = 0; i < documents.Count; i++)
            {
                frame.Tick();
                if (!Children.ContainsKey(documents.RawKeys[i]))
                {
                    all.Append(documents.RawKeys[i], documents.RawValues[i]);
                }
            }
        }

        return all;
    }

    // Where a base document and a rule have the same name, the document counts, but objects complete each other.
    private static Value Merge(in Value document, in Value made)
    {
        if (document.Reference is not ObjectValue documents || made.Reference is not ObjectValue others)
        {
            return document;
        }

        var merged = new ObjectValue(documents.Count + others.Count);
        for (var i = 0; i < documents.Count; i++)
        {
            merged.Append(documents.RawKeys[i], Merge(documents.RawValues[i], others.Get(documents.RawKeys[i])));
        }

        for (var i = 0; i < others.Count; i++)
        {
            if (!documents.ContainsKey(others.RawKeys[i]))
            {
                merged.Append(others.RawKeys[i], others.RawValues[i]);
            }
        }

        return merged;
    }
}

/// <summary>One key of a reference: computed, or to be found and put into a local, where the steps of <see cref="Pattern"/> then look at it.</summary>
internal sealed record PathKey(Node? Bound, int Slot, Block? Pattern);

/// <summary>Runs the rest of the body for each way to follow a reference whose keys are not constant through packages and rules.</summary>
internal sealed class TreeWalk(DocumentTree tree, PathKey[] keys, int valueSlot, Block body) : Step
{
    public override Signal Run(Frame frame) => Follow(frame, tree, tree.BaseOf(frame), 0) == Signal.Stop ? Signal.Stop : Signal.Back;

    private Signal Follow(Frame frame, DocumentTree? at, Value value, int depth)
    {
        if (at is not null && Override.Covers(frame.Overrides, at.Path, out var replaced))
        {
            at = null;
            value = replaced;
        }

        if (at?.Group is { } group)
        {
            at = null;
            value = group.Get(frame);
        }

        if (depth == keys.Length)
        {
            var end = at is null ? value : at.Extent(frame, value);
            if (end.IsUndefined)
            {
                return Signal.Back;
            }

            frame.Locals[valueSlot] = end;
            return body.Run(frame);
        }

        if (at is null && value.IsUndefined)
        {
            return Signal.Back;
        }

        var key = keys[depth];
        if (key.Bound is not null)
        {
            var bound = key.Bound.Eval(frame);
            return bound.IsUndefined ? Signal.Back : Descend(frame, at, value, bound, depth);
        }

        if (at is not null)
        {
            foreach (var (name, _) in at.InOrder())
            {
                if (Try(frame, at, value, name, depth) == Signal.Stop)
                {
                    return Signal.Stop;
                }
            }
        }

        switch (value.Reference)
        {
            case ArrayValue array:
                for (var i = 0; i < array.Count; i++)
                {
                    if (Try(frame, null, value, Value.Of(i), depth) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                break;
            case ObjectValue members:
                for (var i = 0; i < members.Count; i++)
                {
                    var (name, _) = members.InOrder(i);
                    if (at?.Children.ContainsKey(name) != true && Try(frame, null, value, name, depth) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                break;
            case SetValue set:
                for (var i = 0; i < set.Count; i++)
                {
                    if (Try(frame, null, value, set.InOrder(i), depth) == Signal.Stop)
                    {
                        return Signal.Stop;
                    }
                }

                break;
        }

        return Signal.Back;
    }

    private Signal Try(Frame frame, DocumentTree? at, in Value value, in Value name, int depth)
    {
        frame.Tick();
        frame.Locals[keys[depth].Slot] = name;
        return keys[depth].Pattern is { } pattern && pattern.Run(frame) != Signal.Next ? Signal.Back : Descend(frame, at, value, name, depth);
    }

    private Signal Descend(Frame frame, DocumentTree? at, in Value value, in Value name, int depth) =>
        Follow(frame, at?.Children.GetValueOrDefault(name), value.Get(name), depth + 1);
}
