using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Reachability in graphs, and <c>walk</c> over nested documents.</summary>
internal static class GraphBuiltins
{
    private const int MaxDepth = 2_000;

    public static IEnumerable<Builtin> All =>
    [
        new("graph.reachable", 2, true, Reachable),
        new("graph.reachable_paths", 2, true, ReachablePaths),
        new("walk", 1, true, Walk),
    ];

    private static Value Reachable(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var graph = Operand.Object(arguments, 0);
        var todo = new Stack<Value>(Operand.Elements(arguments[1]) ?? throw Operand.WrongType(1, arguments[1], "{array, set}"));
        var reached = new SetBuilder();
        while (todo.TryPop(out var node))
        {
            var edges = graph.Get(node);
            if (edges.IsUndefined || !reached.Add(node))
            {
                continue;
            }

            foreach (var neighbour in Operand.Elements(edges) ?? [])
            {
                context.Charge(1);
                todo.Push(neighbour);
            }
        }

        return reached.ToSet();
    }

    private static Value ReachablePaths(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var graph = Operand.Object(arguments, 0);
        var starts = Operand.Elements(arguments[1]) ?? throw Operand.WrongType(1, arguments[1], "{array, set}");
        var result = new SetBuilder();
        foreach (var start in starts)
        {
            if (graph.Get(start) is { IsDefined: true } edges)
            {
                Follow(context, graph, [start], [start], edges, result);
            }
        }

        return result.ToSet();
    }

    // A path ends where there is no further edge, where the next node is not in the graph, or where it would close a circle.
    private static void Follow(BuiltinContext context, ObjectValue graph, List<Value> path, HashSet<Value> reached, in Value edges, SetBuilder result)
    {
        if (path.Count > MaxDepth)
        {
            throw new LimitException($"a path of a graph has more than {MaxDepth} nodes");
        }

        var neighbours = Operand.Elements(edges) ?? [];
        if (neighbours.Count == 0)
        {
            Emit(context, path, result);
            return;
        }

        foreach (var neighbour in neighbours)
        {
            context.Charge(1);
            var below = reached.Contains(neighbour) ? default : graph.Get(neighbour);
            if (below.IsUndefined)
            {
                Emit(context, path, result);
                continue;
            }

            path.Add(neighbour);
            reached.Add(neighbour);
            Follow(context, graph, path, reached, below, result);
            reached.Remove(neighbour);
            path.RemoveAt(path.Count - 1);
        }
    }

    private static void Emit(BuiltinContext context, List<Value> path, SetBuilder result)
    {
        context.Charge(path.Count + 1);
        result.Add(ArrayValue.Of([.. path]));
    }

    /// <summary>All pairs of path and value at once; the evaluator binds them one by one.</summary>
    private static Value Walk(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var pairs = new ArrayBuilder();
        var todo = new Stack<(Value[] Path, Value Value)>([([], arguments[0])]);
        while (todo.TryPop(out var place))
        {
            var (path, value) = place;
            context.Charge(path.Length + 2);
            pairs.Add(ArrayValue.Of(ArrayValue.Of(path), value));
            switch (value.Kind)
            {
                case ValueKind.Array:
                    for (var i = value.AsArray().Count - 1; i >= 0; i--)
                    {
                        todo.Push(([.. path, i], value.AsArray()[i]));
                    }

                    break;
                case ValueKind.Object:
                    for (var i = value.AsObject().Count - 1; i >= 0; i--)
                    {
                        var (key, item) = value.AsObject().InOrder(i);
                        todo.Push(([.. path, key], item));
                    }

                    break;
                case ValueKind.Set:
                    for (var i = value.AsSet().Count - 1; i >= 0; i--)
                    {
                        var item = value.AsSet().InOrder(i);
                        todo.Push(([.. path, item], item));
                    }

                    break;
            }
        }

        return pairs.ToArray();
    }
}
