using Crank.Storage;
using Crank.Trust.Statements;

namespace Crank.Mesh.Journal;

/// <summary>A job that was refused before it was funded: its row and its receipt, in one commit. No money is touched.</summary>
internal sealed class RefuseCommand(JobRow job, SnapshotRow? snapshot, SignedStatement statement) : JournalCommand<bool>
{
    protected override bool Decide(JournalDraft draft)
    {
        draft.AddClosedJob(job);
        if (snapshot is not null)
        {
            draft.AddSnapshot(snapshot);
        }

        draft.AddReceipt(job.Id, statement);
        return true;
    }
}
