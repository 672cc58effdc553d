using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Serialization;
using Crank.Mesh.Telemetry;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Path;

/// <summary>A placed job whose money is held and whose row is on disk, to run at once or from the queue: the first type that a crash cannot lose.</summary>
public sealed class FundedJob
{
    /// <summary>How long a hold outlives the job's deadline before it is given back by itself.</summary>
    public static readonly TimeSpan HoldGrace = TimeSpan.FromMinutes(5);

    /// <summary>How long an idempotency key, and the result under it, is kept.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromHours(24);

    private readonly PlacedJob? _placed;

    private FundedJob(JobRow row, JobFacts facts, PlacedJob? placed, QueueRow? queued = null, ImmutableArray<PastAttempt> history = default) =>
        (Row, Facts, _placed, Queued, History) = (row, facts, placed, queued, history.IsDefault ? [] : history);

    /// <summary>The job as it stands on disk.</summary>
    public JobRow Row { get; }

    /// <summary>What its receipt will say.</summary>
    internal JobFacts Facts { get; }

    /// <summary>Its place in the queue; null for a job that runs at once.</summary>
    internal QueueRow? Queued { get; }

    /// <summary>What was tried before it went back into the queue.</summary>
    internal ImmutableArray<PastAttempt> History { get; }

    /// <summary>The placement, with everything that a run needs.</summary>
    /// <exception cref="InvalidOperationException">The job was rebuilt from its row: it is closed, or placed again, never run as it is.</exception>
    internal PlacedJob Placed => _placed ?? throw new InvalidOperationException("A job that was rebuilt from its row has no placement.");

    /// <summary>By then it has ended.</summary>
    internal DateTimeOffset DueAt => Queued?.DueAt ?? Placed.Admitted.AcceptedAt + Placed.Admitted.Deadline.Time;

    /// <summary>Holds the money and writes the job, in one commit.</summary>
    /// <returns>The job; or a refusal; or the job that was first under the same key.</returns>
    internal static async Task<(Step<FundedJob> Step, JobId? First)> FundAsync(PlacedJob job, JournalWriter journal, Payer payer, JobFacts facts)
    {
        using var step = PathStep.Begin("fund");
        var admitted = job.Admitted;
        var (terms, decision, plan) = facts.Encode();
        var row = RowOf(admitted, JobState.Funded, terms, decision, plan);
        var answer = await journal.PostAsync(new FundCommand(
            row, payer, facts.Asked.Ceiling, admitted.AcceptedAt + admitted.Deadline.Time + HoldGrace, admitted.AcceptedAt + KeyLifetime, job.Snapshot, admitted.AcceptedAt));
        return Answer(answer, payer, facts, () => new(row, facts, job));
    }

    /// <summary>Holds the money and writes the job with its input and its place in the queue, in one commit: from then on it is accepted.</summary>
    /// <param name="job">The job, placed as it would be now.</param>
    /// <param name="queued">Its place.</param>
    /// <param name="input">What it will be run with.</param>
    /// <param name="blobsUntil">Until when the blobs of the input are kept at least.</param>
    /// <param name="journal">The one writer.</param>
    /// <param name="payer">Who pays.</param>
    /// <param name="facts">What its receipt will say.</param>
    /// <param name="replaces">A dead letter that goes in the same commit; null for none.</param>
    internal static async Task<(Step<FundedJob> Step, JobId? First)> QueueAsync(
        PlacedJob job, QueueRow queued, InputRow input, DateTimeOffset blobsUntil, JournalWriter journal, Payer payer, JobFacts facts, JobId? replaces)
    {
        var admitted = job.Admitted;
        var (terms, decision, plan) = facts.Encode();
        var row = RowOf(admitted, JobState.Queued, terms, decision, plan);
        var answer = await journal.PostAsync(new QueueCommand(
            row, queued, input, payer, facts.Asked.Ceiling, queued.DueAt + HoldGrace, queued.DueAt + KeyLifetime, blobsUntil, job.Snapshot, replaces, admitted.AcceptedAt));
        return Answer(answer, payer, facts, () => new(row, facts, null, queued));
    }

    /// <summary>A queued job with what was decided about it when it was to start.</summary>
    internal FundedJob Decided(JobFacts facts) => new(Row, facts, null, Queued, History);

    /// <summary>Starts a queued job as it is placed now.</summary>
    /// <returns>Null when it was taken back, ended or started meanwhile.</returns>
    internal async Task<FundedJob?> StartAsync(PlacedJob placed, JournalWriter journal, JobFacts facts)
    {
        var (terms, decision, plan) = facts.Encode();
        var row = Row with
        {
            Capability = placed.Admitted.Entry.Capability.Id,
            State = JobState.Funded,
            Terms = terms,
            Decision = decision,
            Plan = plan,
            Version = Row.Version + 1,
        };
        return await journal.PostAsync(new StartCommand(row, Queued!.Fence, placed.Snapshot)) is { } started ? new(row, facts, placed, started, History) : null;
    }

    private static JobRow RowOf(AdmittedJob admitted, JobState state, byte[] terms, byte[]? decision, byte[]? plan) => new(
        admitted.Id, admitted.Parent, admitted.Tenant, admitted.Principal, admitted.Entry.Capability.Id, state, admitted.Key,
        admitted.RequestDigest, terms, decision, plan, admitted.AcceptedAt, null, null, null, 1);

    private static (Step<FundedJob> Step, JobId? First) Answer(FundAnswer answer, Payer payer, JobFacts facts, Func<FundedJob> funded)
    {
        return answer switch
        {
            FundAnswer.Funded => (funded(), null),
            FundAnswer.Gone => (new Refusal(RefusalKind.NotFound, RefusalCodes.KeyConflict, "The dead letter was removed or queued again meanwhile.", "List the dead letters anew."), null),
            FundAnswer.Repeated repeated => (new Refusal(RefusalKind.Conflict, RefusalCodes.KeyConflict, $"The first job with this key is {repeated.First}."), repeated.First),
            FundAnswer.KeyTaken taken => (KeyTaken(taken.First), null),
            FundAnswer.NoFunds funds => (new Refusal(
                RefusalKind.NoFunds, RefusalCodes.NoFunds,
                $"The job may cost up to {facts.Asked.Ceiling} and the account '{payer.Account}' has {funds.Available} available above its limit.",
                "Raise the limit in the configuration, or wait for held money to come back."), null),
            FundAnswer.PurseEmpty purse => (new Refusal(
                RefusalKind.NoFunds, RefusalCodes.KeyBudgetSpent,
                $"The job may cost up to {facts.Asked.Ceiling}, and the key has {purse.Left} left of the {purse.Limit} that it may spend{(purse.IsDay ? " a day" : "")}.",
                purse.IsDay ? "Come again tomorrow (UTC), or use a key that may spend more." : "Use a key that may spend more."), null),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The answer to another request under a key that stands for a job already.</summary>
    internal static Refusal KeyTaken(JobId first) => new(
        RefusalKind.Conflict, RefusalCodes.KeyConflict,
        $"The idempotency key was used for another request, job {first}, within the last 24 hours.",
        "Use a new key for a new request.");

    /// <summary>Rebuilds a job whose money is held from its row. For <see cref="Recovery.Recovery"/> and the queue alone.</summary>
    internal static FundedJob Recover(JobRow row, QueueRow? queued) => new(
        row, JobFacts.Decode(row), null, queued,
        queued?.History is { } history ? JsonSerializer.Deserialize(history, MeshJson.Default.ImmutableArrayPastAttempt) : []);
}
