using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Load.Queue;

/// <summary>A worker inside this process, so that what is measured and killed is the mesh and its disk: takes a few milliseconds and gives the input back.</summary>
internal sealed class QueueWorker : IDispatcher
{
    /// <summary>What it says that it runs in; no process is confined here.</summary>
    public static readonly Isolation Claimed = Isolation.Parse("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7");

    public async Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        await Task.Delay(job.Job.GetHashCode() & 7, cancellationToken);
        return new DispatchResult.Done(
            job.Input, [], ImmutableDictionary<Unit, Quantity>.Empty,
            new(WorkerId.Parse("load-1"), Claimed, Duration.FromSeconds(0.004), Duration.FromSeconds(0.001), ByteCount.FromMiB(20), null));
    }
}
