using System.Numerics;

namespace Crank.Rego.Values;

/// <summary>
/// The arithmetic of Rego's operators. Sums, differences and products of integers are exact; everything else is computed with
/// <see cref="WideFloat"/>. Arguments must be numbers.
/// </summary>
public static class Arithmetic
{
    /// <summary>left + right.</summary>
    /// <exception cref="OverflowException">A number is out of range.</exception>
    public static Value Add(in Value left, in Value right)
    {
        if (left.IsInteger && right.IsInteger)
        {
            var sum = unchecked(left.Bits + right.Bits);
            if (((left.Bits ^ sum) & (right.Bits ^ sum)) >= 0)
            {
                return Value.Of(sum);
            }
        }

        return Written(left, out var a) && Written(right, out var b)
            ? BigNumber.Of(a + b)
            : (WideFloat.From(left) + WideFloat.From(right)).ToValue();
    }

    /// <summary>left - right.</summary>
    /// <exception cref="OverflowException">A number is out of range.</exception>
    public static Value Subtract(in Value left, in Value right)
    {
        if (left.IsInteger && right.IsInteger)
        {
            var difference = unchecked(left.Bits - right.Bits);
            if (((left.Bits ^ right.Bits) & (left.Bits ^ difference)) >= 0)
            {
                return Value.Of(difference);
            }
        }

        return Written(left, out var a) && Written(right, out var b)
            ? BigNumber.Of(a - b)
            : (WideFloat.From(left) - WideFloat.From(right)).ToValue();
    }

    /// <summary>left * right.</summary>
    /// <exception cref="OverflowException">A number is out of range.</exception>
    public static Value Multiply(in Value left, in Value right)
    {
        if (left.IsInteger && right.IsInteger)
        {
            var product = Math.BigMul(left.Bits, right.Bits, out var low);
            if (product == low >> 63)
            {
                return Value.Of(low);
            }
        }

        return Written(left, out var a) && Written(right, out var b)
            ? BigNumber.Of(a * b)
            : (WideFloat.From(left) * WideFloat.From(right)).ToValue();
    }

    /// <summary>
    /// left / right: a float, but for integers of which one is beyond 64 bits. A float would round those, so their quotient is the exact one, cut towards zero.
    /// </summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    /// <exception cref="OverflowException">A number is out of range.</exception>
    public static Value Divide(in Value left, in Value right)
    {
        if (left.IsInteger && right.IsInteger && right.Bits is not (0 or -1) && left.Bits % right.Bits == 0)
        {
            return Value.Of(left.Bits / right.Bits);
        }

        if (!(left.IsInteger && right.IsInteger) && Written(left, out var dividend) && Written(right, out var divisor) && !divisor.IsZero)
        {
            return BigNumber.Of(BigInteger.Divide(dividend, divisor));
        }

        return (WideFloat.From(left) / WideFloat.From(right)).ToValue();
    }

    /// <summary>The remainder of integers, with the sign of <paramref name="left"/>.</summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    /// <exception cref="ArithmeticException">An operand is no integer.</exception>
    public static Value Remainder(in Value left, in Value right)
    {
        if (left.IsInteger && right.IsInteger && right.Bits is not (0 or -1))
        {
            return Value.Of(left.Bits % right.Bits);
        }

        if (!TryGetInteger(left, out var dividend) || !TryGetInteger(right, out var divisor))
        {
            throw new ArithmeticException("modulo on floating-point number");
        }

        return divisor.IsZero ? throw new DivideByZeroException("modulo by zero") : BigNumber.Of(BigInteger.Remainder(dividend, divisor));
    }

    /// <summary>The integer that a number is, of at most 20,000 digits.</summary>
    public static bool TryGetInteger(in Value number, out BigInteger amount)
    {
        if (number.IsInteger)
        {
            amount = number.Bits;
            return true;
        }

        amount = default;
        return number.Reference is BigNumber big && big.TryGetInteger(out amount);
    }

    // An integer that is written with digits alone; one like 1e30 or 3.0 is taken as a float.
    private static bool Written(in Value number, out BigInteger amount)
    {
        amount = default;
        return (number.IsInteger || !number.NumberText().AsSpan().ContainsAny('.', 'e', 'E')) && TryGetInteger(number, out amount);
    }
}
