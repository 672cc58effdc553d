using System.Runtime.CompilerServices;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Reading, merging, cutting and comparing objects.</summary>
internal static class ObjectBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("object.get", 3, true, Get),
        new("object.keys", 1, true, Keys),
        new("object.remove", 2, true, static (context, a) => Select(context, a, keep: false)),
        new("object.filter", 2, true, static (context, a) => Select(context, a, keep: true)),
        new("object.union", 2, true, static (context, a) => Merge(context, Operand.Object(a, 0), Operand.Object(a, 1))),
        new("object.union_n", 1, true, UnionOfAll),
        new("object.subset", 2, true, Subset),
    ];

    private static Value Get(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var current = Value.Of(Operand.Object(arguments, 0));
        if (arguments[1].Kind != ValueKind.Array)
        {
            return current.AsObject().Get(arguments[1]) is { IsDefined: true } direct ? direct : arguments[2];
        }

        foreach (ref readonly var key in arguments[1].AsArray().Span)
        {
            current = current.Get(key);
            if (current.IsUndefined)
            {
                return arguments[2];
            }
        }

        return current;
    }

    private static Value Keys(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var members = Operand.Object(arguments, 0);
        context.Charge(members.Count);
        return SetValue.Of(members.RawKeys);
    }

    private static Value Select(BuiltinContext context, ReadOnlySpan<Value> arguments, bool keep)
    {
        var members = Operand.Object(arguments, 0);
        var keys = arguments[1].Kind switch
        {
            ValueKind.Array => SetValue.Of(arguments[1].AsArray().Span),
            ValueKind.Set => arguments[1].AsSet(),
            ValueKind.Object => SetValue.Of(arguments[1].AsObject().RawKeys),
            _ => throw Operand.WrongType(1, arguments[1], "object", "set", "array"),
        };
        context.Charge(members.Count + (long)keys.Count);
        var result = new ObjectBuilder();
        for (var i = 0; i < members.Count; i++)
        {
            if (keys.Contains(members.RawKeys[i]) == keep)
            {
                result.Set(members.RawKeys[i], members.RawValues[i]);
            }
        }

        return result.ToObject();
    }

    private static Value UnionOfAll(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var result = ObjectValue.Empty;
        foreach (var item in Operand.Array(arguments, 0))
        {
            result = item.Kind == ValueKind.Object ? Merge(context, result, item.AsObject()) : throw Operand.WrongElement(0, arguments[0], item, "object");
        }

        return result;
    }

    // The right one wins, except that objects on both sides are merged in turn.
    private static ObjectValue Merge(BuiltinContext context, ObjectValue left, ObjectValue right)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (left.Count == 0 || right.Count == 0)
        {
            return left.Count == 0 ? right : left;
        }

        context.Charge(left.Count + (long)right.Count);
        var result = new ObjectBuilder(left.Count + right.Count);
        for (var i = 0; i < left.Count; i++)
        {
            var (key, mine) = (left.RawKeys[i], left.RawValues[i]);
            var other = right.Get(key);
            result.Set(key, other.IsUndefined ? mine : mine.Kind == ValueKind.Object && other.Kind == ValueKind.Object ? Merge(context, mine.AsObject(), other.AsObject()) : other);
        }

        for (var i = 0; i < right.Count; i++)
        {
            if (!left.ContainsKey(right.RawKeys[i]))
            {
                result.Set(right.RawKeys[i], right.RawValues[i]);
            }
        }

        return result.ToObject();
    }

    private static Value Subset(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (super, sub) = (arguments[0], arguments[1]);
        if (super.Kind == sub.Kind && super.Kind is ValueKind.Object or ValueKind.Set or ValueKind.Array)
        {
            return Covers(context, super, sub);
        }

        if (super.Kind == ValueKind.Array && sub.Kind == ValueKind.Set)
        {
            context.Charge(super.AsArray().Count);
            if (sub.AsSet().Count == 0)
            {
                return super.AsArray().Count > 0;
            }

            var items = SetValue.Of(super.AsArray().Span);
            return sub.AsSet().All(item => items.Contains(item));
        }

        throw new BuiltinException("both arguments object.subset must be of the same type or array and set", BuiltinError.WrongType);
    }

    private static bool Covers(BuiltinContext context, Value super, Value sub)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (super.Kind, sub.Kind)
        {
            case (ValueKind.Object, ValueKind.Object):
                context.Charge(sub.AsObject().Count);
                foreach (var (key, part) in sub.AsObject())
                {
                    var whole = super.AsObject().Get(key);
                    if (whole.IsUndefined || (!whole.Equals(part) && !Covers(context, whole, part)))
                    {
                        return false;
                    }
                }

                return true;
            case (ValueKind.Set, ValueKind.Set):
                context.Charge(sub.AsSet().Count);
                return sub.AsSet().All(item => super.AsSet().Contains(item));
            case (ValueKind.Array, ValueKind.Array):
                return Holds(context, super.AsArray().Span, sub.AsArray().Span);
            default:
                return false;
        }
    }

    // Whether the elements appear side by side in order.
    private static bool Holds(BuiltinContext context, ReadOnlySpan<Value> super, ReadOnlySpan<Value> sub)
    {
        for (var start = 0; start + sub.Length <= super.Length; start++)
        {
            context.Charge(1);
            var same = 0;
            while (same < sub.Length && super[start + same].Equals(sub[same]))
            {
                same++;
            }

            context.Charge(same);
            if (same == sub.Length)
            {
                return true;
            }
        }

        return false;
    }
}
