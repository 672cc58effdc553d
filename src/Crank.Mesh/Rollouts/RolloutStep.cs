namespace Crank.Mesh.Rollouts;

/// <summary>What can happen to a rollout.</summary>
public enum RolloutStep
{
    /// <summary>It began.</summary>
    Began,

    /// <summary>The new version got a larger share.</summary>
    Raised,

    /// <summary>The new version got all.</summary>
    Promoted,

    /// <summary>The new version broke a limit and got nothing any more.</summary>
    RolledBack,
}
