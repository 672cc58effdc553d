using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Carbon;

/// <summary>What a meter's counters said at one moment.</summary>
/// <param name="At">Time since the meter was made.</param>
/// <param name="Busy">CPU time that all processes of the machine used since it started.</param>
/// <param name="Counters">The counters; none when they could not be read.</param>
public sealed record EnergySample(TimeSpan At, Duration Busy, ImmutableArray<EnergyCounter> Counters)
{
    /// <summary>No counters.</summary>
    public static EnergySample Nothing { get; } = new(TimeSpan.Zero, Duration.Zero, []);
}
