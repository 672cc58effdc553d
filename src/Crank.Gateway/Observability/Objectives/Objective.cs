using Crank.Core;
using Crank.Mesh.Telemetry;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>What a capability is to keep: a share of its jobs that are good, over a rolling window.</summary>
/// <param name="Name">From <c>metadata.name</c>; with a number behind it when the file sets several.</param>
/// <param name="Title">For people.</param>
/// <param name="Capability">Whose jobs count.</param>
/// <param name="Target">The share that is to be good, above 0 and below 1.</param>
/// <param name="Window">The rolling window, 1 hour to 90 days.</param>
/// <param name="Within">How long a good job takes at most; null when only being done counts.</param>
public sealed record Objective(string Name, string Title, CapabilityName Capability, double Target, TimeSpan Window, TimeSpan? Within)
{
    /// <summary>Whether a job counts, and as what: null for not at all.</summary>
    /// <remarks>What is on the caller's account says nothing of the mesh. How long something took is only asked of what was done.</remarks>
    public bool? IsGood(in JobEnd job) =>
        job.Capability.Name != Capability || job.Fault == JobFault.Caller || (Within is not null && job.Fault == JobFault.Mesh)
            ? null
            : job.Fault == JobFault.None && (Within is null || job.Duration <= Within);
}
