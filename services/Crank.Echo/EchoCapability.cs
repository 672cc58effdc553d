using System.Text.Json.Serialization.Metadata;
using Crank.Sdk;

namespace Crank.Echo;

/// <summary>Returns its message unchanged.</summary>
[Capability("echo", "1.0.0", Concurrent = true, Idempotent = true)]
[Limits(MaxInputBytes = 1L << 20, MaxOutputBytes = 1L << 20, Deadline = "5s")]
[Price("job", micros: 10)]
public sealed class EchoCapability : Capability<EchoMessage, EchoMessage>
{
    /// <inheritdoc/>
    protected override IJsonTypeInfoResolver JsonTypes => EchoJson.Default;

    /// <inheritdoc/>
    public override Task<EchoMessage> RunAsync(EchoMessage input, JobContext job, CancellationToken cancellationToken) => Task.FromResult(input);
}
