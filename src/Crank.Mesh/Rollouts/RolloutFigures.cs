using Crank.Core;

namespace Crank.Mesh.Rollouts;

/// <summary>What the jobs of one version came to in the window.</summary>
/// <param name="Jobs">How many ended.</param>
/// <param name="Errors">How many of them failed.</param>
/// <param name="P95">95 of 100 runs took no longer (nearest rank); null when none ended.</param>
public sealed record RolloutFigures(int Jobs, int Errors, Duration? P95)
{
    /// <summary>Nothing ended.</summary>
    public static RolloutFigures None { get; } = new(0, 0, null);

    /// <summary>Share that failed, 0 to 1.</summary>
    public double ErrorRate => Jobs == 0 ? 0 : (double)Errors / Jobs;
}
