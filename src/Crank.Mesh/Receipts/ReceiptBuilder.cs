using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Trust.Statements;

namespace Crank.Mesh.Receipts;

/// <summary>Makes a receipt from what is known of a job that ended. Pure.</summary>
internal static class ReceiptBuilder
{
    public static Receipt Build(
        string origin, JobId job, JobId? parent, TenantId tenant, PrincipalId principal, CapabilityVersion capability, JobFacts facts, JobState state, ErrorCode? error,
        ImmutableArray<Attempt> attempts, Charge charge, Footprint? footprint, Digest? output, DateTimeOffset acceptedAt, DateTimeOffset finishedAt) =>
        new(
            origin, job, parent, tenant, principal, capability, facts.Asked.Terms, state, state.Outcome(), error, facts.Decision, facts.Plan, attempts, charge, footprint,
            SaltedDigest.Of(facts.Asked.Salt, facts.Asked.Input),
            output is { } delivered ? SaltedDigest.Of(facts.Asked.Salt, delivered) : null,
            acceptedAt, finishedAt, facts.Asked.TraceParent,
            facts.Asked.Promise is { } promised ? new(promised.Decision, facts.Asked.Ceiling, promised.StartedAt) : null);
}
