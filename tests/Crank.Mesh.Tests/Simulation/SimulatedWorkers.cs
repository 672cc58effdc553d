using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Mesh.Tests.Simulation;

/// <summary>Workers whose misbehaviour the seed chooses: they do the job, fail in every typed way, are busy, are slow, or never answer.</summary>
internal sealed class SimulatedWorkers(Random random, TimeProvider clock, Action<string> hit) : IDispatcher
{
    private static readonly Isolation s_strong = Isolation.Parse("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7");

    /// <summary>How often each job was run, by what a worker saw.</summary>
    public Dictionary<JobId, int> Runs { get; } = [];

    private readonly HashSet<JobId> _ofEarlierLives = [];

    /// <summary>The process starts anew: nobody knows how far the runs of before got.</summary>
    public void NewLife() => _ofEarlierLives.UnionWith(Runs.Keys);

    public async Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        var fate = random.Next(100);
        if (fate < 4)
        {
            hit("busy");
            return new DispatchResult.Busy();
        }

        // What may not be run twice is never run again after a crash cut it off.
        Assert.True(job.Capability.Idempotent || !_ofEarlierLives.Contains(job.Job), "A job that may not be run again was.");
        var earlier = Runs.GetValueOrDefault(job.Job);
        Runs[job.Job] = earlier + 1;
        if (earlier > 0 && random.Next(2) == 0)
        {
            fate = 6; // What broke one worker often breaks the next.
        }

        if (fate < 40)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(1, 400)), clock, cancellationToken);
        }

        switch (fate)
        {
            case 4 or 5:
                hit("declared error");
                return new DispatchResult.Failed(ErrorCode.Parse("declared"), "The worker says so.", false, Usage(s_strong));
            case 6 or 7:
                hit("retryable error");
                return new DispatchResult.Failed(ErrorCode.Parse("worker-crashed"), "The worker died.", true, Usage(s_strong));
            case 8:
                hit("bad output");
                return Done("""{"unheard":1}""", s_strong);
            case 9:
                hit("weak isolation");
                return Done("""{"message":"ok"}""", Isolation.Parse("process"));
            case 10 or 11:
                hit("hang");
                await Task.Delay(Timeout.InfiniteTimeSpan, clock, cancellationToken);
                throw new InvalidOperationException("A hanging worker never answers.");
            case 12 or 13:
                // The work was done, and its answer got lost on the way: nobody can pay for it.
                hit("lost answer");
                return new DispatchResult.Failed(ErrorCode.Parse("worker-unavailable"), "The session broke.", true, Usage(s_strong));
            case 14:
                hit("defect");
                throw new InvalidOperationException("What runs the workers has a defect.");
            default:
                return Done("""{"message":"ok"}""", s_strong);
        }
    }

    private static DispatchResult.Done Done(string json, Isolation isolation) =>
        new(Encoding.UTF8.GetBytes(json), [], ImmutableDictionary<Unit, Quantity>.Empty, Usage(isolation));

    private static WorkerUsage Usage(Isolation isolation) =>
        new(WorkerId.Parse("sim-1"), isolation, Duration.FromSeconds(0.01), Duration.FromSeconds(0.005), ByteCount.FromMiB(20), new(FootprintTier.Modelled, "cpu-time", new(0.02), new(0.01), new(0.04)));
}
