using System.Diagnostics;
using Crank.Core;

namespace Crank.Mesh.Telemetry;

/// <summary>One attempt of a job at one offer: the span that a worker's own spans hang from.</summary>
internal readonly struct AttemptSpan : IDisposable
{
    private readonly Activity? _span;

    private AttemptSpan(Activity? span) => _span = span;

    public static AttemptSpan Begin(Offer offer)
    {
        var span = MeshTelemetry.Source.StartActivity("crank.attempt", ActivityKind.Client);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("crank.offer.id", offer.Id.ToString());
            span.SetTag("crank.node.id", offer.Node.ToString());
        }

        return new(span);
    }

    /// <summary>What the worker is given: this span when it is recorded, else what the caller sent.</summary>
    public string? TraceParent(string? fromCaller) => _span is { IsAllDataRequested: true } span ? span.Id : fromCaller;

    public void Dispose() => _span?.Dispose();
}
