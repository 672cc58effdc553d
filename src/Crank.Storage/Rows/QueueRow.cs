using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Storage;

/// <summary>The place of an accepted job in the queue: until it ends, or, when it was not done, until somebody looked at it as a dead letter or its time ran out.</summary>
/// <param name="Job">The job.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Capability">What was asked, at the version that was resolved.</param>
/// <param name="Priority">A greater number goes first among the jobs of one tenant.</param>
/// <param name="IsIdempotent">True when it may be run again although nobody knows how far a run got.</param>
/// <param name="ReadyAt">It is not started before.</param>
/// <param name="DueAt">By then it has ended.</param>
/// <param name="Attempts">How often it was started.</param>
/// <param name="Fence">Grows each time it is started or handed back; whoever has an older one may change nothing.</param>
/// <param name="IsDead">True when it ended without being done.</param>
/// <param name="ExpiresAt">From when a dead letter may be removed; null while the job has not ended.</param>
/// <param name="Blobs">The blobs that its input needs.</param>
/// <param name="History">What earlier attempts did and used, as JSON; null for nothing.</param>
/// <param name="Version">1 for a new row, else one more than what is stored.</param>
public sealed record QueueRow(
    JobId Job,
    TenantId Tenant,
    CapabilityVersion Capability,
    int Priority,
    bool IsIdempotent,
    DateTimeOffset ReadyAt,
    DateTimeOffset DueAt,
    int Attempts,
    long Fence,
    bool IsDead,
    DateTimeOffset? ExpiresAt,
    ImmutableArray<Digest> Blobs,
    byte[]? History,
    long Version);
