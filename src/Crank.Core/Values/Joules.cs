using System.Text.Json.Serialization;

namespace Crank.Core;

/// <summary>Energy in joules (1 kWh is 3,600,000 J); finite, never negative.</summary>
[JsonConverter(typeof(BareNumberConverter<Joules>))]
public readonly record struct Joules : IMeasure<Joules>, IComparable<Joules>
{
    /// <summary>Makes the quantity.</summary>
    /// <param name="value">Finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite or not a number.</exception>
    public Joules(double value) => Value = Measure.Checked(value, "joules");

    /// <summary>Nothing at all.</summary>
    public static Joules Zero => default;

    /// <inheritdoc />
    public double Value { get; }

    /// <summary>The sum of both.</summary>
    public static Joules operator +(Joules left, Joules right) => new(left.Value + right.Value);

    /// <summary>Scales the quantity by a factor that is not negative.</summary>
    public static Joules operator *(Joules left, double factor) => new(left.Value * factor);

    /// <summary>The same energy in kilowatt-hours.</summary>
    public double KilowattHours => Value / 3_600_000.0;

    /// <summary>True when left is smaller.</summary>
    public static bool operator <(Joules left, Joules right) => left.Value < right.Value;

    /// <summary>True when left is greater.</summary>
    public static bool operator >(Joules left, Joules right) => left.Value > right.Value;

    /// <summary>True when left is smaller or equal.</summary>
    public static bool operator <=(Joules left, Joules right) => left.Value <= right.Value;

    /// <summary>True when left is greater or equal.</summary>
    public static bool operator >=(Joules left, Joules right) => left.Value >= right.Value;

    /// <inheritdoc />
    public static Joules Of(double value) => new(value);

    /// <inheritdoc />
    public static Joules Parse(string s, IFormatProvider? provider) => Bare.Parse<Joules>(s, "a number of joules such as 12.5");

    /// <inheritdoc />
    public static bool TryParse(string? s, IFormatProvider? provider, out Joules result)
    {
        var read = Measure.TryParse(s, out var value);
        result = read ? new(value) : default;
        return read;
    }

    /// <inheritdoc />
    public int CompareTo(Joules other) => Value.CompareTo(other.Value);

    /// <summary>The bare number with the shortest digits that read back; the unit is joules.</summary>
    public override string ToString() => Measure.Print(Value);
}
