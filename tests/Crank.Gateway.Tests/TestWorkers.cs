using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests;

/// <summary>Workers of <c>echo</c> that give back their input, unless a test says otherwise.</summary>
internal sealed class TestWorkers : IDispatcher
{
    public static readonly Isolation Strong = Isolation.Parse("process+env+rlimits+gc-limit+watchdog+seccomp+landlock-7");

    public static Capability Echo { get; } = new(
        CapabilityVersion.Parse("echo@1.0.0"), "Gives back its message.", Schema(), Schema(), null, null,
        new(ByteCount.FromKiB(64), ByteCount.FromKiB(64), ByteCount.FromMiB(512), Duration.FromSeconds(20), ImmutableDictionary<Unit, long>.Empty),
        [new(ErrorCode.Parse("declared"), "It says so.", false)],
        new(Currency.Eur, [new(Unit.Job, new(1_000, Currency.Eur))]), true);

    public Func<Dispatch, CancellationToken, Task<DispatchResult>> Run { get; set; } = (job, _) => Task.FromResult<DispatchResult>(Done(job.Input));

    public static DispatchResult.Done Done(ReadOnlyMemory<byte> json, params ImmutableArray<OutputBlob> blobs) =>
        new(json, blobs, ImmutableDictionary<Unit, Quantity>.Empty, Usage());

    public static DispatchResult.Failed Failed(string code, bool retryable = false) => new(ErrorCode.Parse(code), "It was not done.", retryable, Usage());

    public static WorkerUsage Usage() => new(
        WorkerId.Parse("w-1"), Strong, Duration.FromSeconds(0.01), Duration.FromSeconds(0.005), ByteCount.FromMiB(20),
        new(FootprintTier.Modelled, "cpu-time", new(0.02), new(0.01), new(0.04)));

    public Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken) => Run(job, cancellationToken);

    private static JsonElement Schema() => JsonElement.Parse(
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"message":{"type":"string"}},"required":["message"],"additionalProperties":false}""");
}
