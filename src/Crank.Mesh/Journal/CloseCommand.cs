using Crank.Core;
using Crank.Storage;
using Crank.Trust.Statements;

namespace Crank.Mesh.Journal;

/// <summary>
/// The end of a job whose money is held: charges, state, result, receipt and log leaf, in one commit. Whoever comes second finds it closed; whoever comes with an
/// old fence finds it taken from them.
/// </summary>
internal sealed class CloseCommand(JobId job, JobState state, ErrorCode? error, ResultRow? result, Charge charge, SignedStatement statement, DateTimeOffset at, Footprint? footprint = null, IEnumerable<Digest>? blobs = null, long? fence = null,
    DateTimeOffset? deadUntil = null, string? purse = null)
    : JournalCommand<bool>
{
    /// <summary>True when this command closed the job; false when it was closed before.</summary>
    protected override bool Decide(JournalDraft draft)
    {
        if (draft.FindOpenJob(job) is not { } open)
        {
            return false;
        }

        var queued = draft.FindQueued(job);
        if (queued?.Fence != fence)
        {
            // It was started or handed back since: this end is not the one that counts.
            return false;
        }

        Invariant.Holds(open.State.CanMoveTo(state) && state.IsTerminal());
        Invariant.Holds((state == JobState.Done) == (result is not null));
        Invariant.Holds(state == JobState.Done || charge.Total.Micros == 0);
        draft.Close(job, charge, state, at);
        draft.Unspend(open, purse, charge);
        draft.CloseJob(
            open with
            {
                State = state,
                FinishedAt = at,
                Error = error,
                Result = result,
                Version = open.Version + 1,
                ChargedMicros = charge.Total.Micros,
                Joules = footprint?.Energy.Value,
                GramsCo2e = footprint?.Carbon.Value,
            },
            blobs ?? []);
        draft.AddReceipt(job, statement);
        if (queued is not null)
        {
            draft.EndQueued(queued, deadUntil);
        }

        return true;
    }
}
