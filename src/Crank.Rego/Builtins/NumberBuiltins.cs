using System.Globalization;
using System.Numerics;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Arithmetic, rounding, bits, ranges, chance, and numbers from and to text.</summary>
internal static class NumberBuiltins
{
    private const int MaxShift = 100_000;
    private const int MaxRange = 10_000_000;
    private static readonly Value Half = Value.Number("0.5");

    public static IEnumerable<Builtin> All =>
    [
        new("plus", 2, true, static (_, a) => Guard(Operand.Number(a, 0), Operand.Number(a, 1), Arithmetic.Add)),
        new("minus", 2, true, Minus),
        new("mul", 2, true, static (_, a) => Guard(Operand.Number(a, 0), Operand.Number(a, 1), Arithmetic.Multiply)),
        new("div", 2, true, static (_, a) => Guard(Operand.Number(a, 0), Operand.Number(a, 1), Arithmetic.Divide)),
        new("rem", 2, true, static (_, a) => Guard(Operand.Number(a, 0), Operand.Number(a, 1), Arithmetic.Remainder)),
        new("abs", 1, true, static (_, a) => Operand.Number(a, 0) is var x && Order.Compare(x, 0) < 0 ? Guard(0, x, Arithmetic.Subtract) : Guard(x, 0, Arithmetic.Add)),
        new("ceil", 1, true, static (_, a) => -Floor(Guard(0, Operand.Number(a, 0), Arithmetic.Subtract)) is var up ? BigNumber.Of(up) : default),
        new("floor", 1, true, static (_, a) => BigNumber.Of(Floor(Operand.Number(a, 0)))),
        new("round", 1, true, Round),
        new("bits.or", 2, true, static (_, a) => BigNumber.Of(Operand.BigInteger(a, 0) | Operand.BigInteger(a, 1))),
        new("bits.and", 2, true, static (_, a) => BigNumber.Of(Operand.BigInteger(a, 0) & Operand.BigInteger(a, 1))),
        new("bits.xor", 2, true, static (_, a) => BigNumber.Of(Operand.BigInteger(a, 0) ^ Operand.BigInteger(a, 1))),
        new("bits.negate", 1, true, static (_, a) => BigNumber.Of(~Operand.BigInteger(a, 0))),
        new("bits.lsh", 2, true, static (context, a) => Shift(context, a, left: true)),
        new("bits.rsh", 2, true, static (context, a) => Shift(context, a, left: false)),
        new("numbers.range", 2, true, static (context, a) => Range(context, Operand.BigInteger(a, 0), Operand.BigInteger(a, 1), BigInteger.One)),
        new("numbers.range_step", 3, true, RangeStep),
        new("rand.intn", 2, false, RandomInteger),
        new("format_int", 2, true, FormatInteger),
        new("to_number", 1, true, ToNumber),
    ];

    /// <summary>Arithmetic whose failures are errors of the builtin.</summary>
    internal static Value Guard(in Value left, in Value right, AggregateBuiltins.Combine operation)
    {
        try
        {
            return operation(left, right);
        }
        catch (DivideByZeroException zero)
        {
            throw new BuiltinException(zero.Message.Contains("modulo", StringComparison.Ordinal) ? "modulo by zero" : "divide by zero");
        }
        catch (ArithmeticException broken)
        {
            throw new BuiltinException(broken.Message);
        }
    }

    private static Value Minus(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (left, right) = (arguments[0], arguments[1]);
        if (left.Kind == ValueKind.Number && right.Kind == ValueKind.Number)
        {
            return Guard(left, right, Arithmetic.Subtract);
        }

        if (left.Kind == ValueKind.Set && right.Kind == ValueKind.Set)
        {
            return SetBuiltins.Difference(context, left.AsSet(), right.AsSet());
        }

        if (left.Kind is not (ValueKind.Number or ValueKind.Set))
        {
            throw Operand.WrongType(0, left, "number", "set");
        }

        throw Operand.WrongType(1, right, right.Kind == ValueKind.Number ? "set" : "number");
    }

    // Beyond 64 bits OPA rounds to its floating-point numbers first; the result is the integer of that.
    private static BigInteger Floor(in Value number)
    {
        if (number.TryGetInt64(out var whole))
        {
            return whole;
        }

        var wide = Wide(number);
        var truncated = wide.Truncate();
        return wide.IsNegative && !wide.IsWhole ? truncated - 1 : truncated;
    }

    private static Value Round(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var number = Operand.Number(arguments, 0);
        if (number.TryGetInt64(out var whole))
        {
            return whole;
        }

        var wide = Wide(number);
        return BigNumber.Of((wide.IsNegative ? wide - WideFloat.From(Half) : wide + WideFloat.From(Half)).Truncate());
    }

    private static WideFloat Wide(in Value number)
    {
        try
        {
            return WideFloat.From(number);
        }
        catch (OverflowException broken)
        {
            throw new BuiltinException(broken.Message);
        }
    }

    private static Value Shift(BuiltinContext context, ReadOnlySpan<Value> arguments, bool left)
    {
        var number = Operand.BigInteger(arguments, 0);
        var by = Operand.BigInteger(arguments, 1);
        if (by.Sign < 0)
        {
            throw Operand.Wrong(1, "must be an unsigned integer number but got a negative integer");
        }

        if (left && by > MaxShift)
        {
            throw new BuiltinException($"shift by {by} bits, at most {MaxShift} are allowed");
        }

        context.Charge(left ? 1 + ((long)by / 128) : 1);
        return BigNumber.Of(left ? number << (int)by : number >> (int)BigInteger.Min(by, int.MaxValue));
    }

    private static Value RangeStep(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var (from, to, step) = (Operand.BigInteger(arguments, 0), Operand.BigInteger(arguments, 1), Operand.BigInteger(arguments, 2));
        return step.Sign <= 0 ? throw new BuiltinException("step must be a positive integer") : Range(context, from, to, step);
    }

    private static Value Range(BuiltinContext context, BigInteger from, BigInteger to, BigInteger step)
    {
        var count = (BigInteger.Abs(to - from) / step) + 1;
        if (count > MaxRange)
        {
            throw new LimitException($"a range of {count} numbers, at most {MaxRange} are allowed");
        }

        context.Charge((long)count);
        var items = new ArrayBuilder((int)count);
        step = from <= to ? step : -step;
        for (var i = 0; i < count; i++, from += step)
        {
            items.Add(BigNumber.Of(from));
        }

        return items.ToArray();
    }

    private static Value RandomInteger(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        _ = Operand.Text(arguments, 0);
        var below = Operand.Integer(arguments, 1);
        return below switch
        {
            0 => 0,
            long.MinValue => throw Operand.Wrong(1, "must be greater than the least 64-bit integer"),
            _ => context.Chance.NextInt64(Math.Abs(below)),
        };
    }

    private static Value FormatInteger(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var number = Operand.Number(arguments, 0);
        var numberBase = Operand.Number(arguments, 1).NumberText();
        if (numberBase is not ("2" or "8" or "10" or "16"))
        {
            throw Operand.Wrong(1, "must be one of {2, 8, 10, 16}");
        }

        if (!Arithmetic.TryGetInteger(number, out var whole))
        {
            whole = Wide(number).Truncate();
        }

        var text = InBase(BigInteger.Abs(whole), int.Parse(numberBase, CultureInfo.InvariantCulture));
        return whole.Sign < 0 ? "-" + text : text;
    }

    /// <summary>The digits of a number that is not negative, in base 2, 8, 10 or 16 with small letters.</summary>
    internal static string InBase(BigInteger magnitude, int numberBase) => numberBase switch
    {
        2 => magnitude.IsZero ? "0" : magnitude.ToString("B", CultureInfo.InvariantCulture).TrimStart('0'),
        8 => Octal(magnitude),
        16 => magnitude.IsZero ? "0" : magnitude.ToString("x", CultureInfo.InvariantCulture).TrimStart('0'),
        _ => magnitude.ToString(CultureInfo.InvariantCulture),
    };

    private static string Octal(BigInteger magnitude)
    {
        if (magnitude.IsZero)
        {
            return "0";
        }

        var bits = magnitude.ToString("B", CultureInfo.InvariantCulture).TrimStart('0');
        bits = bits.PadLeft((bits.Length + 2) / 3 * 3, '0');
        return string.Create(bits.Length / 3, bits, static (digits, source) =>
        {
            for (var i = 0; i < digits.Length; i++)
            {
                digits[i] = (char)('0' + ((source[3 * i] - '0') * 4) + ((source[(3 * i) + 1] - '0') * 2) + source[(3 * i) + 2] - '0');
            }
        });
    }

    private static Value ToNumber(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        switch (arguments[0].Kind)
        {
            case ValueKind.Null:
                return 0;
            case ValueKind.Boolean:
                return arguments[0].IsTrue ? 1 : 0;
            case ValueKind.Number:
                return arguments[0];
            case ValueKind.String:
                var text = arguments[0].AsString();
                if (text.TrimStart('+', '-').ToLowerInvariant() is "inf" or "infinity" or "nan")
                {
                    throw Operand.WrongType(0, arguments[0], "valid number string");
                }

                return ParseNumber(text) is { IsDefined: true } number
                    ? number
                    : throw new BuiltinException($"strconv.ParseFloat: parsing {Go.GoQuote.Quote(text)}: invalid syntax");
            default:
                throw Operand.WrongType(0, arguments[0], "null", "boolean", "number", "string");
        }
    }

    // More than JSON allows: a plus sign, leading zeros, a point without digits before or after it.
    private static Value ParseNumber(string text)
    {
        if (BigNumber.TryParse(text, out var number))
        {
            return number;
        }

        var rest = text.AsSpan();
        var negative = rest.StartsWith("-");
        rest = negative || rest.StartsWith("+") ? rest[1..] : rest;
        var exponentAt = rest.IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? rest : rest[..exponentAt];
        var point = mantissa.IndexOf('.');
        var whole = (point < 0 ? mantissa : mantissa[..point]).TrimStart('0');
        var fraction = point < 0 ? "" : mantissa[(point + 1)..];
        if (mantissa.Length == (point < 0 ? 0 : 1))
        {
            return default;
        }

        var plain = $"{(negative ? "-" : "")}{(whole.IsEmpty ? "0" : whole)}{(fraction.IsEmpty ? "" : ".")}{fraction}{(exponentAt < 0 ? "" : rest[exponentAt..])}";
        return BigNumber.TryParse(plain, out number) ? number : default;
    }
}
