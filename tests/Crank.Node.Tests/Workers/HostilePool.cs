using System.Text.Json;
using Crank.Core;
using Crank.Node.Workers;

namespace Crank.Node.Tests.Workers;

/// <summary>A pool of the hostile program, and jobs for it.</summary>
internal static class HostilePool
{
    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "Crank.HostileWorker");

    public static WorkerPool Start(WorkerSettings? settings = null) =>
        new(new WorkerProgram("hostile", Executable, ["serve"]), Patient(settings ?? new WorkerSettings { MaxWorkers = 1 }), TimeProvider.System);

    /// <summary>A machine that is busy with other tests starts a worker late: that is not what is tested.</summary>
    public static WorkerSettings Patient(WorkerSettings settings) => settings with { StartTimeout = TimeSpan.FromMinutes(1) };

    public static WorkerJob Job(string attack, params string[] arguments) => new()
    {
        Capability = CapabilityVersion.Parse($"hostile.{attack}@1.0.0"),
        Input = JsonSerializer.SerializeToUtf8Bytes(arguments),
        Deadline = TimeSpan.FromMinutes(1),
        MaxOutputBytes = 4 << 20,
    };

    public static async Task<WorkerResult> RunAsync(this WorkerPool pool, string attack, params string[] arguments) =>
        await pool.RunAsync(Job(attack, arguments), TestContext.Current.CancellationToken);

    public static string Answer(this WorkerResult result) =>
        result is WorkerResult.Done done ? JsonSerializer.Deserialize<string>(done.Output.Span)! : throw new InvalidOperationException($"Not done: {result}");

    public static WorkerUsage UsageOf(WorkerResult result) => result switch
    {
        WorkerResult.Done r => r.Usage,
        WorkerResult.Failed r => r.Usage,
        WorkerResult.Killed r => r.Usage,
        WorkerResult.Cancelled r => r.Usage,
        _ => throw new InvalidOperationException($"{result} used nothing."),
    };
}
