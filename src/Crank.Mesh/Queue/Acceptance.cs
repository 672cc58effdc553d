using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Queue;

/// <summary>Accepts jobs into the queue, takes them back out, and takes care of those that were not done.</summary>
internal sealed class Acceptance(Bench bench, Intake intake, Endings endings, JobQueue queue)
{
    /// <summary>How long the blobs of an input outlive every deadline, should nobody end the job.</summary>
    private static readonly TimeSpan s_blobGrace = TimeSpan.FromHours(1);

    private QueueSettings Settings => bench.Settings.Queue;

    /// <summary>Accepts a job: when this returns without a refusal it is on disk, with its price promised and the money for it held.</summary>
    /// <param name="request">The request.</param>
    /// <param name="schedule">When it runs.</param>
    /// <param name="replaces">A dead letter that goes in the same commit; null for none.</param>
    /// <param name="cancellationToken">Gives it up while its files are still being read.</param>
    public async Task<AcceptReport> AcceptAsync(JobRequest request, Schedule schedule, JobId? replaces, CancellationToken cancellationToken)
    {
        if (queue.Reserve(request.Tenant, request.Capability, schedule.Priority) is { } full)
        {
            return new(null, full, null, null, null, null, false);
        }

        var isAccepted = false;
        try
        {
            var report = await AcceptWithRoomAsync(request, schedule, replaces, cancellationToken);
            isAccepted = report is { Refusal: null, Repeated: false };
            return report;
        }
        catch (StoreException e)
        {
            return new(null, Intake.StorageRefusal(e), null, null, null, null, false);
        }
        finally
        {
            if (!isAccepted)
            {
                queue.Release(request.Tenant, request.Capability);
            }
        }
    }

    /// <summary>Asks for the job of a dead letter again, as a new job in its place: decided and priced as of now.</summary>
    /// <returns>Null when the tenant has no such dead letter.</returns>
    public async Task<AcceptReport?> RequeueAsync(TenantId tenant, PrincipalId principal, ImmutableArray<string> roles, JobId dead, Schedule schedule, Purse? purse, CancellationToken cancellationToken)
    {
        if (bench.Parts.Store.FindQueued(dead) is not { IsDead: true } letter || letter.Tenant != tenant || bench.Parts.Store.FindJob(dead) is not { } row)
        {
            return null;
        }

        var asked = JobFacts.Decode(row).Asked;
        var request = StoredInput.Read(bench.Parts.Store, bench.Parts.Blobs, dead)
            .Request(tenant, principal, row.Capability.Name, asked.Terms, null, row.Parent, asked.TraceParent, bench.Parts.Blobs) with
        { Roles = roles, Purse = purse };
        return await AcceptAsync(request, schedule, dead, cancellationToken);
    }

    /// <summary>Takes back a job that waits in the queue.</summary>
    /// <returns>False when it does not wait there any more.</returns>
    /// <exception cref="StoreException">It could not be written; the job goes on waiting.</exception>
    public async Task<bool> CancelAsync(JobRow row)
    {
        var entry = queue.Remove(row.Id);
        if ((entry?.Row ?? bench.Parts.Store.FindQueued(row.Id)) is not { IsDead: false } queued || queue.IsRunning(row.Id))
        {
            return false;
        }

        try
        {
            var ended = await endings.EndAsync(FinishedJob.NotStarted(FundedJob.Recover(row, queued), JobState.Cancelled, FinishedJob.TakenBack));
            if (entry is not null)
            {
                queue.Release(row.Tenant, row.Capability.Name);
            }

            return ended.Receipt?.State == JobState.Cancelled;
        }
        catch (StoreException)
        {
            if (entry is not null)
            {
                queue.PutBack(entry);
            }

            throw;
        }
    }

    /// <summary>Removes a dead letter.</summary>
    public Task<bool> ForgetAsync(TenantId tenant, JobId dead) => bench.Journal.PostAsync(new RemoveDeadCommand(tenant, dead));

    /// <summary>Puts jobs that are on disk into the queue of this process.</summary>
    public void Load(IEnumerable<QueueRow> rows)
    {
        var weights = new Dictionary<TenantId, int>();
        foreach (var row in rows)
        {
            if (!weights.TryGetValue(row.Tenant, out var weight))
            {
                weights[row.Tenant] = weight = WeightOf(row.Tenant);
            }

            queue.Add(row, weight, isReserved: false);
        }
    }

    private async Task<AcceptReport> AcceptWithRoomAsync(JobRequest request, Schedule schedule, JobId? replaces, CancellationToken cancellationToken)
    {
        var prepared = await intake.PrepareAsync(request, bench.Parts.Offers, isQueued: true, cancellationToken);
        if (prepared.Report is { } answered)
        {
            return AcceptReport.Refused(answered);
        }

        if (prepared.First is { } first)
        {
            return new(first, null, null, null, null, null, true);
        }

        var (placed, facts) = (prepared.Placed!, prepared.Facts!);
        var admitted = placed.Admitted;
        var readyAt = schedule.NotBefore is { } notBefore && notBefore > admitted.AcceptedAt ? notBefore : admitted.AcceptedAt;
        var dueAt = admitted.Terms.Deadline is { } deadline ? admitted.AcceptedAt + deadline.Time : readyAt + Settings.Deadline;
        if (readyAt >= dueAt || dueAt > admitted.AcceptedAt + Settings.LongestDeadline)
        {
            var refusal = readyAt >= dueAt
                ? new Refusal(RefusalKind.BadInput, RefusalCodes.BadInput, $"The job is not to start before {readyAt:u}, and its deadline is at {dueAt:u}.", "Allow more time with the deadline, which counts from acceptance.")
                : new Refusal(RefusalKind.BadInput, RefusalCodes.BadInput, $"The job would have until {dueAt:u}; {new Duration(Settings.LongestDeadline)} from acceptance are the most.", "Ask for less.");
            return AcceptReport.Refused(await intake.RefuseAsync(facts with { Plan = null }, request, admitted, null, refusal));
        }

        if (!admitted.Blobs.IsEmpty && bench.Parts.Blobs is null)
        {
            throw new InvalidOperationException("A mesh without a blob store cannot keep the files of a job.");
        }

        var bytes = StoredInput.Of(request, admitted).Encode();
        var input = bytes.Length <= ResultRow.MaxInlineBytes || bench.Parts.Blobs is null
            ? new InputRow(admitted.Id, bytes.Length, bytes, null)
            : new InputRow(admitted.Id, bytes.Length, null, (await bench.Parts.Blobs.PutAsync(bytes, CancellationToken.None)).Digest);
        ImmutableArray<Digest> blobs = [.. admitted.Blobs.Values.Select(b => b.Digest).Concat(input.Blob is { } own ? [own] : []).Distinct()];
        var capability = admitted.Entry.Capability;
        var queued = new QueueRow(
            admitted.Id, admitted.Tenant, capability.Id, (int)schedule.Priority, capability.Idempotent, readyAt, dueAt, 0, 0, false, null, blobs, null, 1);
        var (fund, earlier) = await FundedJob.QueueAsync(
            placed, queued, input, dueAt + Settings.KeepDead + s_blobGrace, bench.Journal, prepared.Payer!, facts, replaces);
        if (earlier is { } known)
        {
            return new(known, null, null, null, null, null, true);
        }

        if (!fund.Taken(out _, out var no))
        {
            return AcceptReport.Refused(await intake.RefuseAsync(facts, request, admitted, prepared.Offers!.Row, no));
        }

        queue.Add(queued, WeightOf(admitted.Tenant), isReserved: true);
        return new(admitted.Id, null, null, facts.Asked.Ceiling, readyAt, dueAt, false);
    }

    private int WeightOf(TenantId tenant) => Membership.TenantOf(bench.Parts.Store, tenant)?.Weight ?? 1;
}
