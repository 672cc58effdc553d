namespace Crank.Mesh.Rollouts;

/// <summary>Where a rollout stands.</summary>
public enum RolloutState
{
    /// <summary>The new version has its share of the jobs and is watched.</summary>
    Running,

    /// <summary>The new version kept its limits at every step: whoever names no version gets it.</summary>
    Promoted,

    /// <summary>The new version broke a limit: only who names it gets it.</summary>
    RolledBack,
}
