using Crank.Core;

namespace Crank.Carbon;

/// <summary><c>default</c>: one core at full power for the whole wall time; it may have been nothing, or ten times as much.</summary>
public sealed class DefaultMeter : IEnergyMeter
{
    /// <inheritdoc />
    public string Name => "default";

    /// <inheritdoc />
    public string? WhyUnavailable() => null;

    /// <inheritdoc />
    public EnergySample Sample() => EnergySample.Nothing;

    /// <inheritdoc />
    public EnergyReading? Read(EnergySample before, EnergySample after, JobWork work)
    {
        var energy = PowerCurve.Default.PerBusyCore * work.Wall;
        return new(FootprintTier.Default, Name, energy, Joules.Zero, energy * FootprintModel.DefaultUpper);
    }
}
