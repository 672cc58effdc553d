using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>A job that was started goes back into the queue; its money stays held.</summary>
/// <param name="job">The job.</param>
/// <param name="fence">The fence that it was started with.</param>
/// <param name="readyAt">When it may start again.</param>
/// <param name="attempts">How many attempts count.</param>
/// <param name="history">What its attempts did so far; null keeps what is stored.</param>
internal sealed class ReturnCommand(JobId job, long fence, DateTimeOffset readyAt, int attempts, byte[]? history) : JournalCommand<QueueRow?>
{
    /// <summary>Its new place; null when it ended or was handed back before.</summary>
    protected override QueueRow? Decide(JournalDraft draft)
    {
        if (draft.FindOpenJob(job) is not { State: JobState.Funded } open || draft.FindQueued(job) is not { } queued || queued.Fence != fence)
        {
            return null;
        }

        var returned = queued with
        {
            Fence = fence + 1,
            ReadyAt = readyAt,
            Attempts = attempts,
            History = history ?? queued.History,
            Version = queued.Version + 1,
        };
        draft.MoveJob(open with { State = JobState.Queued, Version = open.Version + 1 });
        draft.PutQueued(returned);
        return returned;
    }
}
