using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>Asks which funded jobs nobody works on any more. Asked of the writer, because it alone knows what is open now.</summary>
/// <param name="isRunning">True for a job that somebody will close; said before the job is funded and until it was closed.</param>
internal sealed class FindAbandonedCommand(Func<JobId, bool> isRunning) : JournalCommand<IReadOnlyList<JobRow>>
{
    protected override IReadOnlyList<JobRow> Decide(JournalDraft draft) => [.. draft.OpenJobs.Where(job => !isRunning(job.Id)).OrderBy(job => job.Id)];
}
