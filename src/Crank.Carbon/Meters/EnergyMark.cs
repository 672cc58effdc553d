namespace Crank.Carbon;

/// <summary>A moment at which the meter was read, with the moment before it; what a job remembers of its start.</summary>
/// <param name="Sample">What was read.</param>
/// <param name="Previous">What was read before.</param>
public sealed record EnergyMark(EnergySample Sample, EnergySample Previous);
