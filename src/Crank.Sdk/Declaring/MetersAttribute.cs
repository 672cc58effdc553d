namespace Crank.Sdk;

/// <summary>Declares a unit that the capability counts with <see cref="JobContext.Meter"/>. Jobs, megabytes and seconds are counted for it.</summary>
/// <param name="unit">The unit, such as <c>page</c>.</param>
/// <param name="maximum">The most that one job may count; what makes the price ceiling known before the run.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class MetersAttribute(string unit, long maximum) : Attribute
{
    /// <summary>The unit.</summary>
    public string Unit { get; } = unit;

    /// <summary>The most that one job may count.</summary>
    public long Maximum { get; } = maximum;
}
