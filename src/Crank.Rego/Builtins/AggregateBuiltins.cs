using System.Numerics;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Counting, adding up, extremes, sorting, membership.</summary>
internal static class AggregateBuiltins
{
    // A product may grow by this many digits in all; more is refused before it is computed.
    private const int MaxDigits = 100_000;

    public static IEnumerable<Builtin> All =>
    [
        new("count", 1, true, Count),
        new("sum", 1, true, static (_, a) => Accumulate(a, 0, static (x, y) => x + y, Arithmetic.Add)),
        new("product", 1, true, static (context, a) =>
        {
            context.Charge(Operand.Elements(a[0])?.Count ?? 0);
            return Accumulate(a, 1, Times, Arithmetic.Multiply);
        }),
        new("max", 1, true, static (_, a) => Extreme(a, 1)),
        new("min", 1, true, static (_, a) => Extreme(a, -1)),
        new("sort", 1, true, Sort),
        new("all", 1, true, static (_, a) => (Operand.Elements(a[0]) ?? throw Operand.WrongType(0, a[0], "array", "set")).All(x => x.IsTrue)),
        new("any", 1, true, static (_, a) => (Operand.Elements(a[0]) ?? throw Operand.WrongType(0, a[0], "array", "set")).Any(x => x.IsTrue)),
        new("internal.member_2", 2, true, Member),
        new("internal.member_3", 3, true, MemberWithKey),
    ];

    private static Value Count(BuiltinContext context, ReadOnlySpan<Value> arguments) => arguments[0].Kind switch
    {
        ValueKind.Array => arguments[0].AsArray().Count,
        ValueKind.Object => arguments[0].AsObject().Count,
        ValueKind.Set => arguments[0].AsSet().Count,
        ValueKind.String => Runes.Count(arguments[0].AsString()),
        _ => throw Operand.WrongType(0, arguments[0], "array", "object", "set", "string"),
    };

    private static BigInteger Times(BigInteger left, BigInteger right) => left.GetByteCount() + right.GetByteCount() > MaxDigits / 2
        ? throw new BuiltinException($"the product has more than {MaxDigits} digits")
        : left * right;

    // Integers are exact whatever their size; one fraction makes it floating-point arithmetic from the start.
    private static Value Accumulate(ReadOnlySpan<Value> arguments, long start, Func<BigInteger, BigInteger, BigInteger> exact, Combine wide)
    {
        var elements = Operand.Elements(arguments[0]) ?? throw Operand.WrongType(0, arguments[0], "set", "array");
        var allWhole = true;
        foreach (var element in elements)
        {
            if (element.Kind != ValueKind.Number)
            {
                throw Operand.WrongElement(0, arguments[0], element, "number");
            }

            allWhole = allWhole && Arithmetic.TryGetInteger(element, out _);
        }

        if (allWhole)
        {
            BigInteger total = start;
            foreach (var element in elements)
            {
                Arithmetic.TryGetInteger(element, out var whole);
                total = exact(total, whole);
            }

            return BigNumber.Of(total);
        }

        Value sum = start;
        foreach (var element in elements)
        {
            sum = NumberBuiltins.Guard(sum, element, wide);
        }

        return sum;
    }

    private static Value Extreme(ReadOnlySpan<Value> arguments, int sign)
    {
        var elements = Operand.Elements(arguments[0]) ?? throw Operand.WrongType(0, arguments[0], "set", "array");
        Value best = default;
        foreach (var element in elements)
        {
            if (best.IsUndefined || Order.Compare(element, best) * sign >= 0)
            {
                best = element;
            }
        }

        return best;
    }

    private static Value Sort(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        if (arguments[0].Reference is SetValue set)
        {
            context.Charge(set.Count);
            var ordered = new Value[set.Count];
            for (var i = 0; i < ordered.Length; i++)
            {
                ordered[i] = set.InOrder(i);
            }

            return new ArrayValue(ordered, ordered.Length);
        }

        if (arguments[0].Reference is not ArrayValue array)
        {
            throw Operand.WrongType(0, arguments[0], "set", "array");
        }

        // Stable: equal numbers keep their spellings in order.
        context.Charge(array.Count);
        Value[] items = [.. array.Order(Comparer<Value>.Create(static (x, y) => Order.Compare(x, y)))];
        return new ArrayValue(items, items.Length);
    }

    private static Value Member(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var wanted = arguments[0];
        switch (arguments[1].Kind)
        {
            case ValueKind.Set:
                return arguments[1].AsSet().Contains(wanted);
            case ValueKind.Array:
                foreach (ref readonly var item in arguments[1].AsArray().Span)
                {
                    if (item.Equals(wanted))
                    {
                        return true;
                    }
                }

                return false;
            case ValueKind.Object:
                foreach (ref readonly var item in arguments[1].AsObject().RawValues)
                {
                    if (item.Equals(wanted))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }

    private static Value MemberWithKey(BuiltinContext context, ReadOnlySpan<Value> arguments) =>
        arguments[2].Get(arguments[0]) is { IsDefined: true } found && found.Equals(arguments[1]);

    internal delegate Value Combine(in Value left, in Value right);
}
