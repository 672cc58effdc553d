using System.Diagnostics;
using Crank.Core;
using Crank.Mesh.Audit;
using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Load.Crash;

/// <summary>Opens a folder after a kill, which recovers it, and compares everything in it with what was said before.</summary>
internal static class Aftermath
{
    private const int Page = 1000;
    private const int KeysAskedAgain = 20;
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_orphan = TimeSpan.FromSeconds(1);

    public static async Task<List<string>> VerifyAsync(Memory memory, Random random, CrashTotals total)
    {
        var findings = new List<string>(memory.Contradictions);
        var began = Stopwatch.GetTimestamp();
        await using var mesh = await LoadMesh.OpenAsync(
            memory.Folder, StoreDurability.Full, new NoWorker(), Isolation.Parse("process+rlimits+seccomp+landlock-1"), "echo", "hash");
        var took = Stopwatch.GetElapsedTime(began);
        if (took > s_recovery)
        {
            findings.Add($"The start after the kill took {took.TotalSeconds:0.0} s.");
        }

        total.Verified++;
        total.Recovered += mesh.Controller.Recovered.Count;
        total.SlowestRecovery = took > total.SlowestRecovery ? took : total.SlowestRecovery;
        var report = LedgerVerifier.Verify(mesh.Store, mesh.Keys, mesh.Origin, TimeProvider.System.GetUtcNow());
        total.MostJobs = Math.Max(total.MostJobs, report.Receipts);
        findings.AddRange(report.Findings);
        CheckJobs(mesh.Store, findings);
        CheckSaid(memory, mesh, findings);
        CheckCheckpoints(memory, mesh.Store, findings);
        await CheckKeysAsync(memory, mesh, random, findings);
        await CheckOrphansAsync(memory, findings);
        return findings;
    }

    /// <summary>Every job ended with one receipt, none holds money, and it was charged once if and only if a result was delivered.</summary>
    private static void CheckJobs(SqliteStore store, List<string> findings)
    {
        var charges = new Dictionary<JobId, List<TransferRow>>();
        for (IReadOnlyList<TransferRow> page = store.Transfers(null, Page); page.Count > 0; page = store.Transfers(page[^1].Id, Page))
        {
            foreach (var row in page.Where(r => r.Job is not null))
            {
                (charges.TryGetValue(row.Job!.Value, out var mine) ? mine : charges[row.Job.Value] = []).Add(row);
            }
        }

        for (IReadOnlyList<JobRow> page = store.ListJobs(TenantId.Owner, null, Page); page.Count > 0; page = store.ListJobs(TenantId.Owner, page[^1].Id, Page))
        {
            foreach (var job in page)
            {
                var mine = charges.GetValueOrDefault(job.Id) ?? [];
                Expect(job.State.IsTerminal(), $"Job {job.Id} is still {job.State}.");
                Expect(store.FindReceipt(job.Id) is not null, $"Job {job.Id} has no receipt.");
                Expect(store.FindHold(job.Id) is null or { Status: not HoldStatus.Open }, $"Job {job.Id} still holds money.");
                Expect((job.State == JobState.Done) == (job.Result is not null), $"Job {job.Id} is {job.State} and its result is {(job.Result is null ? "missing" : "there")}.");
                Expect((job.State == JobState.Done) == (mine.Count > 0), $"Job {job.Id} is {job.State} and was charged {mine.Count} times.");
                Expect(mine.DistinctBy(t => t.Credit).Count() == mine.Count, $"Job {job.Id} was charged twice for the same account.");
            }
        }

        void Expect(bool holds, string otherwise)
        {
            if (!holds)
            {
                findings.Add(otherwise);
            }
        }
    }

    /// <summary>What was acknowledged is there, done, with the same result; what was said to have ended otherwise did.</summary>
    private static void CheckSaid(Memory memory, LoadMesh mesh, List<string> findings)
    {
        foreach (var (job, digest) in memory.Done)
        {
            if (mesh.Controller.Find(TenantId.Owner, job) is not { Delivery: { } delivery })
            {
                findings.Add($"Job {job} was acknowledged and its result cannot be fetched.");
            }
            else if (Digest.Of(delivery.Json.Span) != digest)
            {
                findings.Add($"Job {job} was acknowledged with {digest} and has {Digest.Of(delivery.Json.Span)}.");
            }
        }

        findings.AddRange(memory.Ended
            .Where(e => mesh.Store.FindJob(e.Key)?.State != e.Value)
            .Select(e => $"Job {e.Key} was said to be {e.Value} and is {mesh.Store.FindJob(e.Key)?.State}."));
    }

    /// <summary>The log of now holds every checkpoint that was there before, unchanged; the full scan has shown that it is consistent with all that it holds.</summary>
    private static void CheckCheckpoints(Memory memory, SqliteStore store, List<string> findings)
    {
        var now = new Dictionary<long, string>();
        for (IReadOnlyList<CheckpointRow> page = store.Checkpoints(-1, Page); page.Count > 0; page = store.Checkpoints(page[^1].Size, Page))
        {
            foreach (var row in page)
            {
                now.Add(row.Size, row.Note);
            }
        }

        foreach (var (size, note) in memory.Checkpoints)
        {
            if (now.GetValueOrDefault(size) != note)
            {
                findings.Add($"The checkpoint of size {size} that was read before is gone or another.");
            }
        }

        foreach (var (size, note) in now)
        {
            memory.Checkpoints.TryAdd(size, note);
        }
    }

    private static async Task CheckKeysAsync(Memory memory, LoadMesh mesh, Random random, List<string> findings)
    {
        foreach (var (key, job) in memory.Keys.OrderBy(_ => random.Next()).Take(KeysAskedAgain).ToList())
        {
            var again = await mesh.Controller.SubmitAsync(CrashChild.Keyed(key), null, CancellationToken.None);
            if (again.Job != job || !again.Repeated || again.Delivery is not { } delivery || delivery.Digest != memory.Done[job])
            {
                findings.Add($"Key {key} stood for job {job}; asked again it gave {again.Job}, {again.Refusal?.Code}.");
            }
        }
    }

    private static async Task CheckOrphansAsync(Memory memory, List<string> findings)
    {
        foreach (var (workers, at) in memory.Kills)
        {
            if (s_orphan - Stopwatch.GetElapsedTime(at) is var left && left > TimeSpan.Zero && workers.Any(Orphans.Lives))
            {
                await Task.Delay(left);
            }

            findings.AddRange(workers.Where(Orphans.Lives).Select(w => $"Worker process {w.Id} lives {Stopwatch.GetElapsedTime(at).TotalSeconds:0.0} s after its parent was killed."));
        }

        memory.Kills.Clear();
    }

    private sealed class NoWorker : IDispatcher
    {
        public Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is run while a folder is verified.");
    }
}
