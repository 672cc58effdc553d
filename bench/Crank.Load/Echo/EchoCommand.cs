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
            await Measuring.RoundAsync(cell, pool, TimeSpan.FromSeconds(seconds));
        }

        for (var round = 0; round < rounds; round++)
        {
            foreach (var cell in cells)
            {
                cell.Rounds.Add(await Measuring.RoundAsync(cell, pool, TimeSpan.FromSeconds(seconds)));
            }
        }

        Measuring.Print("echo, 1 KiB", cells, rounds, seconds);
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
}
