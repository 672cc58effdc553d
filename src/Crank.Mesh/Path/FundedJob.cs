using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Telemetry;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Path;

/// <summary>A placed job whose money is held and whose row is on disk: the first type that a crash cannot lose.</summary>
public sealed class FundedJob
{
    /// <summary>How long a hold outlives the job's deadline before it is given back by itself.</summary>
    public static readonly TimeSpan HoldGrace = TimeSpan.FromMinutes(5);

    /// <summary>How long an idempotency key, and the result under it, is kept.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    private readonly PlacedJob? _placed;

    private FundedJob(JobRow row, JobFacts facts, PlacedJob? placed) => (Row, Facts, _placed) = (row, facts, placed);

    /// <summary>The job as it stands on disk.</summary>
    public JobRow Row { get; }

    /// <summary>What its receipt will say.</summary>
    internal JobFacts Facts { get; }

    /// <summary>The placement, with everything that a run needs.</summary>
    /// <exception cref="InvalidOperationException">The job was rebuilt after a crash: it is closed, never run again.</exception>
    internal PlacedJob Placed => _placed ?? throw new InvalidOperationException("A recovered job is closed, not run.");

    /// <summary>Holds the money and writes the job, in one commit.</summary>
    /// <returns>The job; or a refusal; or the job that was first under the same key.</returns>
    internal static async Task<(Step<FundedJob> Step, JobId? First)> FundAsync(PlacedJob job, JournalWriter journal, Payer payer, JobFacts facts)
    {
        using var step = PathStep.Begin("fund");
        var admitted = job.Admitted;
        var (terms, decision, plan) = facts.Encode();
        var row = new JobRow(
            admitted.Id, admitted.Parent, admitted.Tenant, admitted.Principal, admitted.Entry.Capability.Id, JobState.Funded, admitted.Key,
            admitted.RequestDigest, terms, decision, plan, admitted.AcceptedAt, null, null, null, 1);
        var answer = await journal.PostAsync(new FundCommand(
            row, payer, facts.Asked.Ceiling, admitted.AcceptedAt + admitted.Deadline.Time + HoldGrace, admitted.AcceptedAt + KeyLifetime, job.Snapshot, admitted.AcceptedAt));
        return answer switch
        {
            FundAnswer.Funded => (new FundedJob(row, facts, job), null),
            FundAnswer.Repeated repeated => (new Refusal(RefusalKind.Conflict, RefusalCodes.KeyConflict, $"The first job with this key is {repeated.First}."), repeated.First),
            FundAnswer.KeyTaken taken => (KeyTaken(taken.First), null),
            FundAnswer.NoFunds funds => (new Refusal(
                RefusalKind.NoFunds, RefusalCodes.NoFunds,
                $"The job may cost up to {facts.Asked.Ceiling} and the account '{payer.Account}' has {funds.Available} available above its limit.",
                "Raise the limit in the configuration, or wait for held money to come back."), null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The answer to another request under a key that stands for a job already.</summary>
    internal static Refusal KeyTaken(JobId first) => new(
        RefusalKind.Conflict, RefusalCodes.KeyConflict,
        $"The idempotency key was used for another request, job {first}, within the last 24 hours.",
        "Use a new key for a new request.");

    /// <summary>Rebuilds a job that was funded when the controller stopped. For <see cref="Recovery.Recovery"/> alone.</summary>
    internal static FundedJob Recover(JobRow row) => new(row, JobFacts.Decode(row), null);
}
