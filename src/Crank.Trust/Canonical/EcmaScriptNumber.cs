using System.Buffers.Text;
using System.Globalization;

namespace Crank.Trust.Canonical;

/// <summary>Number text as ECMAScript's <c>Number::toString</c> writes it, which RFC 8785 section 3.2.2.3 demands.</summary>
internal static class EcmaScriptNumber
{
    /// <summary>No number is longer: sign, 17 digits, point, <c>e-324</c>.</summary>
    public const int MaxBytes = 32;

    private const double LargestExactInteger = 9007199254740991;

    /// <summary>Writes <paramref name="value"/>, which must be finite, and returns the number of bytes written.</summary>
    public static int Write(double value, Span<byte> destination)
    {
        if (Math.Abs(value) <= LargestExactInteger && Math.Truncate(value) == value)
        {
            // Also turns minus zero into zero, as ECMAScript does.
            Utf8Formatter.TryFormat((long)value, destination, out var written);
            return written;
        }

        Span<byte> shortest = stackalloc byte[MaxBytes];
        value.TryFormat(shortest, out var length, "R", CultureInfo.InvariantCulture);

        Span<byte> digits = stackalloc byte[MaxBytes];
        var (count, point) = Decompose(shortest[..length], digits);
        var at = 0;
        if (value < 0)
        {
            destination[at++] = (byte)'-';
        }

        return at + Lay(digits[..count], point, destination[at..]);
    }

    /// <summary>Splits "-12.5E-3" into its significant digits and the place of the point: value = 0.digits × 10^point.</summary>
    private static (int Count, int Point) Decompose(ReadOnlySpan<byte> text, Span<byte> digits)
    {
        var exponentAt = text.IndexOf((byte)'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

        int count = 0, point = 0;
        bool fraction = false;
        foreach (var c in mantissa)
        {
            if (c == (byte)'.')
            {
                fraction = true;
            }
            else if (c != (byte)'-')
            {
                if (count > 0 || c != (byte)'0')
                {
                    digits[count++] = c;
                    point += fraction ? 0 : 1;
                }
                else if (fraction)
                {
                    point--;
                }
            }
        }

        while (count > 0 && digits[count - 1] == (byte)'0')
        {
            count--;
        }

        return (count, point + exponent);
    }

    private static int Lay(ReadOnlySpan<byte> digits, int point, Span<byte> destination)
    {
        var at = 0;
        if (point is > 0 and <= 21)
        {
            var whole = Math.Min(point, digits.Length);
            digits[..whole].CopyTo(destination);
            at = whole;
            for (; at < point; at++)
            {
                destination[at] = (byte)'0';
            }

            if (digits.Length > point)
            {
                destination[at++] = (byte)'.';
                digits[point..].CopyTo(destination[at..]);
                at += digits.Length - point;
            }

            return at;
        }

        if (point is > -6 and <= 0)
        {
            destination[at++] = (byte)'0';
            destination[at++] = (byte)'.';
            for (var zeros = -point; zeros > 0; zeros--)
            {
                destination[at++] = (byte)'0';
            }

            digits.CopyTo(destination[at..]);
            return at + digits.Length;
        }

        destination[at++] = digits[0];
        if (digits.Length > 1)
        {
            destination[at++] = (byte)'.';
            digits[1..].CopyTo(destination[at..]);
            at += digits.Length - 1;
        }

        destination[at++] = (byte)'e';
        destination[at++] = point - 1 < 0 ? (byte)'-' : (byte)'+';
        Utf8Formatter.TryFormat(Math.Abs(point - 1), destination[at..], out var written);
        return at + written;
    }
}
