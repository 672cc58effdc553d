namespace Crank.Mesh.Journal;

/// <summary>Removes keys, results and references to blobs whose time is up, oldest first, at most so many of each. No money is touched.</summary>
internal sealed class SweepCommand(DateTimeOffset now, int limit) : JournalCommand<SweepAnswer>
{
    protected override SweepAnswer Decide(JournalDraft draft) => draft.RemoveExpired(now, limit);
}
