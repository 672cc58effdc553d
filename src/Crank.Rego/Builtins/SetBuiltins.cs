using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Unions, intersections and differences of sets.</summary>
internal static class SetBuiltins
{
    public static IEnumerable<Builtin> All =>
    [
        new("and", 2, true, static (context, a) => Intersection(context, Operand.Set(a, 0), Operand.Set(a, 1))),
        new("or", 2, true, static (context, a) => Union(context, [Operand.Set(a, 0), Operand.Set(a, 1)])),
        new("set_diff", 2, true, static (context, a) => Difference(context, Operand.Set(a, 0), Operand.Set(a, 1))),
        new("intersection", 1, true, IntersectionOfAll),
        new("union", 1, true, static (context, a) => Union(context, Sets(a))),
    ];

    public static Value Difference(BuiltinContext context, SetValue left, SetValue right)
    {
        context.Charge(left.Count);
        var result = new SetBuilder(left.Count);
        foreach (ref readonly var item in left.Raw)
        {
            if (!right.Contains(item))
            {
                result.Add(item);
            }
        }

        return result.ToSet();
    }

    private static SetValue Intersection(BuiltinContext context, SetValue left, SetValue right)
    {
        var (small, large) = left.Count <= right.Count ? (left, right) : (right, left);
        context.Charge(small.Count);
        var result = new SetBuilder(small.Count);
        foreach (ref readonly var item in small.Raw)
        {
            if (large.Contains(item))
            {
                result.Add(item);
            }
        }

        return result.ToSet();
    }

    private static Value IntersectionOfAll(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        SetValue? result = null;
        foreach (var set in Sets(arguments))
        {
            result = result is null ? set : Intersection(context, result, set);
        }

        return result ?? SetValue.Empty;
    }

    private static SetValue Union(BuiltinContext context, IEnumerable<SetValue> sets)
    {
        var result = new SetBuilder();
        foreach (var set in sets)
        {
            context.Charge(set.Count);
            foreach (ref readonly var item in set.Raw)
            {
                result.Add(item);
            }
        }

        return result.ToSet();
    }

    private static List<SetValue> Sets(ReadOnlySpan<Value> arguments)
    {
        var outer = Operand.Set(arguments, 0);
        var sets = new List<SetValue>(outer.Count);
        foreach (var item in outer)
        {
            sets.Add(item.Kind == ValueKind.Set ? item.AsSet() : throw Operand.WrongElement(0, arguments[0], item, "set"));
        }

        return sets;
    }
}
