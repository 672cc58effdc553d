using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Money in millionths of one unit of its currency; never a floating-point number. Arithmetic never wraps.</summary>
/// <remarks>Prints and parses as <c>0.0125 EUR</c>: at least two and at most six decimals, a space, the currency.</remarks>
[JsonConverter(typeof(BareStringConverter<Money>))]
public readonly record struct Money(long Micros, Currency Currency) : IParsable<Money>, IComparable<Money>
{
    /// <summary>How many micro-units make one unit.</summary>
    public const long MicrosPerUnit = 1_000_000;

    /// <summary>No money, in a currency.</summary>
    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>The sum of two amounts of one currency.</summary>
    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The sum does not fit.</exception>
    public static Money operator +(Money left, Money right) => left with { Micros = left.Micros + left.Same(right).Micros };

    /// <summary>The difference of two amounts of one currency.</summary>
    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The difference does not fit.</exception>
    public static Money operator -(Money left, Money right) => left with { Micros = left.Micros - left.Same(right).Micros };

    /// <summary>The amount with the opposite sign.</summary>
    public static Money operator -(Money value) => value with { Micros = -value.Micros };

    /// <summary>True when left is less; both must be of one currency.</summary>
    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    /// <summary>True when left is more; both must be of one currency.</summary>
    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    /// <summary>True when left is less or equal; both must be of one currency.</summary>
    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    /// <summary>True when left is more or equal; both must be of one currency.</summary>
    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    /// <summary>Reads <c>0.05 EUR</c>.</summary>
    /// <exception cref="FormatException">Not an amount with a currency; the message shows what was given.</exception>
    public static Money Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Money>(s, "an amount such as 0.05 EUR (at most six decimals)");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Money result)
    {
        result = default;
        var space = s?.IndexOf(' ') ?? -1;
        return space > 0 && Currency.TryParse(s![(space + 1)..], null, out var currency) && TryParseAmount(s.AsSpan(0, space), currency, out result);
    }

    /// <summary>Reads a bare amount such as <c>0.05</c> in a currency that is known from elsewhere.</summary>
    /// <returns>False for anything but an optional minus sign, digits and at most six decimals that fit.</returns>
    public static bool TryParseAmount(ReadOnlySpan<char> amount, Currency currency, out Money result)
    {
        result = default;
        var negative = amount is ['-', ..];
        var digits = negative ? amount[1..] : amount;
        var point = digits.IndexOf('.');
        var decimals = point < 0 ? 0 : digits.Length - point - 1;
        if (digits.Length is 0 or > 24 || point == 0 || decimals > 6 || (point > 0 && decimals == 0))
        {
            return false;
        }

        Int128 micros = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            if (i == point)
            {
                continue;
            }

            if (!char.IsAsciiDigit(digits[i]))
            {
                return false;
            }

            micros = (micros * 10) + (digits[i] - '0');
        }

        for (; decimals < 6; decimals++)
        {
            micros *= 10;
        }

        micros = negative ? -micros : micros;
        var fits = micros >= long.MinValue && micros <= long.MaxValue;
        result = fits ? new((long)micros, currency) : default;
        return fits;
    }

    /// <summary>Compares two amounts of one currency.</summary>
    /// <exception cref="CurrencyMismatchException">The currencies differ.</exception>
    public int CompareTo(Money other) => Micros.CompareTo(Same(other).Micros);

    /// <summary>The bare form, e.g. <c>0.0125 EUR</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(decimal)Micros / MicrosPerUnit:0.00####} {Currency}");

    private Money Same(Money other) => other.Currency == Currency ? other : throw new CurrencyMismatchException(Currency, other.Currency);
}
