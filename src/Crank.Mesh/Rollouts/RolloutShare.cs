using Crank.Core;

namespace Crank.Mesh.Rollouts;

/// <summary>Which share of a rollout chose the version of a job. Kept with the job, so that the choice can be made again.</summary>
/// <param name="Stable">The version that the other share gets.</param>
/// <param name="Candidate">The new version.</param>
/// <param name="Weight">The percentage of the jobs that the new version had.</param>
/// <param name="Slot">Where the job fell, 0 to 9,999: below a hundred times the weight it is the new version's.</param>
/// <param name="Since">When that share came into force.</param>
/// <param name="Missed">True when nobody offered the new version, so that the job got another one although it fell into its share.</param>
public sealed record RolloutShare(SemanticVersion Stable, SemanticVersion Candidate, int Weight, int Slot, DateTimeOffset Since, bool Missed = false)
{
    /// <summary>True when the job fell into the share of the new version.</summary>
    public bool IsCandidate => RolloutRules.IsCandidate(Slot, Weight);
}
