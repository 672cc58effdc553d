using System.Globalization;
using System.Numerics;
using System.Text;

namespace Crank.Schema.Json;

/// <summary>A JSON number without loss: sign, digits without zeros at either end, power of ten. Equal numbers have equal parts.</summary>
internal readonly struct JsonNumber : IEquatable<JsonNumber>, IComparable<JsonNumber>
{
    private const int SmallDigits = 18;
    private const int MaxExponentDigits = 17;
    private const int MaxDigits = 10_000;

    private readonly bool _negative;
    private readonly long _small;
    private readonly string? _digits;
    private readonly long _exponent;

    private JsonNumber(bool negative, long small, string? digits, long exponent)
    {
        _negative = negative;
        _small = small;
        _digits = digits;
        _exponent = exponent;
    }

    public bool IsInteger => _exponent >= 0;

    private bool IsZero => _digits is null && _small == 0;

    private int DigitCount => _digits?.Length ?? CountDigits(_small);

    /// <summary>Reads the UTF-8 text of a number that a JSON reader accepted.</summary>
    /// <exception cref="SchemaLimitException">The number or its exponent has more digits than are computed with.</exception>
    public static JsonNumber Parse(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var at = negative ? 1 : 0;
        var mark = text.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = mark < 0 ? text[at..] : text[at..mark];
        var point = mantissa.IndexOf((byte)'.');
        var exponent = point < 0 ? 0L : -(mantissa.Length - point - 1);

        if (mantissa.Length <= SmallDigits)
        {
            long small = 0;
            foreach (var c in mantissa)
            {
                small = c == '.' ? small : (small * 10) + (c - '0');
            }

            if (small == 0)
            {
                return default;
            }

            exponent += mark < 0 ? 0 : ParseExponent(text[(mark + 1)..]);
            while (small % 10 == 0)
            {
                small /= 10;
                exponent++;
            }

            return new(negative, small, null, exponent);
        }

        if (mantissa.Length > MaxDigits)
        {
            throw new SchemaLimitException($"a number has {mantissa.Length} digits, at most {MaxDigits} are computed with");
        }

        var all = Encoding.ASCII.GetString(mantissa).Replace(".", "", StringComparison.Ordinal);
        var trimmed = all.TrimEnd('0');
        exponent += all.Length - trimmed.Length;
        trimmed = trimmed.TrimStart('0');
        if (trimmed.Length == 0)
        {
            return default;
        }

        exponent += mark < 0 ? 0 : ParseExponent(text[(mark + 1)..]);
        return trimmed.Length <= SmallDigits
            ? new(negative, long.Parse(trimmed, CultureInfo.InvariantCulture), null, exponent)
            : new(negative, 0, trimmed, exponent);
    }

    /// <summary>The value as a count: a non-negative integer, held at <see cref="long.MaxValue"/> when larger; null when it is none.</summary>
    public long? AsCount()
    {
        if (IsZero)
        {
            return 0;
        }

        if (_negative || !IsInteger)
        {
            return null;
        }

        if (DigitCount + _exponent > SmallDigits)
        {
            return long.MaxValue;
        }

        return _small * Power(_exponent);
    }

    public bool IsPositive => !IsZero && !_negative;

    /// <summary>True when this is an integer multiple of <paramref name="unit"/>, which is positive.</summary>
    public bool IsMultipleOf(JsonNumber unit)
    {
        if (IsZero)
        {
            return true;
        }

        // Neither has a trailing zero, so a smaller power of ten can never be a multiple of a greater one.
        var shift = _exponent - unit._exponent;
        if (shift < 0)
        {
            return false;
        }

        if (_digits is null && unit._digits is null)
        {
            return (Int128)(_small % unit._small) * (Int128)PowerModulo(shift, unit._small) % unit._small == 0;
        }

        var divisor = Whole(unit);
        return Whole(this) % divisor * BigInteger.ModPow(10, shift, divisor) % divisor == 0;
    }

    public int CompareTo(JsonNumber other)
    {
        if (IsZero || other.IsZero || _negative != other._negative)
        {
            return Sign(this).CompareTo(Sign(other));
        }

        var magnitude = CompareMagnitude(this, other);
        return _negative ? -magnitude : magnitude;
    }

    public bool Equals(JsonNumber other) =>
        _negative == other._negative && _small == other._small && _exponent == other._exponent && _digits == other._digits;

    public override bool Equals(object? obj) => obj is JsonNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_negative, _small, _exponent, _digits);

    /// <summary>Plain digits where they are few, else digits and a power of ten.</summary>
    public override string ToString()
    {
        var sign = _negative ? "-" : "";
        var digits = Digits(this);
        return _exponent switch
        {
            >= 0 and <= SmallDigits => sign + digits + new string('0', (int)_exponent),
            < 0 and >= -SmallDigits => sign + Pointed(digits, (int)-_exponent),
            _ => $"{sign}{digits}e{_exponent}",
        };
    }

    private static string Pointed(string digits, int decimals)
    {
        var padded = digits.PadLeft(decimals + 1, '0');
        return $"{padded[..^decimals]}.{padded[^decimals..]}";
    }

    private static int Sign(JsonNumber n)
    {
        if (n.IsZero)
        {
            return 0;
        }

        return n._negative ? -1 : 1;
    }

    private static int CompareMagnitude(JsonNumber a, JsonNumber b)
    {
        var scale = (a.DigitCount + a._exponent).CompareTo(b.DigitCount + b._exponent);
        if (scale != 0)
        {
            return scale;
        }

        if (a._digits is null && b._digits is null)
        {
            var shift = a.DigitCount - b.DigitCount;
            return shift >= 0 ? a._small.CompareTo(b._small * Power(shift)) : (a._small * Power(-shift)).CompareTo(b._small);
        }

        // Digits start at the same power of ten and end without zeros: the shorter of two with one prefix is the smaller.
        return string.CompareOrdinal(Digits(a), Digits(b));
    }

    private static string Digits(JsonNumber n) => n._digits ?? n._small.ToString(CultureInfo.InvariantCulture);

    private static BigInteger Whole(JsonNumber n) => BigInteger.Parse(Digits(n), CultureInfo.InvariantCulture);

    private static long PowerModulo(long exponent, long modulus)
    {
        Int128 result = 1 % modulus, square = 10 % modulus;
        for (; exponent > 0; exponent >>= 1)
        {
            result = (exponent & 1) == 1 ? result * square % modulus : result;
            square = square * square % modulus;
        }

        return (long)result;
    }

    private static long Power(long exponent)
    {
        long power = 1;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }

        return power;
    }

    private static int CountDigits(long value)
    {
        var count = 1;
        for (; value >= 10; value /= 10)
        {
            count++;
        }

        return count;
    }

    private static long ParseExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        var digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        digits = digits.TrimStart((byte)'0');
        if (digits.Length > MaxExponentDigits)
        {
            throw new SchemaLimitException($"a number's exponent has {digits.Length} digits, at most {MaxExponentDigits} are computed with");
        }

        long value = 0;
        foreach (var c in digits)
        {
            value = (value * 10) + (c - '0');
        }

        return negative ? -value : value;
    }
}
