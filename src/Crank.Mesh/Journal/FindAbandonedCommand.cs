using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>Asks which jobs that have not ended nobody works on or waits with any more. Asked of the writer, because it alone knows what is open now.</summary>
/// <param name="isKnown">True for a job that somebody will close or start; said before the job is on disk and until it was closed.</param>
internal sealed class FindAbandonedCommand(Func<JobRow, bool> isKnown) : JournalCommand<IReadOnlyList<JobRow>>
{
    protected override IReadOnlyList<JobRow> Decide(JournalDraft draft) => [.. draft.OpenJobs.Where(job => !isKnown(job)).OrderBy(job => job.Id)];
}
