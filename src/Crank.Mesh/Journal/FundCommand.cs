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
        if (job.IdempotencyKey is { } text)
        {
            var key = new TenantScoped<string>(job.Tenant, text);
            if (draft.FindKey(key, now) is { } earlier)
            {
                return earlier.Request == job.Request ? new FundAnswer.Repeated(earlier.Job) : new FundAnswer.KeyTaken(earlier.Job);
            }
        }

        if (draft.Hold(job.Id, payer, ceiling, holdUntil) is { } spendable)
        {
            return new FundAnswer.NoFunds(spendable);
        }

        draft.OpenJob(job, keyUntil);
        draft.AddSnapshot(snapshot);
        return new FundAnswer.Funded();
    }
}
