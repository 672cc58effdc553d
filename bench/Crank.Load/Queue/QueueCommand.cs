using System.Diagnostics;
using System.Globalization;
using Crank.Core;
using Crank.Load.Processes;

namespace Crank.Load.Queue;

/// <summary>
/// Kills a process under the load of asynchronous jobs, really, at moments that a seed chooses, over a folder that is full of finished ones; then lets the queue run empty
/// and verifies that nothing acknowledged was lost and nothing was charged twice.
/// </summary>
internal static class QueueCommand
{
    private static readonly TimeSpan s_ready = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(Options options)
    {
        var (jobs, kills, finished) = (options.Number("--jobs", 1000), options.Number("--kills", 10), options.Number("--finished", 10_000));
        var seed = options.Number("--seed", 1);
        var random = new Random(seed);
        using var scratch = new Scratch();
        var folder = scratch.Folder("mesh");
        await FilledFolder.MakeAsync(folder, finished);
        var run = new Totals();
        for (var kill = 0; kill < kills; kill++)
        {
            await KillOneAsync(folder, jobs, kill * jobs, random, later: 2_000, after: random.Next(1, jobs), run);
            await CheckAsync(folder, run);
        }

        // The measured start: all of them wait, each with its money held.
        await KillOneAsync(folder, jobs, kills * jobs, random, later: 3_600_000, after: jobs, run);
        var (took, holds) = await CheckAsync(folder, run);
        run.ReadyWithHolds = await KillOneAsync(folder, 0, 0, random, later: 0, after: 0, run);
        await EndAsync(folder, run, kills * jobs);
        foreach (var finding in run.Findings.Take(50))
        {
            Console.WriteLine(finding);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kills} kills, {jobs} jobs each, seed {seed}: {run.Accepted.Count} acknowledged, {run.Resumed} cut off and run again, {run.Interrupted} closed as interrupted, {run.Done} done and charged once, {run.NotDone} not done and not charged; slowest opening {run.SlowestOpen.TotalSeconds:0.00} s; with {finished} finished jobs and {holds} open holds: opened in {took.TotalSeconds:0.00} s, process ready in {run.ReadyWithHolds.TotalSeconds:0.00} s; {(run.Findings.Count == 0 ? "nothing lost, nothing charged twice" : "FAILED")}"));
        return run.Findings.Count == 0 ? 0 : 1;
    }

    /// <summary>Starts the process, lets it accept so many jobs, and kills it.</summary>
    /// <returns>From the start of the process until it was ready.</returns>
    private static async Task<TimeSpan> KillOneAsync(string folder, int jobs, int first, Random random, int later, int after, Totals run)
    {
        var began = Stopwatch.GetTimestamp();
        using var child = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!,
            [
                .. Own.Arguments, "queue-child", "--data", folder, "--jobs", $"{jobs}", "--first", $"{first}", "--later", $"{later}",
                "--seed", random.Next().ToString(CultureInfo.InvariantCulture),
            ])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var ready = TimeSpan.Zero;
        var heard = 0;
        var enough = new TaskCompletionSource();
        var listening = Task.Run(async () =>
        {
            while (await ReadWholeLineAsync(child.StandardOutput) is { } line)
            {
                var words = line.Split(' ');
                switch (words[0])
                {
                    case "ready":
                        ready = Stopwatch.GetElapsedTime(began);
                        break;
                    case "accepted":
                        run.Accepted.Add(JobId.Parse(words[1]));
                        heard++;
                        break;
                    case "refused":
                        run.Findings.Add($"A job was refused: {words[1]}.");
                        break;
                }

                if (heard >= after && ready > TimeSpan.Zero)
                {
                    enough.TrySetResult();
                }
            }

            enough.TrySetResult();
        });
        await Task.WhenAny(enough.Task, Task.Delay(s_patience));
        await Task.Delay(random.Next(0, after == 0 ? 1 : 400));
        child.Kill();
        await child.WaitForExitAsync();
        await listening;
        return ready;
    }

    /// <summary>Opens the folder, which recovers it, and looks whether everything that was acknowledged is there.</summary>
    private static async Task<(TimeSpan Took, int Holds)> CheckAsync(string folder, Totals run)
    {
        var began = Stopwatch.GetTimestamp();
        await using var mesh = await QueueMesh.OpenAsync(folder, runs: false);
        var took = Stopwatch.GetElapsedTime(began);
        run.SlowestOpen = took > run.SlowestOpen ? took : run.SlowestOpen;
        if (took > s_ready)
        {
            run.Findings.Add($"Opening took {took.TotalSeconds:0.0} s.");
        }

        run.Resumed += mesh.Controller.Resumed.Count;
        run.Interrupted += mesh.Controller.Recovered.Count;
        run.Findings.AddRange(run.Accepted.Where(job => mesh.Store.FindJob(job) is null).Select(job => $"Job {job} was acknowledged and is lost."));
        return (took, mesh.Store.Load().OpenHolds.Count);
    }

    /// <summary>Lets the queue run empty, without what is scheduled for later, and verifies everything.</summary>
    private static async Task EndAsync(string folder, Totals run, int dueJobs)
    {
        await using var mesh = await QueueMesh.OpenAsync(folder, runs: true);
        var began = Stopwatch.GetTimestamp();
        while (mesh.Store.Load().Queue.Any(q => q.ReadyAt < TimeProvider.System.GetUtcNow().AddMinutes(1)) && Stopwatch.GetElapsedTime(began) < s_patience)
        {
            await Task.Delay(200);
        }

        // What waits for later is taken back: it costs nothing and has its receipt too.
        foreach (var row in mesh.Store.Load().Queue)
        {
            await mesh.Controller.CancelAsync(TenantId.Owner, row.Job);
        }

        var end = FolderCheck.Verify(mesh, run.Accepted, job => job.State == JobState.Interrupted && !QueueMesh.MayRunAgain(job));
        (run.Done, run.NotDone) = (end.Done, end.NotDone);
        run.Findings.AddRange(end.Findings);
        if (run.Done == 0 && dueJobs > 0)
        {
            run.Findings.Add("Nothing was done.");
        }
    }

    /// <summary>A line that was cut by the kill was not said.</summary>
    private static async Task<string?> ReadWholeLineAsync(StreamReader reader)
    {
        var line = new System.Text.StringBuilder();
        var one = new char[1];
        while (await reader.ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
            {
                return line.ToString();
            }

            line.Append(one[0]);
        }

        return null;
    }

    private sealed class Totals
    {
        public List<JobId> Accepted { get; } = [];

        public List<string> Findings { get; } = [];

        public int Resumed { get; set; }

        public int Interrupted { get; set; }

        public int Done { get; set; }

        public int NotDone { get; set; }

        public TimeSpan SlowestOpen { get; set; }

        public TimeSpan ReadyWithHolds { get; set; }
    }
}
