using System.Diagnostics;
using System.Globalization;
using System.Text;
using Crank.Mesh.Queue;

namespace Crank.Load.Queue;

/// <summary>The process that is killed: accepts jobs from many sides at once, runs them meanwhile, and says on standard output what it acknowledges, one line a job.</summary>
/// <remarks><c>ready MILLISECONDS</c> · <c>accepted JOB</c>. A line without its end was not said.</remarks>
internal static class QueueChild
{
    private const int AtOnce = 16;

    public static async Task<int> RunAsync(Options options)
    {
        var (jobs, first) = (options.Number("--jobs", 1000), options.Number("--first", 0));
        var random = new Random(options.Number("--seed", 1));
        var later = TimeSpan.FromMilliseconds(options.Number("--later", 2_000));
        var began = Stopwatch.GetTimestamp();
        await using var mesh = await QueueMesh.OpenAsync(options.Text("--data", ""), runs: true);
        await using var output = Console.OpenStandardOutput();
        Say(output, string.Create(CultureInfo.InvariantCulture, $"ready {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0}"));
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < first + jobs;)
            {
                JobPriority priority;
                TimeSpan wait;
                lock (random)
                {
                    (priority, wait) = ((JobPriority)random.Next(3), later * (later > TimeSpan.FromMinutes(1) ? 0.5 + (random.NextDouble() / 2) : random.NextDouble()));
                }

                var accepted = await mesh.Controller.AcceptAsync(
                    QueueMesh.Request(number), new(priority, TimeProvider.System.GetUtcNow() + wait), CancellationToken.None);
                if (accepted is { Refusal: null, Job: { } job })
                {
                    Say(output, $"accepted {job}");
                }
                else
                {
                    Say(output, $"refused {accepted.Refusal?.Code}");
                }
            }
        })));
        Say(output, "all");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static void Say(Stream output, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (output)
        {
            output.Write(bytes);
            output.Flush();
        }
    }
}
