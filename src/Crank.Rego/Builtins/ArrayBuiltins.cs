using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Joining, cutting, turning and flattening arrays.</summary>
internal static class ArrayBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("array.concat", 2, true, Concat),
        new("array.slice", 3, true, Slice),
        new("array.reverse", 1, true, Reverse),
        new("array.flatten", 1, true, Flatten),
    ];

    private static Value Concat(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (left, right) = (Operand.Array(arguments, 0), Operand.Array(arguments, 1));
        context.Charge(left.Count + (long)right.Count);
        return ArrayValue.Of([.. left.Span, .. right.Span]);
    }

    private static Value Slice(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var array = Operand.Array(arguments, 0);
        var from = Math.Clamp(Operand.Integer(arguments, 1), 0, array.Count);
        var to = Math.Clamp(Operand.Integer(arguments, 2), 0, array.Count);
        context.Charge(Math.Max(0, to - from));
        return from >= to ? ArrayValue.Empty : ArrayValue.Of(array.Span[(int)from..(int)to]);
    }

    private static Value Reverse(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var array = Operand.Array(arguments, 0);
        context.Charge(array.Count);
        var items = array.Span.ToArray();
        System.Array.Reverse(items);
        return ArrayValue.Of(items);
    }

    private static Value Flatten(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var result = new ArrayBuilder();
        foreach (ref readonly var item in Operand.Array(arguments, 0).Span)
        {
            if (item.Kind != ValueKind.Array)
            {
                context.Charge(1);
                result.Add(item);
                continue;
            }

            context.Charge(item.AsArray().Count);
            foreach (ref readonly var inner in item.AsArray().Span)
            {
                result.Add(inner);
            }
        }

        return result.ToArray();
    }
}
