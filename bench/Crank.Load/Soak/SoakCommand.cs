using System.Diagnostics;
using System.Globalization;
using Crank.Load.Http;
using Crank.Load.Processes;

namespace Crank.Load.Soak;

/// <summary>Very many jobs over HTTP, one round after the other, in one process: does its memory stay flat, and what does the database grow by.</summary>
internal static class SoakCommand
{
    private const int Seconds = 10;

    /// <summary>How much more the last quarter may have than the second.</summary>
    private const double Tolerance = 1.15;

    public static async Task<int> RunAsync(Options options)
    {
        var (jobs, connections, minutes) = (options.Number("--jobs", 1_000_000), options.Number("--connections", 64), options.Number("--minutes", 24 * 60));
        using var scratch = new Scratch();
        var folder = scratch.Folder("mesh");
        await using var crank = await CrankServer.StartAsync(options.Text("--crank", ""), folder);
        await using var generator = new Generator();
        var (done, began) = (0, Stopwatch.GetTimestamp());
        var samples = new List<Sample>();
        var target = new Uri(crank.Address, "/v1/capabilities/echo/invoke");
        while (done < jobs && Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(minutes))
        {
            done += (await generator.DoAsync(new(target, crank.Key, connections, Seconds, 0, 1))).Requests;
            samples.Add(new(
                done, ProcessTree.Resident(crank.Id), await crank.MetricAsync("dotnet_gc_last_collection_heap_size_bytes"),
                new FileInfo(Path.Combine(folder, "crank.db")).Length));
            if (samples.Count % 6 == 1)
            {
                Console.WriteLine(samples[^1].Line(Stopwatch.GetElapsedTime(began)));
            }
        }

        Console.WriteLine(samples[^1].Line(Stopwatch.GetElapsedTime(began)));
        var quarter = Math.Max(1, samples.Count / 4);
        var (early, late) = (samples.Skip(quarter).Take(quarter).DefaultIfEmpty(samples[0]).ToList(), samples.TakeLast(quarter).ToList());
        var isFlat = Median(late, s => s.Resident) <= Median(early, s => s.Resident) * Tolerance && Median(late, s => s.Heap) <= Median(early, s => s.Heap) * Tolerance;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{done:N0} jobs of {jobs:N0}; resident, second quarter {Median(early, s => s.Resident) / 1048576:0} MiB, last quarter {Median(late, s => s.Resident) / 1048576:0} MiB; managed heap {Median(early, s => s.Heap) / 1048576:0} and {Median(late, s => s.Heap) / 1048576:0} MiB; the database grew by {(samples[^1].Folder - samples[0].Folder) / (double)Math.Max(1, samples[^1].Jobs - samples[0].Jobs):N0} bytes a job; {generator.Failed.Count} answers had another status than 200; {(isFlat ? "flat" : "NOT FLAT")}"));
        return isFlat ? 0 : 1;
    }

    private static double Median(List<Sample> samples, Func<Sample, double> figure) => samples.Select(figure).Order().ElementAt(samples.Count / 2);

    private sealed record Sample(int Jobs, double Resident, double Heap, double Folder)
    {
        public string Line(TimeSpan at) => string.Create(
            CultureInfo.InvariantCulture, $"{at.TotalSeconds,6:0} s {Jobs,10:N0} jobs, resident {Resident / 1048576:0} MiB, managed heap {Heap / 1048576:0} MiB, database {Folder / 1048576:N0} MiB");
    }
}
