using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>How many units were used, in millionths of a unit; never negative, never a floating-point number.</summary>
/// <remarks>Prints and parses as a decimal number with at most six decimals, e.g. <c>1.25</c>.</remarks>
[JsonConverter(typeof(BareStringConverter<Quantity>))]
public readonly record struct Quantity : IParsable<Quantity>, IComparable<Quantity>
{
    /// <summary>Makes a quantity.</summary>
    /// <param name="micros">Millionths of a unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public Quantity(long micros)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micros);
        Micros = micros;
    }

    /// <summary>Exactly one unit.</summary>
    public static Quantity One { get; } = new(1_000_000);

    /// <summary>Millionths of a unit.</summary>
    public long Micros { get; }

    /// <summary>A whole number of units.</summary>
    public static Quantity Whole(long units) => new(units * 1_000_000);

    /// <summary>Reads a decimal number.</summary>
    /// <exception cref="FormatException">Not a number with at most six decimals; the message shows what was given.</exception>
    public static Quantity Parse(string s, IFormatProvider? provider = null) => Bare.Parse<Quantity>(s, "a quantity such as 1.25 (at most six decimals)");

    /// <inheritdoc />
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Quantity result)
    {
        var valid = Money.TryParseAmount(s, default, out var amount) && s is not ['-', ..];
        result = valid ? new(amount.Micros) : default;
        return valid;
    }

    /// <inheritdoc />
    public int CompareTo(Quantity other) => Micros.CompareTo(other.Micros);

    /// <summary>The bare form.</summary>
    public override string ToString() => ((decimal)Micros / 1_000_000).ToString("0.######", CultureInfo.InvariantCulture);
}
