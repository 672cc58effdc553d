using System.Collections.Immutable;
using System.Text;
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

    /// <summary>Takes a file and gives one back.</summary>
    public static Capability Copy { get; } = new(
        CapabilityVersion.Parse("file.copy@1.2.0"), "Gives back its file.",
        JsonElement.Parse(
            """
            {"type":"object","properties":{"document":{"$ref":"#/$defs/blob"},"to":{"type":"string","enum":["same","none"],"default":"same"},"times":{"type":"integer","minimum":1}},
             "required":["document"],"additionalProperties":false,
             "$defs":{"blob":{"type":"object","properties":{"digest":{"type":"string"},"length":{"type":"integer"},"name":{"type":"string"}},"required":["digest","length"]}}}
            """),
        JsonElement.Parse("""{"type":"object","properties":{"copy":{"type":"object"},"to":{"type":"string"}},"required":["to"]}"""),
        "document", "copy",
        new(ByteCount.FromMiB(256), ByteCount.FromMiB(256), ByteCount.FromMiB(512), Duration.FromSeconds(60), ImmutableDictionary<Unit, long>.Empty),
        [], new(Currency.Eur, [new(Unit.Job, new(2_000, Currency.Eur))]), true);

    /// <summary>What a worker of <see cref="Copy"/> does.</summary>
    public static async Task<DispatchResult> CopyAsync(Dispatch job, CancellationToken cancellationToken)
    {
        var source = job.Blobs["document"].Source;
        await using var stream = source.Open();
        var copy = await job.Spool.KeepAsync("text/plain", stream, cancellationToken);
        using var input = JsonDocument.Parse(job.Input);
        var to = input.RootElement.TryGetProperty("to", out var asked) ? asked.GetString() : "same";
        return Done(Encoding.UTF8.GetBytes($$"""{"copy":{"digest":"{{copy.Digest}}","length":{{copy.Length}}},"to":"{{to}}"}"""), copy);
    }

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
