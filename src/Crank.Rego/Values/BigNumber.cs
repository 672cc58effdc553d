using System.Globalization;
using System.Numerics;

namespace Crank.Rego.Values;

/// <summary>
/// A number that is not held in place: a fraction, an integer beyond 64 bits, or one written in another way (<c>3.0</c>, <c>1e3</c>).
/// The literal is kept; comparisons are exact.
/// </summary>
public sealed class BigNumber : HeapValue
{
    /// <summary>The largest magnitude of a decimal exponent that is read.</summary>
    public const int MaxExponent = 999_999;

    private readonly BigInteger _coefficient;
    private readonly int _exponent;

    private BigNumber(string text, BigInteger coefficient, int exponent)
        : base(ValueKind.Number)
    {
        Text = text;
        _coefficient = coefficient;
        _exponent = exponent;
    }

    /// <summary>The literal.</summary>
    public string Text { get; }

    /// <summary>Whether the amount is an integer.</summary>
    public bool IsWhole => _exponent >= 0;

    /// <summary>The sign: -1, 0 or 1.</summary>
    public int Sign => _coefficient.Sign;

    /// <summary>The amount is this integer, which has no trailing zeros, times ten to the power of <see cref="Exponent"/>.</summary>
    internal BigInteger Coefficient => _coefficient;

    /// <summary>The power of ten.</summary>
    internal int Exponent => _exponent;

    /// <summary>A number from its literal as in JSON. Integers of 64 bits in their plain form need no object.</summary>
    /// <exception cref="FormatException">The text is no JSON number, or its exponent is beyond <see cref="MaxExponent"/>.</exception>
    public static Value Parse(ReadOnlySpan<char> literal) =>
        TryParse(literal, out var value) ? value : throw new FormatException($"'{(literal.Length > 40 ? literal[..40] : literal)}' is no number, or its exponent is beyond {MaxExponent}.");

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse(ReadOnlySpan<char> literal, out Value value)
    {
        value = default;
        var at = 0;
        var negative = literal.Length > 0 && literal[0] == '-';
        if (negative)
        {
            at++;
        }

        var whole = Digits(literal, at);
        if (whole == 0 || (whole > 1 && literal[at] == '0'))
        {
            return false;
        }

        var digits = literal.Slice(at, whole);
        at += whole;
        if (at == literal.Length && whole <= 19 && long.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var small) && !(negative && small == 0))
        {
            value = Value.Of(small);
            return true;
        }

        ReadOnlySpan<char> fraction = default;
        if (at < literal.Length && literal[at] == '.')
        {
            var count = Digits(literal, at + 1);
            if (count == 0)
            {
                return false;
            }

            fraction = literal.Slice(at + 1, count);
            at += count + 1;
        }

        var exponent = 0;
        if (at < literal.Length && literal[at] is 'e' or 'E')
        {
            at++;
            var sign = 1;
            if (at < literal.Length && literal[at] is '+' or '-')
            {
                sign = literal[at++] == '-' ? -1 : 1;
            }

            var count = Digits(literal, at);
            if (count == 0 || !int.TryParse(literal.Slice(at, count), NumberStyles.None, CultureInfo.InvariantCulture, out exponent) || exponent > MaxExponent)
            {
                return false;
            }

            at += count;
            exponent *= sign;
        }

        if (at != literal.Length)
        {
            return false;
        }

        value = Make(literal.ToString(), negative, fraction.IsEmpty ? digits : string.Concat(digits, fraction), exponent - fraction.Length);
        return true;
    }

    /// <summary>The value of an integer of any size.</summary>
    public static Value Of(BigInteger amount) => amount >= long.MinValue && amount <= long.MaxValue
        ? Value.Of((long)amount)
        : Make(amount.ToString(CultureInfo.InvariantCulture), amount.Sign < 0, BigInteger.Abs(amount).ToString(CultureInfo.InvariantCulture), 0);

    /// <summary>The integer, when the amount is one and its magnitude is below ten to the power of <paramref name="maxDigits"/>.</summary>
    public bool TryGetInteger(out BigInteger amount, int maxDigits = 20_000)
    {
        amount = default;
        if (_exponent < 0 || _exponent > maxDigits)
        {
            return false;
        }

        amount = _exponent == 0 ? _coefficient : _coefficient * BigInteger.Pow(10, _exponent);
        return true;
    }

    /// <summary>The amount, when it is an integer of 64 bits.</summary>
    public bool TryGetInt64(out long value)
    {
        value = 0;
        if (!TryGetInteger(out var amount, 20) || amount < long.MinValue || amount > long.MaxValue)
        {
            return false;
        }

        value = (long)amount;
        return true;
    }

    /// <summary>The nearest double; infinite when the number is beyond its range.</summary>
    public double ToDouble() => double.Parse(Text, NumberStyles.Float, CultureInfo.InvariantCulture);

    internal static int Compare(in Value left, in Value right)
    {
        if (left.IsInteger && right.IsInteger)
        {
            return left.Bits.CompareTo(right.Bits);
        }

        var (a, aExponent) = Parts(left);
        var (b, bExponent) = Parts(right);
        if (a.Sign != b.Sign)
        {
            return a.Sign.CompareTo(b.Sign);
        }

        if (a.IsZero)
        {
            return 0;
        }

        if (aExponent == bExponent)
        {
            return a.CompareTo(b);
        }

        // Numbers of different magnitude are told apart without writing out their zeros.
        var aDigits = DigitCount(a) + aExponent;
        var bDigits = DigitCount(b) + bExponent;
        if (aDigits != bDigits)
        {
            return aDigits.CompareTo(bDigits) * a.Sign;
        }

        return aExponent > bExponent
            ? (a * BigInteger.Pow(10, aExponent - bExponent)).CompareTo(b)
            : a.CompareTo(b * BigInteger.Pow(10, bExponent - aExponent));
    }

    internal static bool AreEqual(in Value left, in Value right)
    {
        if (left.IsInteger && right.IsInteger)
        {
            return left.Bits == right.Bits;
        }

        var (a, aExponent) = Parts(left);
        var (b, bExponent) = Parts(right);
        return a == b && (a.IsZero || aExponent == bExponent);
    }

    internal int Hash() => TryGetInt64(out var small) ? Order.HashInteger(small) : unchecked((_coefficient.GetHashCode() * 31) + _exponent);

    private static int Digits(ReadOnlySpan<char> text, int from)
    {
        var at = from;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - from;
    }

    private static BigNumber Make(string text, bool negative, ReadOnlySpan<char> digits, int exponent)
    {
        var significant = digits.TrimEnd('0');
        if (significant.IsEmpty)
        {
            return new(text, BigInteger.Zero, 0);
        }

        var magnitude = significant.Length <= 18
            ? long.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture)
            : BigInteger.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture);
        return new(text, negative ? -magnitude : magnitude, exponent + digits.Length - significant.Length);
    }

    private static (BigInteger Coefficient, int Exponent) Parts(in Value value)
    {
        if (value.Reference is BigNumber big)
        {
            return (big._coefficient, big._exponent);
        }

        var amount = value.Bits;
        var exponent = 0;
        while (amount != 0 && amount % 10 == 0)
        {
            amount /= 10;
            exponent++;
        }

        return (amount, exponent);
    }

    private static int DigitCount(BigInteger value)
    {
        var guess = (int)BigInteger.Log10(BigInteger.Abs(value)) + 1;
        var bound = BigInteger.Pow(10, guess);
        var magnitude = BigInteger.Abs(value);
        return magnitude >= bound ? guess + 1 : magnitude < bound / 10 ? guess - 1 : guess;
    }
}
