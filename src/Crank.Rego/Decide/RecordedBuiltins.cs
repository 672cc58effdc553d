using Crank.Rego.Values;

namespace Crank.Rego.Decide;

/// <summary>
/// Writes down the results of builtins that are not functions of their arguments (<see cref="Decision.Recorded"/>), and reads them again. As a cache of OPA's decision
/// logs they are readable by others' tools, but a set becomes an array there; as a list they come back exactly as they were.
/// </summary>
public static class RecordedBuiltins
{
    private const string Set = "set";
    private const string Array = "array";
    private const string Object = "object";

    /// <summary>OPA's <c>nd_builtin_cache</c>: from name to an object from arguments to result. Undefined when nothing was recorded.</summary>
    public static Value ToCache(IReadOnlyDictionary<Value, Value>? recorded)
    {
        if (recorded is null || recorded.Count == 0)
        {
            return default;
        }

        var byName = new SortedDictionary<string, ObjectBuilder>(StringComparer.Ordinal);
        foreach (var (call, result) in recorded)
        {
            var items = call.AsArray();
            var name = items[0].AsString();
            if (!byName.TryGetValue(name, out var calls))
            {
                byName[name] = calls = new();
            }

            calls.Set(JsonOut.Write(ArrayValue.Of(items.Span[1..])), result);
        }

        var cache = new ObjectBuilder(byName.Count);
        foreach (var (name, calls) in byName)
        {
            cache.Set(name, calls.ToObject());
        }

        return cache.ToObject();
    }

    /// <summary>What a cache says, to be given to a decision again; null for an undefined one.</summary>
    /// <exception cref="ValueFormatException">The value is no such cache.</exception>
    public static IReadOnlyDictionary<Value, Value>? FromCache(in Value cache)
    {
        if (cache.IsUndefined)
        {
            return null;
        }

        var recorded = new Dictionary<Value, Value>();
        foreach (var (name, calls) in Members(cache))
        {
            foreach (var (arguments, result) in Members(calls))
            {
                if (JsonIn.Read(arguments.AsString()) is not { Kind: ValueKind.Array } list)
                {
                    throw new ValueFormatException("A recorded call must name its arguments by their array.");
                }

                recorded[ArrayValue.Of([name, .. list.AsArray().Span])] = name.AsString() == "net.lookup_ip_addr" && result.Kind == ValueKind.Array ? AsSet(result.AsArray()) : result;
            }
        }

        return recorded;
    }

    /// <summary>A list of pairs of call and result that loses nothing; undefined when nothing was recorded.</summary>
    public static Value ToList(IReadOnlyDictionary<Value, Value>? recorded)
    {
        if (recorded is null || recorded.Count == 0)
        {
            return default;
        }

        var pairs = new ArrayBuilder(recorded.Count);
        foreach (var (call, result) in recorded.OrderBy(static pair => pair.Key))
        {
            pairs.Add(ArrayValue.Of([Encoded(call), Encoded(result)]));
        }

        return pairs.ToArray();
    }

    /// <summary>What <see cref="ToList"/> wrote; null for undefined.</summary>
    /// <exception cref="ValueFormatException">The value is no such list.</exception>
    public static IReadOnlyDictionary<Value, Value>? FromList(in Value list)
    {
        if (list.IsUndefined)
        {
            return null;
        }

        var recorded = new Dictionary<Value, Value>();
        foreach (var pair in Items(list))
        {
            var both = Items(pair);
            recorded[Decoded(both.Get(0))] = Decoded(both.Get(1));
        }

        return recorded;
    }

    // A composite becomes an object of one member that says what it was.
    private static Value Encoded(in Value value) => value.Kind switch
    {
        ValueKind.Array => Tagged(Array, value.AsArray().Select(static item => Encoded(item))),
        ValueKind.Set => Tagged(Set, value.AsSet().Select(static item => Encoded(item))),
        ValueKind.Object => Tagged(Object, value.AsObject().Select(static pair => (Value)ArrayValue.Of([Encoded(pair.Key), Encoded(pair.Value)]))),
        _ => value,
    };

    private static Value Decoded(in Value value)
    {
        if (value.IsUndefined)
        {
            throw Wrong();
        }

        if (value.Kind != ValueKind.Object)
        {
            return value.Kind == ValueKind.Array ? throw Wrong() : value;
        }

        var (tag, content) = value.AsObject() is { Count: 1 } only ? only.InOrder(0) : throw Wrong();
        var items = Items(content);
        switch (tag.AsString())
        {
            case Array:
                return ArrayValue.Of([.. items.Select(static item => Decoded(item))]);
            case Set:
                return AsSet(ArrayValue.Of([.. items.Select(static item => Decoded(item))]));
            case Object:
                var made = new ObjectBuilder(items.Count);
                foreach (var pair in items)
                {
                    made.Set(Decoded(pair.Get(0)), Decoded(pair.Get(1)));
                }

                return made.ToObject();
            default:
                throw Wrong();
        }
    }

    private static Value Tagged(string tag, IEnumerable<Value> items)
    {
        var made = new ObjectBuilder(1);
        made.Set(tag, ArrayValue.Of([.. items]));
        return made.ToObject();
    }

    private static Value AsSet(ArrayValue items)
    {
        var set = new SetBuilder();
        foreach (var item in items)
        {
            set.Add(item);
        }

        return set.ToSet();
    }

    private static ArrayValue Items(in Value value) => value.Kind == ValueKind.Array ? value.AsArray() : throw Wrong();

    private static ObjectValue Members(in Value value) => value.Kind == ValueKind.Object ? value.AsObject() : throw Wrong();

    private static ValueFormatException Wrong() => new("These are no recorded results of builtins.");
}
