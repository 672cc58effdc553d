using Crank.Core;

namespace Crank.Storage;

/// <summary>Which jobs of a tenant a list shows; what is null does not narrow it.</summary>
/// <param name="State">Only those that stand there.</param>
/// <param name="Capability">Only those of that name, in any version.</param>
/// <param name="Principal">Only those of that principal.</param>
public sealed record JobFilter(JobState? State = null, CapabilityName? Capability = null, PrincipalId? Principal = null)
{
    /// <summary>Every job.</summary>
    public static JobFilter All { get; } = new();

    internal bool Takes(JobRow job) =>
        (State is null || job.State == State) && (Capability is null || job.Capability.Name == Capability) && (Principal is null || job.Principal == Principal);
}
