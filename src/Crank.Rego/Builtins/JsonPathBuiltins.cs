using System.Globalization;
using System.Runtime.CompilerServices;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Keeping, removing and changing parts of a document by path: <c>json.filter</c>, <c>json.remove</c>, <c>json.patch</c> (RFC 6902, also for sets).</summary>
internal static class JsonPathBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("json.filter", 2, true, Filter),
        new("json.remove", 2, true, Remove),
        new("json.patch", 2, true, Patch),
    ];

    private static Value Filter(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var members = Operand.Object(arguments, 0);
        return Keep(context, members, Tree(context, arguments));
    }

    private static Value Remove(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var members = Operand.Object(arguments, 0);
        return Drop(context, members, Tree(context, arguments));
    }

    /// <summary>The paths of an argument as a tree whose leaves are null; a path that begins with another one adds nothing.</summary>
    private static ObjectValue Tree(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var root = new Node();
        var paths = Operand.Elements(arguments[1]) ?? throw Operand.WrongType(1, arguments[1], "set", "array");
        foreach (var path in paths)
        {
            var node = root;
            var segments = Path(path);
            context.Charge(segments.Count + 1);
            for (var i = 0; i < segments.Count && !node.IsLeaf; i++)
            {
                node = node.Child(segments[i]);
                if (i == segments.Count - 1)
                {
                    node.IsLeaf = true;
                }
            }
        }

        return root.ToValue().AsObject();
    }

    private static List<Value> Path(in Value path)
    {
        switch (path.Kind)
        {
            case ValueKind.String:
                var text = path.AsString();
                var segments = new List<Value>();
                if (text.Length > 0)
                {
                    foreach (var part in text.TrimStart('/').Split('/'))
                    {
                        segments.Add(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
                    }
                }

                return segments;
            case ValueKind.Array:
                return [.. path.AsArray().Span];
            default:
                throw Operand.Wrong(1, $"must be one of {{set, array}} containing string paths or array of path segments but got {Operand.Name(path)}");
        }
    }

    private static Value Keep(BuiltinContext context, Value value, Value tree)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (tree.Kind == ValueKind.Null)
        {
            return value;
        }

        var paths = tree.AsObject();
        switch (value.Kind)
        {
            case ValueKind.Object:
                var members = new ObjectBuilder();
                foreach (var (key, item) in value.AsObject())
                {
                    context.Charge(1);
                    if (paths.Get(key) is { IsDefined: true } below)
                    {
                        members.Set(key, Keep(context, item, below));
                    }
                }

                return members.ToObject();
            case ValueKind.Array:
                var items = new ArrayBuilder();
                for (var i = 0; i < value.AsArray().Count; i++)
                {
                    context.Charge(1);
                    if (paths.Get(Index(i)) is { IsDefined: true } below)
                    {
                        items.Add(Keep(context, value.AsArray()[i], below));
                    }
                }

                return items.ToArray();
            case ValueKind.Set:
                var set = new SetBuilder();
                foreach (var item in value.AsSet())
                {
                    context.Charge(1);
                    if (paths.Get(item) is { IsDefined: true } below)
                    {
                        set.Add(Keep(context, item, below));
                    }
                }

                return set.ToSet();
            default:
                return value;
        }
    }

    // Undefined for a value that goes.
    private static Value Drop(BuiltinContext context, Value value, Value tree)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (tree.Kind != ValueKind.Object)
        {
            return tree.Kind == ValueKind.Null ? default : value;
        }

        var paths = tree.AsObject();
        switch (value.Kind)
        {
            case ValueKind.Object:
                var members = new ObjectBuilder();
                foreach (var (key, item) in value.AsObject())
                {
                    context.Charge(1);
                    if (Drop(context, item, paths.Get(key)) is { IsDefined: true } kept)
                    {
                        members.Set(key, kept);
                    }
                }

                return members.ToObject();
            case ValueKind.Array:
                var items = new ArrayBuilder();
                for (var i = 0; i < value.AsArray().Count; i++)
                {
                    context.Charge(1);
                    if (Drop(context, value.AsArray()[i], paths.Get(Index(i))) is { IsDefined: true } kept)
                    {
                        items.Add(kept);
                    }
                }

                return items.ToArray();
            case ValueKind.Set:
                var set = new SetBuilder();
                foreach (var item in value.AsSet())
                {
                    context.Charge(1);
                    if (Drop(context, item, paths.Get(item)) is { IsDefined: true } kept)
                    {
                        set.Add(kept);
                    }
                }

                return set.ToSet();
            default:
                return value;
        }
    }

    private static Value Index(int index) => index.ToString(CultureInfo.InvariantCulture);

    // One operation that fails makes the whole undefined; OPA does not call that an error.
    private static Value Patch(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var document = arguments[0];
        foreach (var operation in Operand.Array(arguments, 1))
        {
            document = operation.Kind == ValueKind.Object ? Apply(context, document, operation.AsObject()) : default;
            if (document.IsUndefined)
            {
                return default;
            }
        }

        return document;
    }

    private static Value Apply(BuiltinContext context, in Value document, ObjectValue operation)
    {
        var pathValue = operation.Get("path");
        if (pathValue.Kind is not (ValueKind.String or ValueKind.Array) || !operation.Get("op").TryGetString(out var name))
        {
            return default;
        }

        var path = Path(pathValue);
        var value = operation.Get("value");
        switch (name)
        {
            case "add":
                return value.IsUndefined ? Value.Undefined : Insert(context, document, path, 0, value);
            case "remove":
                return Delete(context, document, path, 0);
            case "replace":
                return value.IsUndefined ? Value.Undefined : path.Count == 0 ? value : Insert(context, Delete(context, document, path, 0), path, 0, value);
            case "test":
                return value.IsDefined && At(document, path).Equals(value) ? document : Value.Undefined;
            case "copy" or "move":
                var from = operation.Get("from");
                if (from.Kind is not (ValueKind.String or ValueKind.Array))
                {
                    return default;
                }

                var source = Path(from);
                var chunk = At(document, source);
                return chunk.IsUndefined
                    ? Value.Undefined
                    : Insert(context, name == "move" && source.Count > 0 ? Delete(context, document, source, 0) : document, path, 0, chunk);
            default:
                return default;
        }
    }

    private static Value At(Value value, List<Value> path)
    {
        foreach (var segment in path)
        {
            value = value.Kind == ValueKind.Array
                ? ArrayIndex(segment, value.AsArray().Count) is >= 0 and var index && index < value.AsArray().Count ? value.AsArray()[index] : Value.Undefined
                : value.Get(segment);
        }

        return value;
    }

    private static Value Insert(BuiltinContext context, in Value value, List<Value> path, int depth, in Value added)
    {
        if (value.IsUndefined || depth == path.Count)
        {
            return value.IsUndefined ? Value.Undefined : added;
        }

        var segment = path[depth];
        var last = depth == path.Count - 1;
        switch (value.Kind)
        {
            case ValueKind.Object:
                var members = value.AsObject();
                var item = last ? added : members.Get(segment) is { IsDefined: true } below ? Insert(context, below, path, depth + 1, added) : Value.Undefined;
                return item.IsUndefined ? Value.Undefined : With(context, members, segment, item);
            case ValueKind.Array:
                var array = value.AsArray();
                var index = ArrayIndex(segment, array.Count);
                if (index < 0 || index > array.Count || (!last && index == array.Count))
                {
                    return default;
                }

                context.Charge(array.Count);
                if (last)
                {
                    return ArrayValue.Of([.. array.Span[..index], added, .. array.Span[index..]]);
                }

                var changed = Insert(context, array[index], path, depth + 1, added);
                return changed.IsUndefined ? Value.Undefined : ArrayValue.Of([.. array.Span[..index], changed, .. array.Span[(index + 1)..]]);
            case ValueKind.Set:
                var set = value.AsSet();
                context.Charge(set.Count);
                if (last)
                {
                    return segment.Equals(added) ? SetValue.Of([.. set.Raw, added]) : Value.Undefined;
                }

                var inner = set.Contains(segment) ? Insert(context, segment, path, depth + 1, added) : Value.Undefined;
                return inner.IsUndefined ? Value.Undefined : SetValue.Of([.. set.Where(x => !x.Equals(segment)), inner]);
            default:
                return default;
        }
    }

    private static Value Delete(BuiltinContext context, in Value value, List<Value> path, int depth)
    {
        if (value.IsUndefined || depth == path.Count)
        {
            return default;
        }

        var segment = path[depth];
        var last = depth == path.Count - 1;
        switch (value.Kind)
        {
            case ValueKind.Object:
                var members = value.AsObject();
                var below = members.Get(segment);
                if (last)
                {
                    return below.IsUndefined ? Value.Undefined : With(context, members, segment, default);
                }

                return Delete(context, below, path, depth + 1) is { IsDefined: true } rest ? With(context, members, segment, rest) : Value.Undefined;
            case ValueKind.Array:
                var array = value.AsArray();
                var index = ArrayIndex(segment, array.Count);
                if (index < 0 || index >= array.Count)
                {
                    return default;
                }

                context.Charge(array.Count);
                if (last)
                {
                    return ArrayValue.Of([.. array.Span[..index], .. array.Span[(index + 1)..]]);
                }

                return Delete(context, array[index], path, depth + 1) is { IsDefined: true } changed
                    ? ArrayValue.Of([.. array.Span[..index], changed, .. array.Span[(index + 1)..]])
                    : Value.Undefined;
            case ValueKind.Set:
                var set = value.AsSet();
                context.Charge(set.Count);
                if (!set.Contains(segment))
                {
                    return default;
                }

                if (last)
                {
                    return SetValue.Of([.. set.Where(x => !x.Equals(segment))]);
                }

                return Delete(context, segment, path, depth + 1) is { IsDefined: true } inner ? SetValue.Of([.. set.Where(x => !x.Equals(segment)), inner]) : Value.Undefined;
            default:
                return default;
        }
    }

    // The object with one member set, or without it when the value is undefined.
    private static ObjectValue With(BuiltinContext context, ObjectValue members, in Value key, in Value value)
    {
        context.Charge(members.Count);
        var result = new ObjectBuilder(members.Count + 1);
        for (var i = 0; i < members.Count; i++)
        {
            if (!members.RawKeys[i].Equals(key))
            {
                result.Set(members.RawKeys[i], members.RawValues[i]);
            }
            else if (value.IsDefined)
            {
                result.Set(key, value);
            }
        }

        if (value.IsDefined)
        {
            result.Set(key, value);
        }

        return result.ToObject();
    }

    // "-" is the place after the last; -1 for what is no index.
    private static int ArrayIndex(in Value segment, int count)
    {
        if (segment.TryGetInt64(out var number))
        {
            return number >= 0 && number <= int.MaxValue ? (int)number : -1;
        }

        if (!segment.TryGetString(out var text) || text == "-")
        {
            return segment.Kind == ValueKind.String ? count : -1;
        }

        return (text.Length == 1 || !text.StartsWith('0')) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;
    }

    private sealed class Node
    {
        private readonly Dictionary<Value, Node> _children = [];

        public bool IsLeaf { get; set; }

        public Node Child(in Value key) => _children.TryGetValue(key, out var child) ? child : _children[key] = new();

        public Value ToValue()
        {
            if (IsLeaf)
            {
                return Value.Null;
            }

            RuntimeHelpers.EnsureSufficientExecutionStack();
            var result = new ObjectBuilder(_children.Count);
            foreach (var (key, child) in _children)
            {
                result.Set(key, child.ToValue());
            }

            return result.ToObject();
        }
    }
}
