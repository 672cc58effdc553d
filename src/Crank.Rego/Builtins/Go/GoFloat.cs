using System.Globalization;

namespace Crank.Rego.Builtins.Go;

/// <summary>Doubles as text in the forms of Go's <c>strconv.FormatFloat</c>, without sign handling of <c>fmt</c>'s flags.</summary>
internal static class GoFloat
{
    /// <param name="value">A finite number.</param>
    /// <param name="verb"><c>e f g x</c> or their capitals, or <c>b</c>.</param>
    /// <param name="precision">Digits as the verb counts them; negative for as few as tell the number apart.</param>
    public static string Format(double value, char verb, int precision)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }

        var sign = double.IsNegative(value) ? "-" : "";
        var magnitude = Math.Abs(value);
        return sign + char.ToLowerInvariant(verb) switch
        {
            'e' => Exponent(magnitude, precision, verb),
            'f' => Fixed(magnitude, precision),
            'g' => General(magnitude, precision, verb),
            'x' => Hexadecimal(magnitude, precision, verb),
            _ => Binary(magnitude),
        };
    }

    /// <summary>The shortest digits and the place of the point: 0.d1d2d3… × 10^point.</summary>
    private static (string Digits, int Point) Shortest(double value)
    {
        if (value == 0)
        {
            return ("0", 1);
        }

        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var plain = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = int.Parse(text.AsSpan(text.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = plain.IndexOf('E') is >= 0 and var e ? plain[..e] : plain;
        return (mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0'), exponent + 1);
    }

    private static string Exponent(double value, int precision, char verb)
    {
        string digits;
        int exponent;
        if (precision < 0)
        {
            (digits, var point) = Shortest(value);
            exponent = value == 0 ? 0 : point - 1;
        }
        else
        {
            var text = value.ToString("E" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            digits = text[..text.IndexOf('E')].Replace(".", "", StringComparison.Ordinal);
            exponent = int.Parse(text.AsSpan(text.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        return Scientific(digits, exponent, char.IsAsciiLetterUpper(verb) ? 'E' : 'e');
    }

    private static string Scientific(string digits, int exponent, char mark) =>
        (digits.Length > 1 ? $"{digits[0]}.{digits[1..]}" : digits) + mark + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);

    private static string Fixed(double value, int precision)
    {
        if (precision >= 0)
        {
            return value.ToString("F" + precision.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        var (digits, point) = Shortest(value);
        return point <= 0 ? $"0.{new string('0', -point)}{digits}"
            : point >= digits.Length ? digits + new string('0', point - digits.Length)
            : $"{digits[..point]}.{digits[point..]}";
    }

    private static string General(double value, int precision, char verb)
    {
        string digits;
        int point;
        var threshold = precision;
        if (precision < 0)
        {
            (digits, point) = Shortest(value);
            threshold = 6;
        }
        else
        {
            precision = Math.Max(1, precision);
            var text = value.ToString("E" + (precision - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            digits = text[..text.IndexOf('E')].Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
            digits = digits.Length == 0 ? "0" : digits;
            point = value == 0 ? 1 : int.Parse(text.AsSpan(text.IndexOf('E') + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) + 1;
            threshold = precision > digits.Length && digits.Length >= point ? digits.Length : precision;
        }

        if (point - 1 < -4 || point - 1 >= threshold)
        {
            return Scientific(digits, point - 1, char.IsAsciiLetterUpper(verb) ? 'E' : 'e');
        }

        return point <= 0 ? $"0.{new string('0', -point)}{digits}"
            : point >= digits.Length ? digits + new string('0', point - digits.Length)
            : $"{digits[..point]}.{digits[point..]}";
    }

    private static string Hexadecimal(double value, int precision, char verb)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var mantissa = bits & ((1L << 52) - 1);
        var exponent = (int)(bits >> 52) & 0x7FF;
        if (value == 0)
        {
            (mantissa, exponent) = (0, 0);
        }
        else
        {
            exponent = exponent == 0 ? 1 : exponent;
            mantissa |= (bits >> 52 & 0x7FF) == 0 ? 0 : 1L << 52;
            while (mantissa < 1L << 52)
            {
                mantissa <<= 1;
                exponent--;
            }

            exponent -= 1023;
        }

        if (precision is >= 0 and < 13)
        {
            // Half to even, on the last kept hexadecimal digit.
            var drop = 52 - (4 * precision);
            var rest = mantissa & ((1L << drop) - 1);
            mantissa >>= drop;
            var half = 1L << (drop - 1);
            mantissa += rest > half || (rest == half && (mantissa & 1) == 1) ? 1 : 0;
            mantissa <<= drop;
            if (mantissa >= 1L << 53)
            {
                mantissa >>= 1;
                exponent++;
            }
        }

        var digits = (mantissa & ((1L << 52) - 1)).ToString("x13", CultureInfo.InvariantCulture);
        digits = precision < 0 ? digits.TrimEnd('0') : precision <= 13 ? digits[..precision] : digits.PadRight(precision, '0');
        var text = $"0x{(value == 0 ? 0 : 1)}{(digits.Length > 0 ? "." : "")}{digits}p{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        return verb == 'X' ? text.ToUpperInvariant() : text;
    }

    private static string Binary(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        var exponent = (int)(bits >> 52) & 0x7FF;
        var mantissa = bits & ((1L << 52) - 1);
        mantissa |= exponent == 0 ? 0 : 1L << 52;
        exponent = Math.Max(exponent, 1) - 1023 - 52;
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}p{exponent:+0;-0;+0}");
    }
}
