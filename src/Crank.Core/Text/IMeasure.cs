namespace Crank.Core;

/// <summary>A physical quantity made of one finite number that is never negative; its unit is the type.</summary>
/// <typeparam name="TSelf">The quantity itself.</typeparam>
public interface IMeasure<TSelf> : IParsable<TSelf>
    where TSelf : struct, IMeasure<TSelf>
{
    /// <summary>The bare number, in the unit of the type; finite and ≥ 0.</summary>
    double Value { get; }

    /// <summary>Makes the quantity.</summary>
    /// <param name="value">Finite and ≥ 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative, infinite or not a number.</exception>
    static abstract TSelf Of(double value);
}
