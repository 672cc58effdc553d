using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.Agents;

/// <summary>A capability that takes a file and gives a file, as services declare it, and the workers that do it.</summary>
internal static class AgentCapabilities
{
    private const string Blob =
        """{"type":"object","properties":{"digest":{"type":"string","pattern":"^sha256:[0-9a-f]{64}$"},"length":{"type":"integer","minimum":0},"mediaType":{"type":"string"},"name":{"type":"string"}},"required":["digest","length"],"additionalProperties":false}""";

    public static Capability Upper { get; } = new(
        CapabilityVersion.Parse("text.upper@1.2.0"), "Writes a file in capitals.",
        JsonElement.Parse($$"""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"file":{"$ref":"#/$defs/Blob"},"suffix":{"type":"string"} },"required":["file"],"additionalProperties":false,"$defs":{"Blob":{{Blob}} } }"""),
        JsonElement.Parse($$"""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"file":{"$ref":"#/$defs/Blob"} },"required":["file"],"additionalProperties":false,"$defs":{"Blob":{{Blob}} } }"""),
        "file", "file",
        new(ByteCount.FromMiB(8), ByteCount.FromMiB(8), ByteCount.FromMiB(64), Duration.FromSeconds(60), ImmutableDictionary<Unit, long>.Empty),
        [], new(Currency.Eur, [new(Unit.Job, new(2_000, Currency.Eur))]), true);

    /// <summary>Does the work of <see cref="Upper"/>; anything else is given back.</summary>
    public static async Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        if (job.Blobs.IsEmpty)
        {
            return TestWorkers.Done(job.Input);
        }

        await using var file = job.Blobs["file"].Source.Open();
        using var text = new StreamReader(file);
        var upper = System.Text.Encoding.UTF8.GetBytes((await text.ReadToEndAsync(cancellationToken)).ToUpperInvariant());
        var digest = Digest.From(SHA256.HashData(upper));
        return TestWorkers.Done(
            JsonSerializer.SerializeToUtf8Bytes(new { file = new { digest = digest.ToString(), length = upper.Length, mediaType = "text/plain" } }),
            new OutputBlob("text/plain", upper));
    }
}
