using System.Diagnostics;
using System.Globalization;
using Crank.Node.Workers;

namespace Crank.Load.Echo;

/// <summary>Runs rounds of cells and prints what they measured as a Markdown table.</summary>
internal static class Measuring
{
    public static async Task<Round> RoundAsync(Cell cell, WorkerPool pool, TimeSpan length)
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
        var theirCpu = Math.Max(0, (Total(worker) - workerCpu).TotalMicroseconds); // a worker that was replaced meanwhile is left out
        return new(
            all.Length / wall.TotalSeconds, At(all, 0.5), At(all, 0.99), mineCpu / all.Length, theirCpu / all.Length,
            (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / all.Length, (mineCpu + theirCpu) / wall.TotalMicroseconds);
    }

    private static TimeSpan Total(Process[] processes) => new(processes.Sum(p => p.HasExited ? 0 : p.TotalProcessorTime.Ticks));

    private static double At(long[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * share)] * 1_000.0 / Stopwatch.Frequency;

    public static void Print(string what, Cell[] cells, int rounds, int seconds)
    {
        Console.WriteLine(FormattableString.Invariant($"Medians of {rounds} interleaved rounds of {seconds} s; {Environment.ProcessorCount} cores, .NET {Environment.Version}."));
        Console.WriteLine();
        Console.WriteLine($"| {what} | in flight | jobs/s | p50 ms | p99 ms | CPU µs/job here | in the worker | bytes allocated/job | cores used |");
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
