using Crank.Cli.Embedded;
using Crank.Mesh.Run;
using Crank.Node.Workers;

namespace Crank.Load;

/// <summary>One pool of <c>crank worker NAME</c> processes for each service, joined to a controller by the name of the capability.</summary>
internal sealed class LoadWorkers : IDispatcher, IAsyncDisposable
{
    private readonly Dictionary<Core.CapabilityName, WorkerPool> _pools = [];
    private readonly NodeDispatcher _dispatcher;

    public LoadWorkers(string temporary, params string[] services)
    {
        Directory.CreateDirectory(temporary);
        foreach (var service in services)
        {
            var pool = new WorkerPool(
                new WorkerProgram(service, SelfProgram.Executable, [.. SelfProgram.Arguments, "worker", service]),
                new WorkerSettings { TempRoot = temporary, CpuSeconds = 7200, MaxExclusiveJobs = int.MaxValue },
                TimeProvider.System);
            pool.Prewarm();
            foreach (var capability in BuiltInServices.Of(service, Core.Currency.Eur))
            {
                _pools.Add(capability.Id.Name, pool);
            }
        }

        _dispatcher = new(_pools, LoadMesh.Meters());
    }

    public WorkerPool Pool(string capability) => _pools[Core.CapabilityName.Parse(capability)];

    /// <summary>Waits until every service has a worker.</summary>
    /// <returns>What the workers proved.</returns>
    public async Task<Core.Isolation> StartedAsync()
    {
        foreach (var pool in _pools.Values.Distinct())
        {
            await pool.DescribeAsync();
        }

        return _pools.Values.First().Isolation ?? Core.Isolation.None;
    }

    public Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken) => _dispatcher.RunAsync(job, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools.Values.Distinct())
        {
            await pool.DisposeAsync();
        }
    }
}
