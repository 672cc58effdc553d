namespace Crank.Mesh.Rollouts;

/// <summary>Something that happened to a rollout.</summary>
/// <param name="At">When.</param>
/// <param name="What">What.</param>
/// <param name="Weight">The percentage of the jobs that the new version has from then on.</param>
/// <param name="Why">Why, for people; with the figures that decided it.</param>
public sealed record RolloutEvent(DateTimeOffset At, RolloutStep What, int Weight, string Why);
