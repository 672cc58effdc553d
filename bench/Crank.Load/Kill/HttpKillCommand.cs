using System.Diagnostics;
using System.Globalization;
using Crank.Core;
using Crank.Load.Processes;
using Crank.Load.Queue;

namespace Crank.Load.Kill;

/// <summary>
/// Kills a real <c>crank up</c> under the load of asynchronous jobs over HTTP, at moments that a seed chooses, over a folder that is full of finished ones. After each kill
/// the next start answers for everything that was acknowledged; at the end money, log, receipts and charges are verified whole.
/// </summary>
internal static class HttpKillCommand
{
    private const int AtOnce = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(Options options)
    {
        var (jobs, kills, finished, seed) = (options.Number("--jobs", 1000), options.Number("--kills", 10), options.Number("--finished", 10_000), options.Number("--seed", 1));
        var within = options.Number("--within", 0);
        var program = options.Text("--crank", "");
        var random = new Random(seed);
        using var scratch = new Scratch();
        var folder = scratch.Folder("mesh");
        await FilledFolder.MakeAsync(folder, finished);
        var asked = new Asked();
        var (starts, findings) = (new List<Start>(), new List<string>());
        for (var kill = 0; kill < kills; kill++)
        {
            await using var crank = await StartAsync(program, folder, starts);
            using var client = new MeshUser(crank);
            findings.AddRange(await asked.CompareAsync(client, random));
            await RunAndKillAsync(crank, client, asked, kill * jobs, jobs, later: null, after: random.Next(1, jobs), random);
        }

        // The measured start: so many wait, each with its money held.
        await using (var crank = await StartAsync(program, folder, starts))
        {
            using var client = new MeshUser(crank);
            findings.AddRange(await asked.CompareAsync(client, random));
            await RunAndKillAsync(crank, client, asked, kills * jobs, jobs, TimeSpan.FromHours(1), after: jobs, random);
        }

        await using (var crank = await StartAsync(program, folder, starts))
        {
            using var client = new MeshUser(crank);
            findings.AddRange(await asked.CompareAsync(client, random));
            await client.WaitUntilIdleAsync(jobs, s_patience);
            if (await crank.StopAsync() != 0)
            {
                findings.Add("It did not stop in order.");
            }
        }

        var (afterKill, withHolds) = (starts[1..^1], starts[^1]);
        if (within > 0 && starts.Max(s => s.Took.TotalSeconds) > within)
        {
            findings.Add($"It was not ready within {within} s.");
        }

        var (end, holds) = await EndAsync(folder, asked);
        findings.AddRange(end.Findings);
        foreach (var finding in findings.Take(50))
        {
            Console.WriteLine(finding);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills, {jobs} jobs each, seed {seed}: {asked.Acknowledged.Count} acknowledged, {asked.Again} keys asked again, {end.Done} done and charged once, {end.NotDone} taken back or out of time and not charged; /readyz after a kill at the median {Median(afterKill, s => s.Took):0.00} s, at most {afterKill.Max(s => s.Took.TotalSeconds):0.00} s (CPU of all its processes {Median(afterKill, s => s.Cpu):0.0} s); with {finished} finished jobs and {holds} open holds {withHolds.Took.TotalSeconds:0.00} s (CPU {withHolds.Cpu.TotalSeconds:0.0} s); {(findings.Count == 0 ? "nothing lost, nothing charged twice" : "FAILED")}"));
        return findings.Count == 0 ? 0 : 1;
    }

    /// <summary>Starts it and waits for its first good answer at <c>/readyz</c>.</summary>
    private static async Task<CrankServer> StartAsync(string program, string folder, List<Start> starts)
    {
        var began = Stopwatch.GetTimestamp();
        var crank = await CrankServer.StartAsync(program, folder);
        using var client = new MeshUser(crank);
        while (!await client.IsReadyAsync())
        {
            if (Stopwatch.GetElapsedTime(began) > s_patience)
            {
                await crank.DisposeAsync();
                throw new InvalidOperationException("It does not get ready.");
            }

            await Task.Delay(20);
        }

        starts.Add(new(Stopwatch.GetElapsedTime(began), new(ProcessTree.Below(crank.Id).Append(crank.Id).Sum(p => ProcessTree.Cpu(p).Ticks))));
        return crank;
    }

    private static double Median(List<Start> starts, Func<Start, TimeSpan> figure) => starts.Select(s => figure(s).TotalSeconds).Order().ElementAt(starts.Count / 2);

    /// <summary>Asks from many sides at once until so many were acknowledged, and a little longer; then kills.</summary>
    private static async Task RunAndKillAsync(CrankServer crank, MeshUser client, Asked asked, int first, int jobs, TimeSpan? later, int after, Random random)
    {
        var notBefore = later is { } wait ? TimeProvider.System.GetUtcNow() + wait : (DateTimeOffset?)null;
        var (next, acknowledged, enough) = (first - 1, 0, new TaskCompletionSource());
        var asking = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < first + jobs;)
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"key-{number}");
                asked.Add(key, number);
                if (await client.AskAsync(key, number, notBefore) is not { } job)
                {
                    return;
                }

                asked.Acknowledge(key, job);
                if (Interlocked.Increment(ref acknowledged) == after)
                {
                    enough.SetResult();
                }
            }
        })));
        await Task.WhenAny(enough.Task, asking);
        await Task.Delay(random.Next(0, 400));
        await crank.KillAsync();
        await asking;
    }

    private static async Task<(FolderCheck.Result Result, int Holds)> EndAsync(string folder, Asked asked)
    {
        await using var mesh = await QueueMesh.OpenAsync(folder, runs: false);
        var waiting = mesh.Store.Load().Queue;

        // What waits for later is taken back: it costs nothing and has its receipt too.
        foreach (var row in waiting)
        {
            await mesh.Controller.CancelAsync(TenantId.Owner, row.Job);
        }

        // A real worker on a busy machine may miss a deadline: such a job ends with a receipt and is not charged.
        var result = FolderCheck.Verify(mesh, asked.Acknowledged.Values, job => job.State is JobState.Failed or JobState.Expired);
        return (result.Done > 0 ? result : result with { Findings = [.. result.Findings, "Nothing was done."] }, waiting.Count);
    }

    /// <param name="Took">From the start of the process to the first good answer at <c>/readyz</c>.</param>
    /// <param name="Cpu">What it and its workers used until then.</param>
    private sealed record Start(TimeSpan Took, TimeSpan Cpu);
}
