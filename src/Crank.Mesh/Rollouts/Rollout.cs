using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Mesh.Rollouts;

/// <summary>A new version of a capability that takes a share of the jobs, growing step by step, while it keeps its limits.</summary>
/// <param name="Capability">The capability.</param>
/// <param name="Stable">The version that has the rest of the jobs.</param>
/// <param name="Candidate">The new version.</param>
/// <param name="Steps">The percentages that it has one after the other, each 1 to 100 and more than the one before.</param>
/// <param name="StepFor">How long each step is held at least before the next; null: the last step is held until somebody decides.</param>
/// <param name="Limits">What it must keep.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Step">Which of the steps is in force, from 0.</param>
/// <param name="Since">Since when that step, or that end, is in force.</param>
/// <param name="History">What happened to it, oldest first; the newest <see cref="MaxHistory"/>.</param>
public sealed record Rollout(
    CapabilityName Capability,
    SemanticVersion Stable,
    SemanticVersion Candidate,
    ImmutableArray<int> Steps,
    Duration? StepFor,
    RolloutLimits Limits,
    RolloutState State,
    int Step,
    DateTimeOffset Since,
    ImmutableArray<RolloutEvent> History)
{
    /// <summary>How many events are kept.</summary>
    public const int MaxHistory = 32;

    /// <summary>How many steps there may be.</summary>
    public const int MaxSteps = 16;

    /// <summary>The percentage of the jobs that name no version that the new version has now.</summary>
    public int Weight => State switch
    {
        RolloutState.Promoted => 100,
        RolloutState.RolledBack => 0,
        _ => Steps[Step],
    };

    /// <summary>The new version has all of the steps behind it when the next verdict is to promote.</summary>
    public bool IsLastStep => Step == Steps.Length - 1;
}
