using Crank.Core;
using Crank.Mesh.Authorize;

namespace Crank.Mesh.Govern;

/// <summary>One question that the shadow answered otherwise.</summary>
/// <param name="At">When it was compared.</param>
/// <param name="Decision">The decision in force; null when it has no name.</param>
/// <param name="Topic">What was asked about.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Rule">The rule that decided in force.</param>
/// <param name="ShadowRule">The rule that decided in the shadow.</param>
/// <param name="ShadowWhy">The shadow's reason; what the policy did wrong when it failed.</param>
public sealed record ShadowDifference(DateTimeOffset At, DecisionId? Decision, PolicyTopic Topic, ShadowKind Kind, string Rule, string ShadowRule, string ShadowWhy);
