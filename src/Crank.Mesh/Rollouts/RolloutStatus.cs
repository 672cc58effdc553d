namespace Crank.Mesh.Rollouts;

/// <summary>A rollout and what the jobs of both versions came to lately.</summary>
/// <param name="Rollout">The rollout.</param>
/// <param name="Stable">Figures of the stable version.</param>
/// <param name="Candidate">Figures of the new version since the step began.</param>
/// <param name="Verdict">What would become of it now.</param>
public sealed record RolloutStatus(Rollout Rollout, RolloutFigures Stable, RolloutFigures Candidate, RolloutVerdict? Verdict);
