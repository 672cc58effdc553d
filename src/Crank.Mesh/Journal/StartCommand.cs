using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>A queued job begins to run, decided and placed anew; whoever else thought to have it finds its fence moved.</summary>
/// <param name="job">The row as it will be.</param>
/// <param name="fence">The fence that the job had in the queue.</param>
/// <param name="snapshot">The offers that it was placed among.</param>
internal sealed class StartCommand(JobRow job, long fence, SnapshotRow snapshot) : JournalCommand<QueueRow?>
{
    /// <summary>The new place in the queue; null when the job was taken back, ended or started meanwhile.</summary>
    protected override QueueRow? Decide(JournalDraft draft)
    {
        if (draft.FindOpenJob(job.Id) is not { State: JobState.Queued } open || draft.FindQueued(job.Id) is not { } queued || queued.Fence != fence)
        {
            return null;
        }

        Invariant.Holds(job.State == JobState.Funded && job.Version == open.Version + 1);
        var started = queued with { Fence = fence + 1, Attempts = queued.Attempts + 1, Capability = job.Capability, Version = queued.Version + 1 };
        draft.MoveJob(job);
        draft.PutQueued(started);
        draft.AddSnapshot(snapshot);
        return started;
    }
}
