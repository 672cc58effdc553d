using System.Globalization;
using System.Text;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Load.Crash;

/// <summary>The process that is killed: runs mixed jobs at once and says on standard output what it acknowledges, one line a job.</summary>
/// <remarks><c>ready</c> · <c>done JOB DIGEST [KEY]</c> · <c>end JOB STATE</c>. A line without its end was not said.</remarks>
internal static class CrashChild
{
    /// <summary>How many different idempotency keys there are, so that some come again.</summary>
    private const int Keys = 40;

    private const int AtOnce = 16;
    private const int MostJobs = 20_000;

    public static async Task<int> RunAsync(Options options)
    {
        var folder = options.Text("--data", "");
        var seed = options.Number("--seed", 1);
        var file = Path.Combine(folder, "input.bin");
        await using var workers = new LoadWorkers(Path.Combine(folder, "tmp"), "echo", "hash");
        var isolation = await workers.StartedAsync();
        await using var mesh = await LoadMesh.OpenAsync(folder, StoreDurability.Full, workers, isolation, "echo", "hash");
        await using var output = Console.OpenStandardOutput();
        Say(output, "ready");
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => Task.Run(async () =>
        {
            var random = new Random((seed * AtOnce) + i);
            for (var job = 0; job < MostJobs / AtOnce; job++)
            {
                await RunOneAsync(mesh.Controller, random, file, output);
            }
        })));
        return 0;
    }

    /// <summary>The request under a key: the same for all time.</summary>
    public static JobRequest Keyed(string key) => Requests.Of(Requests.Echo, Encoding.UTF8.GetBytes($"{{\"message\":\"{key}\"}}"), key: key);

    private static async Task RunOneAsync(Controller controller, Random random, string file, Stream output)
    {
        using var stop = new CancellationTokenSource();
        var request = Next(random, file, out var key, out var cancelAfter);
        if (cancelAfter is { } after)
        {
            stop.CancelAfter(after);
        }

        JobReport report;
        try
        {
            report = await controller.SubmitAsync(request, null, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Taken back while it was still being admitted: there is no job.
            return;
        }

        if (report is { Job: { } job, Delivery: { } delivery })
        {
            Say(output, key is null ? $"done {job} {delivery.Digest}" : $"done {job} {delivery.Digest} {key}");
        }
        else if (report is { Job: { } ended, Receipt: { } receipt })
        {
            Say(output, $"end {ended} {receipt.State}");
        }
    }

    private static JobRequest Next(Random random, string file, out string? key, out TimeSpan? cancelAfter)
    {
        (key, cancelAfter) = (null, null);
        var kind = random.Next(100);
        var message = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"message\":{random.Next()}}}"));
        switch (kind)
        {
            case < 20:
                key = string.Create(CultureInfo.InvariantCulture, $"key-{random.Next(Keys)}");
                return Keyed(key);
            case < 35:
                return Requests.Of(Requests.Hash, "{}"u8.ToArray(), content: new BlobSource(new FileInfo(file).Length, () => File.OpenRead(file), "input.bin"));
            case < 43:
                return Requests.Of(Requests.Hash, message);
            case < 50:
                return Requests.Of(Requests.Echo, message, Terms.Default with { Budget = new Money(1, Currency.Eur) });
            case < 57:
                cancelAfter = TimeSpan.FromMilliseconds(random.Next(6));
                return Requests.Of(Requests.Echo, message);
            case < 64:
                return Requests.Of(Requests.Echo, message, Terms.Default with { Deadline = new Duration(TimeSpan.FromMilliseconds(1 + random.Next(5))) });
            default:
                return Requests.Of(Requests.Echo, message);
        }
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
