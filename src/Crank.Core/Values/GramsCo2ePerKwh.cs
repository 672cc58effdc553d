using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Carbon intensity of electricity in grams of CO2 equivalent per kilowatt-hour; finite, never negative.</summary>
[JsonConverter(typeof(BareNumberConverter<GramsCo2ePerKwh>))]
public readonly record struct GramsCo2ePerKwh : IMeasure<GramsCo2ePerKwh>, IComparable<GramsCo2ePerKwh>
{
    /// <summary>Makes the quantity.</summary>
    /// <param name="value">Finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite or not a number.</exception>
    public GramsCo2ePerKwh(double value) => Value = Measure.Checked(value, "grams CO2e per kWh");

    /// <summary>Nothing at all.</summary>
    public static GramsCo2ePerKwh Zero => default;

    /// <inheritdoc />
    public double Value { get; }

    /// <summary>The sum of both.</summary>
    public static GramsCo2ePerKwh operator +(GramsCo2ePerKwh left, GramsCo2ePerKwh right) => new(left.Value + right.Value);

    /// <summary>Scales the quantity by a factor that is not negative.</summary>
    public static GramsCo2ePerKwh operator *(GramsCo2ePerKwh left, double factor) => new(left.Value * factor);

    /// <summary>What that much energy emits at this intensity.</summary>
    public static GramsCo2e operator *(GramsCo2ePerKwh intensity, Joules energy) => new(intensity.Value * energy.KilowattHours);

    /// <summary>True when left is smaller.</summary>
    public static bool operator <(GramsCo2ePerKwh left, GramsCo2ePerKwh right) => left.Value < right.Value;

    /// <summary>True when left is greater.</summary>
    public static bool operator >(GramsCo2ePerKwh left, GramsCo2ePerKwh right) => left.Value > right.Value;

    /// <summary>True when left is smaller or equal.</summary>
    public static bool operator <=(GramsCo2ePerKwh left, GramsCo2ePerKwh right) => left.Value <= right.Value;

    /// <summary>True when left is greater or equal.</summary>
    public static bool operator >=(GramsCo2ePerKwh left, GramsCo2ePerKwh right) => left.Value >= right.Value;

    /// <inheritdoc />
    public static GramsCo2ePerKwh Of(double value) => new(value);

    /// <inheritdoc />
    public static GramsCo2ePerKwh Parse(string s, IFormatProvider? provider) => Bare.Parse<GramsCo2ePerKwh>(s, "a number of grams CO2e per kWh such as 12.5");

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out GramsCo2ePerKwh result)
    {
        var read = Measure.TryParse(s, out var value);
        result = read ? new(value) : default;
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(GramsCo2ePerKwh other) => Value.CompareTo(other.Value);

    /// <summary>The bare number with the shortest digits that read back; the unit is grams CO2e per kWh.</summary>
    public override string ToString() => Measure.Print(Value);
}
