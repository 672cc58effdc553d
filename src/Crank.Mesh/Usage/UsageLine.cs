using Crank.Core;

namespace Crank.Mesh.Usage;

/// <summary>What the jobs of one tenant, one capability and one end came to.</summary>
/// <param name="Capability">What was asked, at the version that was resolved.</param>
/// <param name="State">Where those jobs stand.</param>
/// <param name="Jobs">How many.</param>
/// <param name="Charged">What they cost together.</param>
/// <param name="Energy">The energy of all their attempts, without those that nobody measured.</param>
/// <param name="Carbon">The emissions of all their attempts, without those that nobody measured.</param>
public sealed record UsageLine(CapabilityVersion Capability, JobState State, long Jobs, Money Charged, Joules Energy, GramsCo2e Carbon);
