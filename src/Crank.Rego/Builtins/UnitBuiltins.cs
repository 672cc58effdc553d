using System.Globalization;
using System.Numerics;
using Crank.Rego.Values;

namespace Crank.Rego.Builtins;

/// <summary>Amounts with units: <c>10G</c>, <c>1500m</c>, <c>4MiB</c>, exact as fractions.</summary>
internal static class UnitBuiltins
{
    private const int MaxExponentDigits = 6;
    private const int MaxExponent = 10_000;
    private const int MaxLength = 10_000;

    // The double nearest to a thousandth, exactly: what OPA multiplies by for "m".
    private static readonly (BigInteger Numerator, BigInteger Denominator) Milli = (BigInteger.Parse("1152921504606847", CultureInfo.InvariantCulture), BigInteger.Pow(2, 60));

    public static IEnumerable<Builtin> All =>
    [
        new("units.parse", 1, true, Parse),
        new("units.parse_bytes", 1, true, ParseBytes),
    ];

    private static Value Parse(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        var text = Operand.Text(arguments, 0).Replace("\"", "", StringComparison.Ordinal);
        var (amount, unit) = Cut(text, "spaces not allowed in resource strings", "no amount provided");

        // Only after its first letter: m is a thousandth and M a million.
        unit = unit.Length > 1 ? unit[..1] + unit[1..].ToLowerInvariant() : unit;
        var (numerator, denominator) = unit switch
        {
            "m" => Milli,
            "" => (BigInteger.One, BigInteger.One),
            "M" => (Power(1000, 2), BigInteger.One),
            _ => (Scale(unit.ToLowerInvariant()) is { } scale ? scale : throw new BuiltinException($"unit {unit} not recognized"), BigInteger.One),
        };
        var (top, bottom) = Fraction(amount, "could not parse amount to a number");
        return Decimal(top * numerator, bottom * denominator);
    }

    private static Value ParseBytes(BuiltinContext context, ReadOnlySpan<Value> arguments)
    {
        if (TryPlain(Operand.Text(arguments, 0), out var bytes))
        {
            return bytes;
        }

        var text = Operand.Text(arguments, 0).ToLowerInvariant().Replace("\"", "", StringComparison.Ordinal);
        var (amount, unit) = Cut(text, "spaces not allowed in resource strings", "no byte amount provided");
        var plain = unit.EndsWith('b') && unit.Length > 1 ? unit[..^1] : unit;
        var scale = plain switch
        {
            "" => BigInteger.One,
            "m" => Power(1000, 2),
            _ => Scale(plain) ?? throw new BuiltinException($"byte unit {unit} not recognized"),
        };

        if (amount.Length <= 6 && !amount.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return BigNumber.Of(int.Parse(amount, NumberStyles.None, CultureInfo.InvariantCulture) * scale);
        }

        // OPA computes bytes in floating-point numbers and cuts the fraction off.
        var (top, bottom) = Fraction(amount, "could not parse byte amount to a number");
        return BigNumber.Of(Rounded(top, bottom) is var (mantissa, shift) ? Truncate(mantissa * scale, shift) : default);
    }

    // Up to nine digits and a unit below tera, which is what quantities mostly are: fits 64 bits and needs no memory.
    private static bool TryPlain(string text, out long bytes)
    {
        bytes = 0;
        var end = 0;
        while (end < text.Length && end < 9 && char.IsAsciiDigit(text[end]))
        {
            bytes = (bytes * 10) + text[end++] - '0';
        }

        var unit = text.AsSpan(end);
        if (end == 0 || unit.Length > 3)
        {
            return false;
        }

        if (unit.Length > 1 && (unit[^1] | 0x20) == 'b')
        {
            unit = unit[..^1];
        }

        if (unit.Length == 2 && (unit[1] | 0x20) != 'i')
        {
            return false;
        }

        var scale = unit.Length == 0 ? 1 : (unit[0] | 0x20, unit.Length) switch
        {
            ('k', 1) => 1_000L,
            ('m', 1) => 1_000_000L,
            ('g', 1) => 1_000_000_000L,
            ('k', 2) => 1L << 10,
            ('m', 2) => 1L << 20,
            ('g', 2) => 1L << 30,
            _ => 0L,
        };
        bytes *= scale;
        return scale > 0;
    }

    private static (string Amount, string Unit) Cut(string text, string spaces, string none)
    {
        if (text.Contains(' '))
        {
            throw new BuiltinException(spaces);
        }

        if (text.Length > MaxLength)
        {
            throw new BuiltinException($"an amount of {text.Length} characters, at most {MaxLength} are allowed");
        }

        var end = 0;
        for (; end < text.Length; end++)
        {
            var c = text[end];
            if (c is 'e' or 'E')
            {
                // An exponent only where digits or a sign follow; else it is the unit exa.
                if (end == text.Length - 1 || !(char.IsAsciiDigit(text[end + 1]) || text[end + 1] is '+' or '-'))
                {
                    break;
                }

                end += text[end + 1] is '+' or '-' ? 1 : 0;
                var digits = text.AsSpan(end + 1).IndexOfAnyExceptInRange('0', '9');
                if ((digits < 0 ? text.Length - end - 1 : digits) > MaxExponentDigits)
                {
                    throw new BuiltinException("exponent too large");
                }
            }
            else if (!char.IsAsciiDigit(c) && c is not ('.' or '+' or '-'))
            {
                break;
            }
        }

        return end == 0 ? throw new BuiltinException(none) : (text[..end], text[end..]);
    }

    private static BigInteger? Scale(string unit) => unit switch
    {
        "k" => Power(1000, 1),
        "ki" => Power(1024, 1),
        "mi" => Power(1024, 2),
        "g" => Power(1000, 3),
        "gi" => Power(1024, 3),
        "t" => Power(1000, 4),
        "ti" => Power(1024, 4),
        "p" => Power(1000, 5),
        "pi" => Power(1024, 5),
        "e" => Power(1000, 6),
        "ei" => Power(1024, 6),
        _ => null,
    };

    private static BigInteger Power(int unit, int exponent) => BigInteger.Pow(unit, exponent);

    private static (BigInteger Top, BigInteger Bottom) Fraction(string amount, string wrong)
    {
        var rest = amount.AsSpan();
        var negative = rest[0] == '-';
        rest = rest[0] is '+' or '-' ? rest[1..] : rest;
        var exponentAt = rest.IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? rest : rest[..exponentAt];
        var exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(rest[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            throw new BuiltinException(wrong);
        }

        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        if (!BigInteger.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            throw new BuiltinException(wrong);
        }

        exponent -= point < 0 ? 0 : mantissa.Length - point - 1;
        if (Math.Abs(exponent) > MaxExponent)
        {
            throw new BuiltinException("exponent too large");
        }

        value = negative ? -value : value;
        return exponent >= 0 ? (value * BigInteger.Pow(10, exponent), BigInteger.One) : (value, BigInteger.Pow(10, -exponent));
    }

    // An integer as such; else with ten decimals, rounded half away from zero.
    private static Value Decimal(BigInteger top, BigInteger bottom)
    {
        var whole = BigInteger.DivRem(top, bottom, out var rest);
        if (rest.IsZero)
        {
            return BigNumber.Of(whole);
        }

        var negative = top.Sign < 0;
        var scaled = ((BigInteger.Abs(top) * BigInteger.Pow(10, 10) * 2) + bottom) / (bottom * 2);
        var text = scaled.ToString(CultureInfo.InvariantCulture).PadLeft(11, '0');
        return Value.Number($"{(negative ? "-" : "")}{text[..^10]}.{text[^10..]}");
    }

    // The amount with a mantissa of 64 bits, to nearest even, as mantissa × 2^shift.
    private static (BigInteger Mantissa, int Shift) Rounded(BigInteger top, BigInteger bottom)
    {
        if (top.IsZero)
        {
            return (BigInteger.Zero, 0);
        }

        var magnitude = BigInteger.Abs(top);
        var up = (int)(66 + bottom.GetBitLength() - magnitude.GetBitLength());
        var quotient = up >= 0 ? BigInteger.DivRem(magnitude << up, bottom, out var rest) : BigInteger.DivRem(magnitude, bottom << -up, out rest);
        return Round(quotient, -up, !rest.IsZero, top.Sign);
    }

    private static (BigInteger, int) Round(BigInteger magnitude, int shift, bool sticky, int sign)
    {
        var extra = (int)magnitude.GetBitLength() - 64;
        if (extra > 0)
        {
            var low = magnitude & ((BigInteger.One << extra) - 1);
            magnitude >>= extra;
            var half = BigInteger.One << (extra - 1);
            if (low > half || (low == half && (sticky || !magnitude.IsEven)))
            {
                magnitude++;
            }

            shift += extra;
        }

        return (sign < 0 ? -magnitude : magnitude, shift);
    }

    private static BigInteger Truncate(BigInteger mantissa, int shift)
    {
        // The product is rounded to 64 bits once more before the fraction goes.
        var (rounded, by) = Round(BigInteger.Abs(mantissa), shift, sticky: false, mantissa.Sign);
        var magnitude = BigInteger.Abs(rounded);
        magnitude = by >= 0 ? magnitude << by : magnitude >> -by;
        return rounded.Sign < 0 ? -magnitude : magnitude;
    }
}
