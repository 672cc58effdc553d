using System.Diagnostics;
using System.Globalization;
using Crank.Core;
using Crank.Mesh;
using Crank.Node.Workers;
using Crank.Storage;

namespace Crank.Load.Echo;

/// <summary>Echo of 1 KiB: the governed path, with and without disk flush, against a bare call of the same worker. Rounds are interleaved.</summary>
internal static class EchoCommand
{
    private static readonly CapabilityVersion s_echo = CapabilityVersion.Parse("echo@1.0.0");

    public static async Task<int> RunAsync(Options options)
    {
        var seconds = options.Number("--seconds", 2);
        var rounds = options.Number("--rounds", 5);
        var only = options.Text("--only", "");
        using var scratch = new Scratch();
        await using var workers = new LoadWorkers(scratch.Folder("tmp"), "echo");
        var isolation = await workers.StartedAsync();
        await using var flushed = await LoadMesh.OpenAsync(scratch.Folder("full"), StoreDurability.Full, workers, isolation, "echo");
        await using var unflushed = await LoadMesh.OpenAsync(scratch.Folder("off"), StoreDurability.Off, workers, isolation, "echo");
        var pool = workers.Pool("echo");
        Cell[] cells =
        [
            .. new[] { 1, 64 }.SelectMany(inFlight => (Cell[])
            [
                new("bare call of the worker", inFlight, () => BareAsync(pool)),
                new("whole path, no flush", inFlight, () => GovernedAsync(unflushed.Controller)),
                new("whole path, durable", inFlight, () => GovernedAsync(flushed.Controller)),
            ]).Where(c => $"{c.Name} {c.InFlight}".Contains(only, StringComparison.Ordinal)),
        ];
        foreach (var cell in cells)
        {
            await MeasureAsync(cell, pool, TimeSpan.FromSeconds(seconds));
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var cell in cells)
            {
                cell.Rounds.Add(await MeasureAsync(cell, pool, TimeSpan.FromSeconds(seconds)));
            }
        }

        Print(cells, rounds, seconds);
        return 0;
    }

    private static async Task BareAsync(WorkerPool pool)
    {
        var job = new WorkerJob { Capability = s_echo, Input = Requests.OneKibibyte, Deadline = TimeSpan.FromSeconds(5), MaxOutputBytes = 1 << 20, Concurrent = true };
        if (await pool.RunAsync(job) is not WorkerResult.Done)
        {
            throw new InvalidOperationException("The worker did not echo.");
        }
    }

    private static async Task GovernedAsync(Controller controller)
    {
        var report = await controller.SubmitAsync(Requests.Of(Requests.Echo, Requests.OneKibibyte), null, CancellationToken.None);
        if (report.Delivery is null)
        {
            throw new InvalidOperationException($"The job was not done: {report.Refusal?.Code} {report.Refusal?.Message}");
        }
    }

    private static async Task<Round> MeasureAsync(Cell cell, WorkerPool pool, TimeSpan length)
    {
        var took = Enumerable.Range(0, cell.InFlight).Select(_ => new List<long>(200_000 / cell.InFlight)).ToArray();
        var worker = pool.ProcessIds.Select(id => Process.GetProcessById(id)).ToArray();
        using var self = Process.GetCurrentProcess();
        GC.Collect();
        var cpu = self.TotalProcessorTime;
        var workerCpu = Total(worker);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, cell.InFlight).Select(i => Task.Run(async () =>
        {
            var mine = took[i];
            while (Stopwatch.GetElapsedTime(began) < length)
            {
                var start = Stopwatch.GetTimestamp();
                await cell.RunOneAsync();
                mine.Add(Stopwatch.GetTimestamp() - start);
            }
        })));
        var wall = Stopwatch.GetElapsedTime(began);
        self.Refresh();
        foreach (var process in worker)
        {
            process.Refresh();
        }

        var all = took.SelectMany(t => t).Order().ToArray();
        var mineCpu = (self.TotalProcessorTime - cpu).TotalMicroseconds;
        var theirCpu = (Total(worker) - workerCpu).TotalMicroseconds;
        return new(
            all.Length / wall.TotalSeconds, At(all, 0.5), At(all, 0.99), mineCpu / all.Length, theirCpu / all.Length,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / all.Length, (mineCpu + theirCpu) / wall.TotalMicroseconds);
    }

    private static TimeSpan Total(Process[] processes) => new(processes.Sum(p => p.TotalProcessorTime.Ticks));

    private static double At(long[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1_000.0 / Stopwatch.Frequency;

    private static void Print(Cell[] cells, int rounds, int seconds)
    {
        Console.WriteLine(FormattableString.Invariant($"Medians of {rounds} interleaved rounds of {seconds} s; {Environment.ProcessorCount} cores, .NET {Environment.Version}."));
        Console.WriteLine();
        Console.WriteLine("| echo, 1 KiB | in flight | jobs/s | p50 ms | p99 ms | CPU µs/job here | in the worker | bytes allocated/job | cores used |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var cell in cells)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {cell.Name} | {cell.InFlight} | {cell.Median(r => r.PerSecond):N0} | {cell.Median(r => r.P50):0.000} | {cell.Median(r => r.P99):0.000} | {cell.Median(r => r.ControllerCpu):0} | {cell.Median(r => r.WorkerCpu):0} | {cell.Median(r => r.Allocated):N0} | {cell.Median(r => r.Cores):0.00} |"));
        }

        Console.WriteLine();
        foreach (var bare in cells.Where(c => c.Name.StartsWith("bare", StringComparison.Ordinal)))
        {
            foreach (var path in cells.Where(c => c.InFlight == bare.InFlight && c != bare))
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path.Name}, {path.InFlight} in flight, against bare: {path.Median(r => r.PerSecond) / bare.Median(r => r.PerSecond):0.00} of its jobs/s; adds p50 {path.Median(r => r.P50) - bare.Median(r => r.P50):0.000} ms, p99 {path.Median(r => r.P99) - bare.Median(r => r.P99):0.000} ms, {path.Median(r => r.ControllerCpu + r.WorkerCpu) - bare.Median(r => r.ControllerCpu + r.WorkerCpu):0} µs CPU, {path.Median(r => r.Allocated) - bare.Median(r => r.Allocated):N0} bytes"));
            }
        }
    }
}
