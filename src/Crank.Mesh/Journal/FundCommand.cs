using Crank.Core;
using Crank.Ledger;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>Hold, idempotency key and job row, in one commit.</summary>
internal sealed class FundCommand(JobRow job, AccountId account, Money ceiling, DateTimeOffset holdUntil, DateTimeOffset keyUntil, SnapshotRow snapshot, DateTimeOffset now)
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

        var status = draft.Ledger.Hold(job.Id, account, ceiling, holdUntil);
        if (status == LedgerStatus.InsufficientFunds)
        {
            var payer = draft.Ledger.Find(account)!;
            return new FundAnswer.NoFunds(payer.Available - payer.Limit);
        }

        Invariant.Holds(status == LedgerStatus.Applied);
        draft.OpenJob(job, keyUntil);
        draft.AddSnapshot(snapshot);
        return new FundAnswer.Funded();
    }
}
