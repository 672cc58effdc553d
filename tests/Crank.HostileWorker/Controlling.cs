using System.Globalization;
using Crank.Core;
using Crank.Node.Workers;

namespace Crank.HostileWorker;

/// <summary>Plays a controller with a busy worker, until it is killed.</summary>
internal static class Controlling
{
    public static async Task<int> RunAsync()
    {
        var program = new WorkerProgram("hostile", Environment.ProcessPath!, ["serve"]);
        await using var pool = new WorkerPool(program, new WorkerSettings(), TimeProvider.System);
        await pool.DescribeAsync();
        var job = new WorkerJob
        {
            Capability = CapabilityVersion.Parse("hostile.loop@1.0.0"),
            Input = "[]"u8.ToArray(),
            Deadline = TimeSpan.FromMinutes(1),
            MaxOutputBytes = 1024,
        };
        var running = pool.RunAsync(job);
        Console.WriteLine(pool.ProcessIds[0].ToString(CultureInfo.InvariantCulture));
        await running;
        return 0;
    }
}
