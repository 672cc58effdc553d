using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Mesh.Recovery;

/// <summary>
/// Takes care of what a crash left open. A job without a committed result was not delivered. One that came from the queue and may run again goes back there; every
/// other one is not done, its hold goes back, and its receipt says why.
/// </summary>
internal static class Recovery
{
    /// <summary>Closes or hands back every job that was started and never ended, and closes those of the queue whose time has run out.</summary>
    /// <param name="open">The jobs that have not ended and that nobody works on.</param>
    /// <param name="bench">What a controller works with.</param>
    /// <param name="endings">Writes the ends.</param>
    public static async Task<Recovered> RunAsync(IReadOnlyList<JobRow> open, Bench bench, Endings endings)
    {
        var now = bench.Parts.Clock.GetUtcNow();
        var closing = new List<(JobId Job, Task<JobReport> End)>();
        var returning = new List<Task<QueueRow?>>();
        foreach (var row in open)
        {
            var queued = bench.Parts.Store.FindQueued(row.Id);
            if (queued is not null && queued.DueAt <= now)
            {
                closing.Add((row.Id, endings.EndAsync(FinishedJob.NotStarted(
                    FundedJob.Recover(row, queued), JobState.Expired, new(RefusalKind.Deadline, RefusalCodes.DeadlinePassed, "The deadline passed while the controller stood still.")))));
            }
            else if (row.State == JobState.Queued)
            {
                continue;
            }
            else if (queued is { IsIdempotent: true } && queued.Attempts < bench.Settings.Queue.MaxAttempts)
            {
                returning.Add(ReturnAsync(row, queued, now, bench));
            }
            else
            {
                closing.Add((row.Id, endings.EndAsync(FinishedJob.Interrupted(FundedJob.Recover(row, queued)))));
            }
        }

        await Task.WhenAll(closing.Select(c => c.End));
        return new([.. closing.Select(c => c.Job)], [.. (await Task.WhenAll(returning)).OfType<QueueRow>()]);
    }

    /// <summary>Awaited where it is posted: what the journal answers goes on in the context of whoever asked, which a task that joins several would leave.</summary>
    private static async Task<QueueRow?> ReturnAsync(JobRow row, QueueRow queued, DateTimeOffset now, Bench bench) =>
        await bench.Journal.PostAsync(new ReturnCommand(row.Id, queued.Fence, now, queued.Attempts, null));
}
