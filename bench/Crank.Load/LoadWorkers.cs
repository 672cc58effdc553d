using Crank.Cli.Embedded;
using Crank.Mesh.Run;
using Crank.Node.Workers;

namespace Crank.Load;

/// <summary>One pool of <c>crank worker NAME</c> processes for each service, joined to a controller by the name of the capability.</summary>
internal sealed class LoadWorkers : IDispatcher, IAsyncDisposable
{
    private readonly Dictionary<string, (WorkerPool Pool, NodeDispatcher Dispatcher)> _byCapability = new(StringComparer.Ordinal);

    public LoadWorkers(string temporary, params string[] services)
    {
        Directory.CreateDirectory(temporary);
        var meters = LoadMesh.Meters();
        foreach (var service in services)
        {
            var pool = new WorkerPool(
                new WorkerProgram(service, SelfProgram.Executable, [.. SelfProgram.Arguments, "worker", service]),
                new WorkerSettings { TempRoot = temporary, CpuSeconds = 7200, MaxExclusiveJobs = int.MaxValue },
                TimeProvider.System);
            pool.Prewarm();
            foreach (var capability in BuiltInServices.Of(service, Core.Currency.Eur))
            {
                _byCapability.Add(capability.Id.Name.Value, (pool, new(pool, meters)));
            }
        }
    }

    public WorkerPool Pool(string capability) => _byCapability[capability].Pool;

    /// <summary>Waits until every service has a worker.</summary>
    /// <returns>What the workers proved.</returns>
    public async Task<Core.Isolation> StartedAsync()
    {
        foreach (var (pool, _) in _byCapability.Values)
        {
            await pool.DescribeAsync();
        }

        return _byCapability.Values.First().Pool.Isolation ?? Core.Isolation.None;
    }

    public Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken) =>
        _byCapability[job.Capability.Id.Name.Value].Dispatcher.RunAsync(job, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _byCapability.Values.Select(p => p.Pool).Distinct())
        {
            await pool.DisposeAsync();
        }
    }
}
