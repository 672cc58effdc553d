using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Greenhouse gas in grams of CO2 equivalent; finite, never negative.</summary>
[JsonConverter(typeof(BareNumberConverter<GramsCo2e>))]
public readonly record struct GramsCo2e : IMeasure<GramsCo2e>, IComparable<GramsCo2e>
{
    /// <summary>Makes the quantity.</summary>
    /// <param name="value">Finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite or not a number.</exception>
    public GramsCo2e(double value) => Value = Measure.Checked(value, "grams CO2e");

    /// <summary>Nothing at all.</summary>
    public static GramsCo2e Zero => default;

    /// <inheritdoc />
    public double Value { get; }

    /// <summary>The sum of both.</summary>
    public static GramsCo2e operator +(GramsCo2e left, GramsCo2e right) => new(left.Value + right.Value);

    /// <summary>Scales the quantity by a factor that is not negative.</summary>
    public static GramsCo2e operator *(GramsCo2e left, double factor) => new(left.Value * factor);

    /// <summary>True when left is smaller.</summary>
    public static bool operator <(GramsCo2e left, GramsCo2e right) => left.Value < right.Value;

    /// <summary>True when left is greater.</summary>
    public static bool operator >(GramsCo2e left, GramsCo2e right) => left.Value > right.Value;

    /// <summary>True when left is smaller or equal.</summary>
    public static bool operator <=(GramsCo2e left, GramsCo2e right) => left.Value <= right.Value;

    /// <summary>True when left is greater or equal.</summary>
    public static bool operator >=(GramsCo2e left, GramsCo2e right) => left.Value >= right.Value;

    /// <inheritdoc />
    public static GramsCo2e Of(double value) => new(value);

    /// <inheritdoc />
    public static GramsCo2e Parse(string s, IFormatProvider? provider) => Bare.Parse<GramsCo2e>(s, "a number of grams CO2e such as 12.5");

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out GramsCo2e result)
    {
        var read = Measure.TryParse(s, out var value);
        result = read ? new(value) : default;
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(GramsCo2e other) => Value.CompareTo(other.Value);

    /// <summary>The bare number with the shortest digits that read back; the unit is grams CO2e.</summary>
    public override string ToString() => Measure.Print(Value);
}
