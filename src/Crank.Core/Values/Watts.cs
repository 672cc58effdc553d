using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Power in watts; finite, never negative.</summary>
[JsonConverter(typeof(BareNumberConverter<Watts>))]
public readonly record struct Watts : IMeasure<Watts>, IComparable<Watts>
{
    /// <summary>Makes the quantity.</summary>
    /// <param name="value">Finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite or not a number.</exception>
    public Watts(double value) => Value = Measure.Checked(value, "watts");

    /// <summary>Nothing at all.</summary>
    public static Watts Zero => default;

    /// <inheritdoc />
    public double Value { get; }

    /// <summary>The sum of both.</summary>
    public static Watts operator +(Watts left, Watts right) => new(left.Value + right.Value);

    /// <summary>Scales the quantity by a factor that is not negative.</summary>
    public static Watts operator *(Watts left, double factor) => new(left.Value * factor);

    /// <summary>Energy used at this power during <paramref name="time"/>.</summary>
    public static Joules operator *(Watts power, Duration time) => new(power.Value * time.Seconds);

    /// <summary>True when left is smaller.</summary>
    public static bool operator <(Watts left, Watts right) => left.Value < right.Value;

    /// <summary>True when left is greater.</summary>
    public static bool operator >(Watts left, Watts right) => left.Value > right.Value;

    /// <summary>True when left is smaller or equal.</summary>
    public static bool operator <=(Watts left, Watts right) => left.Value <= right.Value;

    /// <summary>True when left is greater or equal.</summary>
    public static bool operator >=(Watts left, Watts right) => left.Value >= right.Value;

    /// <inheritdoc />
    public static Watts Of(double value) => new(value);

    /// <inheritdoc />
    public static Watts Parse(string s, IFormatProvider? provider) => Bare.Parse<Watts>(s, "a number of watts such as 12.5");

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out Watts result)
    {
        var read = Measure.TryParse(s, out var value);
        result = read ? new(value) : default;
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(Watts other) => Value.CompareTo(other.Value);

    /// <summary>The bare number with the shortest digits that read back; the unit is watts.</summary>
    public override string ToString() => Measure.Print(Value);
}
