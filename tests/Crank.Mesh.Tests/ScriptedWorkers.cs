using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Mesh.Tests;

/// <summary>Workers that do what a test says.</summary>
internal sealed class ScriptedWorkers : IDispatcher
{
    public static readonly Isolation Strong = Isolation.Parse("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7");

    public Func<Dispatch, CancellationToken, Task<DispatchResult>> Run { get; set; } = (_, _) => Task.FromResult<DispatchResult>(Done());

    public List<Dispatch> Seen { get; } = [];

    public static DispatchResult.Done Done(
        string json = """{"message":"ok"}""", Isolation? isolation = null, ImmutableDictionary<Unit, Quantity>? units = null, params ImmutableArray<OutputBlob> blobs) =>
        new(Encoding.UTF8.GetBytes(json), blobs, units ?? ImmutableDictionary<Unit, Quantity>.Empty, Usage(isolation));

    public static DispatchResult.Failed Failed(string code, bool retryable = false) => new(ErrorCode.Parse(code), "It was not done.", retryable, Usage());

    public static WorkerUsage Usage(Isolation? isolation = null) => new(
        WorkerId.Parse("w-1"), isolation ?? Strong, Duration.FromSeconds(0.01), Duration.FromSeconds(0.005), ByteCount.FromMiB(20),
        new(FootprintTier.Modelled, "cpu-time", new(0.02), new(0.01), new(0.04)));

    public Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        lock (Seen)
        {
            Seen.Add(job);
        }

        return Run(job, cancellationToken);
    }

    public void Answer(DispatchResult result) => Run = (_, _) => Task.FromResult(result);
}
