using Crank.Core;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>Hold, idempotency key, job row, input and place in the queue, in one commit; and the dead letter that it takes the place of, when there is one.</summary>
internal sealed class QueueCommand(
    JobRow job, QueueRow queued, InputRow input, Payer payer, Money ceiling, DateTimeOffset holdUntil, DateTimeOffset keyUntil, DateTimeOffset blobsUntil, SnapshotRow snapshot,
    JobId? replaces, DateTimeOffset now)
    : JournalCommand<FundAnswer>
{
    protected override FundAnswer Decide(JournalDraft draft)
    {
        if (FundCommand.Earlier(draft, job, now) is { } earlier)
        {
            return earlier;
        }

        if (replaces is { } dead && draft.FindDead(dead) is null)
        {
            return new FundAnswer.Gone();
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

        if (replaces is { } letter)
        {
            draft.RemoveDead(letter);
        }

        draft.OpenJob(job, keyUntil);
        draft.Enqueue(queued, input, blobsUntil);
        draft.AddSnapshot(snapshot);
        return new FundAnswer.Funded();
    }
}
