using Crank.Core;
using Crank.Mesh.Audit;
using Crank.Storage;

namespace Crank.Load.Queue;

/// <summary>Looks through a whole data folder whose queue has run empty: what was acknowledged is there and ended, what was done was charged once, nothing else was.</summary>
internal static class FolderCheck
{
    private const int Page = 1000;

    /// <param name="mesh">The folder, opened.</param>
    /// <param name="acknowledged">The jobs that were acknowledged.</param>
    /// <param name="mayEndUndone">Which of them may have ended without being done.</param>
    public static Result Verify(LoadMesh mesh, IEnumerable<JobId> acknowledged, Func<JobRow, bool> mayEndUndone)
    {
        var findings = new List<string>(LedgerVerifier.Verify(mesh.Store, mesh.Keys, mesh.Origin, TimeProvider.System.GetUtcNow()).Findings);
        var charges = Charges(mesh.Store);
        var missing = acknowledged.ToHashSet();
        var (done, notDone) = (0, 0);
        for (IReadOnlyList<JobRow> page = mesh.Store.ListJobs(TenantId.Owner, null, Page); page.Count > 0; page = mesh.Store.ListJobs(TenantId.Owner, page[^1].Id, Page))
        {
            foreach (var job in page)
            {
                var mine = charges.GetValueOrDefault(job.Id) ?? [];
                Expect(job.State.IsTerminal(), $"Job {job.Id} is still {job.State}.");
                Expect(mesh.Store.FindReceipt(job.Id) is not null, $"Job {job.Id} has no receipt.");
                Expect((job.State == JobState.Done) == (mine.Count > 0), $"Job {job.Id} is {job.State} and was charged {mine.Count} times.");
                Expect(mine.DistinctBy(t => t.Credit).Count() == mine.Count, $"Job {job.Id} was charged twice for the same account.");
                if (missing.Remove(job.Id))
                {
                    done += job.State == JobState.Done ? 1 : 0;
                    notDone += job.State == JobState.Done ? 0 : 1;
                    Expect(job.State is JobState.Done or JobState.Cancelled || mayEndUndone(job), $"Job {job.Id} of {job.Capability} is {job.State}: {job.Error}.");
                }
            }
        }

        Expect(missing.Count == 0, $"{missing.Count} acknowledged jobs are lost.");
        Expect(mesh.Store.Load().OpenHolds.Count == 0, "Money is still held.");
        return new(done, notDone, findings);

        void Expect(bool holds, string otherwise)
        {
            if (!holds)
            {
                findings.Add(otherwise);
            }
        }
    }

    private static Dictionary<JobId, List<TransferRow>> Charges(SqliteStore store)
    {
        var charges = new Dictionary<JobId, List<TransferRow>>();
        for (IReadOnlyList<TransferRow> page = store.Transfers(null, Page); page.Count > 0; page = store.Transfers(page[^1].Id, Page))
        {
            foreach (var row in page.Where(r => r.Job is not null))
            {
                (charges.TryGetValue(row.Job!.Value, out var mine) ? mine : charges[row.Job.Value] = []).Add(row);
            }
        }

        return charges;
    }

    /// <param name="Done">Acknowledged jobs that were done.</param>
    /// <param name="NotDone">And those that were not.</param>
    /// <param name="Findings">What does not hold.</param>
    internal sealed record Result(int Done, int NotDone, IReadOnlyList<string> Findings);
}
