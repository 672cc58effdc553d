using Crank.Core;

namespace Crank.Storage;

/// <summary>What the jobs of one tenant, one capability and one end came to.</summary>
/// <param name="Capability">What was asked.</param>
/// <param name="State">Where those jobs stand.</param>
/// <param name="Jobs">How many.</param>
/// <param name="ChargedMicros">What they cost together, in millionths.</param>
/// <param name="Joules">Their energy; 0 for what was not measured.</param>
/// <param name="GramsCo2e">Their emissions; 0 for what was not measured.</param>
public sealed record UsageRow(CapabilityVersion Capability, JobState State, long Jobs, long ChargedMicros, double Joules, double GramsCo2e);
