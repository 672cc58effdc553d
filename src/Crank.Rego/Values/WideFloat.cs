using System.Numerics;
using System.Text;

namespace Crank.Rego.Values;

/// <summary>
/// A binary floating-point number with a mantissa of 64 bits, rounded to nearest even: the arithmetic that gives Rego its answers,
/// where 0.1 + 0.2 is 0.3 and 1 / 3 is 0.33333333333333333334.
/// </summary>
public readonly struct WideFloat : IEquatable<WideFloat>
{
    private const int MaxDecimalExponent = 20_000;
    private readonly ulong _mantissa;
    private readonly int _exponent;
    private readonly bool _negative;

    // Zero, or a mantissa with its top bit set times two to the power of the exponent.
    private WideFloat(bool negative, ulong mantissa, int exponent)
    {
        _negative = negative;
        _mantissa = mantissa;
        _exponent = exponent;
    }

    /// <summary>Whether the amount is zero.</summary>
    public bool IsZero => _mantissa == 0;

    /// <summary>Whether the amount is below zero.</summary>
    public bool IsNegative => _negative && _mantissa != 0;

    /// <summary>Whether the amount is an integer.</summary>
    public bool IsWhole => _mantissa == 0 || _exponent >= 0 || (_exponent > -64 && BitOperations.TrailingZeroCount(_mantissa) >= -_exponent);

    /// <summary>The nearest number of this kind.</summary>
    /// <exception cref="OverflowException">The number has more than 20,000 digits before or after its point.</exception>
    public static WideFloat From(in Value number)
    {
        if (number.IsInteger)
        {
            return Round(number.Bits < 0, BigInteger.Abs(number.Bits), 0, false);
        }

        var big = (BigNumber)number.Reference!;
        var magnitude = BigInteger.Abs(big.Coefficient);
        if (magnitude.IsZero)
        {
            return default;
        }

        if (Math.Abs(big.Exponent) > MaxDecimalExponent)
        {
            throw new OverflowException("number out of range");
        }

        if (big.Exponent >= 0)
        {
            return Round(big.Sign < 0, magnitude * BigInteger.Pow(10, big.Exponent), 0, false);
        }

        var divisor = BigInteger.Pow(10, -big.Exponent);
        var shift = (int)Math.Max(0, 70 + divisor.GetBitLength() - magnitude.GetBitLength());
        var quotient = BigInteger.DivRem(magnitude << shift, divisor, out var rest);
        return Round(big.Sign < 0, quotient, -shift, !rest.IsZero);
    }

    /// <summary>The sum.</summary>
    public static WideFloat operator +(WideFloat left, WideFloat right)
    {
        if (left.IsZero || right.IsZero)
        {
            return left.IsZero ? right : left;
        }

        var (high, low) = left._exponent >= right._exponent ? (left, right) : (right, left);
        var distance = high._exponent - low._exponent;
        if (distance > 200)
        {
            return high;
        }

        var sum = (high.Signed << distance) + low.Signed;
        return Round(sum.Sign < 0, BigInteger.Abs(sum), low._exponent, false);
    }

    /// <summary>The opposite.</summary>
    public static WideFloat operator -(WideFloat value) => new(!value._negative, value._mantissa, value._exponent);

    /// <summary>The difference.</summary>
    public static WideFloat operator -(WideFloat left, WideFloat right) => left + -right;

    /// <summary>The product.</summary>
    public static WideFloat operator *(WideFloat left, WideFloat right) => left.IsZero || right.IsZero
        ? default
        : Round(left._negative != right._negative, (BigInteger)left._mantissa * right._mantissa, left._exponent + right._exponent, false);

    /// <summary>The quotient.</summary>
    /// <exception cref="DivideByZeroException">The divisor is zero.</exception>
    public static WideFloat operator /(WideFloat left, WideFloat right)
    {
        if (right.IsZero)
        {
            throw new DivideByZeroException("divide by zero");
        }

        if (left.IsZero)
        {
            return default;
        }

        var quotient = BigInteger.DivRem((BigInteger)left._mantissa << 70, right._mantissa, out var rest);
        return Round(left._negative != right._negative, quotient, left._exponent - right._exponent - 70, !rest.IsZero);
    }

    /// <summary>The integer towards zero.</summary>
    public BigInteger Truncate() => _exponent >= 0 ? Signed << _exponent : _exponent <= -64 ? BigInteger.Zero : IsNegative ? -(BigInteger)(_mantissa >> -_exponent) : _mantissa >> -_exponent;

    /// <summary>The amount as a value with the shortest text that gives this number again.</summary>
    public Value ToValue()
    {
        if (IsWhole && _exponent < 0)
        {
            return BigNumber.Of(Truncate());
        }

        return BigNumber.Parse(ToString());
    }

    /// <summary>The shortest decimal text that gives this number again: digits for integers, else plain or with an exponent from a million on.</summary>
    public override string ToString()
    {
        if (IsZero)
        {
            return "0";
        }

        var (digits, point) = Shortest();
        var text = new StringBuilder();
        if (IsNegative)
        {
            text.Append('-');
        }

        if (IsWhole)
        {
            text.Append(digits);
            text.Append('0', Math.Max(0, point - digits.Length));
        }
        else if (point is < -3 or > 6)
        {
            var exponent = point - 1;
            text.Append(digits[0]);
            if (digits.Length > 1)
            {
                text.Append('.').Append(digits, 1, digits.Length - 1);
            }

            text.Append('e').Append(exponent < 0 ? '-' : '+');
            text.Append(Math.Abs(exponent).ToString("00"));
        }
        else if (point <= 0)
        {
            text.Append("0.").Append('0', -point).Append(digits);
        }
        else if (point >= digits.Length)
        {
            text.Append(digits).Append('0', point - digits.Length);
        }
        else
        {
            text.Append(digits, 0, point).Append('.').Append(digits, point, digits.Length - point);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(WideFloat other) => _mantissa == other._mantissa && (_mantissa == 0 || (_exponent == other._exponent && _negative == other._negative));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is WideFloat other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_mantissa, _exponent);

    /// <summary>Equality of amounts.</summary>
    public static bool operator ==(WideFloat left, WideFloat right) => left.Equals(right);

    /// <summary>The opposite of equality.</summary>
    public static bool operator !=(WideFloat left, WideFloat right) => !left.Equals(right);

    private BigInteger Signed => _negative ? -(BigInteger)_mantissa : _mantissa;

    private static WideFloat Round(bool negative, BigInteger magnitude, int exponent, bool inexact)
    {
        if (magnitude.IsZero)
        {
            return default;
        }

        var excess = (int)magnitude.GetBitLength() - 64;
        if (excess <= 0)
        {
            return new(negative, (ulong)magnitude << -excess, exponent + excess);
        }

        var kept = magnitude >> excess;
        var rest = magnitude - (kept << excess);
        var comparison = rest.CompareTo(BigInteger.One << (excess - 1));
        if (comparison > 0 || (comparison == 0 && (inexact || !kept.IsEven)))
        {
            kept += 1;
            if (kept.GetBitLength() > 64)
            {
                kept >>= 1;
                excess++;
            }
        }

        return new(negative, (ulong)kept, exponent + excess);
    }

    // Digits of the number and of the ends of the interval that rounds to it, cut where they first differ enough.
    private (string Digits, int Point) Shortest()
    {
        var doubled = (BigInteger)_mantissa << 1;
        var exponent = _exponent - 1;
        var (digits, point) = Expand(doubled, exponent);
        var (lower, lowerPoint) = Expand(doubled - 1, exponent);
        var (upper, upperPoint) = Expand(doubled + 1, exponent);
        var inclusive = (_mantissa & 1) == 0;
        if (lowerPoint != point)
        {
            lower = "0" + lower;
        }

        if (upperPoint != point)
        {
            digits = "0" + digits;
            lower = "0" + lower;
            point++;
        }

        for (var i = 0; i < digits.Length; i++)
        {
            var own = digits[i];
            var below = i < lower.Length ? lower[i] : '0';
            var above = i < upper.Length ? upper[i] : '0';
            var mayTruncate = below != own || (inclusive && i + 1 == lower.Length);
            var mayRaise = own != above && (inclusive || own + 1 < above || i + 1 < upper.Length);
            if (!mayTruncate && !mayRaise)
            {
                continue;
            }

            var raise = mayRaise && (!mayTruncate || RoundsUp(digits, i + 1));
            return Trim(raise ? Increment(digits[..(i + 1)], ref point) : digits[..(i + 1)], point);
        }

        return Trim(digits, point);
    }

    private static (string Digits, int Point) Trim(string digits, int point)
    {
        var trimmed = digits.TrimStart('0');
        point -= digits.Length - trimmed.Length;
        return (trimmed.TrimEnd('0'), point);
    }

    private static bool RoundsUp(string digits, int at)
    {
        if (at >= digits.Length)
        {
            return false;
        }

        var half = digits[at] == '5' && at + 1 == digits.Length;
        return half ? at > 0 && (digits[at - 1] - '0') % 2 != 0 : digits[at] >= '5';
    }

    private static string Increment(string digits, ref int point)
    {
        var characters = digits.ToCharArray();
        for (var i = characters.Length - 1; i >= 0; i--)
        {
            if (characters[i] != '9')
            {
                characters[i]++;
                return new string(characters, 0, i + 1);
            }
        }

        point++;
        return "1";
    }

    private static (string Digits, int Point) Expand(BigInteger magnitude, int exponent)
    {
        var digits = exponent >= 0
            ? (magnitude << exponent).ToString()
            : (magnitude * BigInteger.Pow(5, -exponent)).ToString();
        var point = exponent >= 0 ? digits.Length : digits.Length + exponent;
        return (digits.TrimEnd('0'), point);
    }
}
