using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Path;

/// <summary>A job that a step refused before it was funded: what its receipt needs.</summary>
internal sealed class RefusedJob
{
    private RefusedJob(JobRow row, JobFacts facts, SnapshotRow? snapshot) => (Row, Facts, Snapshot) = (row, facts, snapshot);

    public JobRow Row { get; }

    public JobFacts Facts { get; }

    /// <summary>The offers that were looked at; null when none were.</summary>
    public SnapshotRow? Snapshot { get; }

    public static RefusedJob Of(
        JobId id, JobRequest request, CapabilityVersion capability, Digest requestDigest, JobFacts facts, Refusal refusal, SnapshotRow? snapshot, DateTimeOffset acceptedAt)
    {
        var (terms, decision, plan) = facts.Encode();
        var row = new JobRow(
            id, request.Parent, request.Tenant, request.Principal, capability, JobState.Refused, null, requestDigest, terms, decision, plan, acceptedAt, acceptedAt, refusal.Code, null, 1);
        return new(row, facts, snapshot);
    }
}
