namespace Crank.Sdk;

/// <summary>One line of the price book that the capability ships: what one unit costs. Units: <c>job</c>, <c>megabyte</c>, <c>second</c>, or one that it <see cref="MetersAttribute"/>.</summary>
/// <param name="unit">What the price is per.</param>
/// <param name="micros">Price of one unit in millionths of the currency; not negative.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PriceAttribute(string unit, long micros) : Attribute
{
    /// <summary>What the price is per.</summary>
    public string Unit { get; } = unit;

    /// <summary>Price of one unit in millionths of the currency.</summary>
    public long Micros { get; } = micros;

    /// <summary>ISO 4217 code; the same on every line of a capability. Default <c>EUR</c>.</summary>
    public string Currency { get; init; } = "EUR";
}
