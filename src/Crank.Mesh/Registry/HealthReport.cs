using Crank.Core;

namespace Crank.Mesh.Registry;

/// <summary>What the checks of a service came to so far.</summary>
/// <param name="At">When the last one ended.</param>
/// <param name="Ok">Whether it did what it should.</param>
/// <param name="Why">What was wrong, or why nothing was asked, for the operator; null when it did what it should.</param>
/// <param name="Capability">What was run; null when the service has no example, and only answers pings.</param>
/// <param name="Job">The job; null when there was none.</param>
/// <param name="Failures">How many failed in a row.</param>
/// <param name="Successes">How many did not, in a row.</param>
public sealed record HealthReport(DateTimeOffset At, bool Ok, string? Why, CapabilityVersion? Capability, JobId? Job, int Failures, int Successes);
