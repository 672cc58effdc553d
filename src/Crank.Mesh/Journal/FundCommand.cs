using Crank.Core;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>Hold, idempotency key and job row, in one commit.</summary>
internal sealed class FundCommand(JobRow job, Payer payer, Money ceiling, DateTimeOffset holdUntil, DateTimeOffset keyUntil, SnapshotRow snapshot, DateTimeOffset now)
    : JournalCommand<FundAnswer>
{
    protected override FundAnswer Decide(JournalDraft draft)
    {
        if (Earlier(draft, job, now) is { } earlier)
        {
            return earlier;
        }

        if (payer.Purse is { } purse && draft.Overdrawn(job.Tenant, purse, ceiling, job.AcceptedAt) is { } empty)
        {
            return empty;
        }

        if (draft.Hold(job.Id, payer, ceiling, holdUntil) is { } spendable)
        {
            return new FundAnswer.NoFunds(spendable);
        }

        draft.Spend(job, payer.Purse, ceiling);

        draft.OpenJob(job, keyUntil);
        draft.AddSnapshot(snapshot);
        return new FundAnswer.Funded();
    }

    /// <summary>What the key of a job stands for already; null when it is free, or when there is no key.</summary>
    public static FundAnswer? Earlier(JournalDraft draft, JobRow job, DateTimeOffset now) =>
        job.IdempotencyKey is { } key && draft.FindKey(new(job.Tenant, key), now) is { } earlier
            ? earlier.Request == job.Request ? new FundAnswer.Repeated(earlier.Job) : new FundAnswer.KeyTaken(earlier.Job)
            : null;
}
