using System.Text.Json.Serialization.Metadata;
using Crank.Doc.Detect;
using Crank.Sdk;

namespace Crank.Doc.Capabilities;

/// <summary>Says what type a file is by its content: signatures, members of packages, the text itself. Never by name alone.</summary>
[Capability("doc.detect", "1.0.0", Idempotent = true)]
[Limits(MaxInputBytes = 64L << 20, MaxOutputBytes = 64L << 10, Deadline = "15s")]
[Price("job", micros: 100)]
[Price("megabyte", micros: 20)]
[DeclaredError("empty", "The document has no bytes.")]
[DeclaredError("too-large", "The document has more bytes than are read. Split it.")]
public sealed class DetectCapability : Capability<DetectInput, DetectOutput>
{
    /// <inheritdoc/>
    protected override IJsonTypeInfoResolver JsonTypes => DocJson.Default;

    /// <inheritdoc/>
    public override Task<DetectOutput> RunAsync(DetectInput input, JobContext job, CancellationToken cancellationToken) =>
        DocumentJob.RunAsync(async budget =>
        {
            var content = await DocumentJob.TakeAsync(input.Document, job, budget, cancellationToken);
            var detected = TypeDetector.Detect(content.Span, input.Document.Name);
            return new DetectOutput(
                detected.Type?.Key ?? "unknown",
                detected.Type?.MediaType ?? "application/octet-stream",
                detected.Type?.Title ?? "Bytes of no known type",
                detected.Confidence,
                detected.Reasons,
                detected.Type?.ReadAs is not null,
                detected.Mismatch?.Key);
        }, cancellationToken);
}
