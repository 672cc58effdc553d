using System.Diagnostics;
using Crank.Core;

namespace Crank.Mesh.Telemetry;

/// <summary>One job while it is on the path: a span, and one more among the active.</summary>
internal readonly struct JobSpan : IDisposable
{
    private readonly Activity? _span;

    private JobSpan(Activity? span) => _span = span;

    /// <param name="capability">What is run, when the mesh knows it; null else, so that no foreign text becomes a name.</param>
    /// <param name="traceParent">Where it belongs when nothing in this process is its parent.</param>
    public static JobSpan Begin(CapabilityName? capability, string? traceParent)
    {
        MeshTelemetry.ActiveJobs.Add(1);
        if (!MeshTelemetry.Source.HasListeners())
        {
            return default;
        }

        var name = capability is { } known ? "crank.job " + known.Value : "crank.job";
        var span = Activity.Current is null && ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? MeshTelemetry.Source.StartActivity(name, ActivityKind.Internal, parent)
            : MeshTelemetry.Source.StartActivity(name);
        if (span is { IsAllDataRequested: true } && capability is { } tagged)
        {
            span.SetTag(MeshTelemetry.Capability, tagged.Value);
        }

        return new(span);
    }

    /// <summary>One turn of a job that was accepted earlier: below what asked for it, not below what happens to run now.</summary>
    public static JobSpan BeginLater(JobId job, CapabilityName capability, string? traceParent)
    {
        Activity.Current = null;
        var later = Begin(capability, traceParent);
        later._span?.SetTag("crank.job.id", job.ToString());
        return later;
    }

    /// <summary>Says what became of it.</summary>
    public void End(JobReport report)
    {
        if (_span is not { IsAllDataRequested: true } span)
        {
            return;
        }

        if (report.Job is { } job)
        {
            span.SetTag("crank.job.id", job.ToString());
        }

        if (report.Receipt is { } receipt)
        {
            span.SetTag(MeshTelemetry.CapabilityVersion, receipt.Capability.Version.ToString());
            span.SetTag("crank.job.state", Words.Of(receipt.State));
            span.SetTag("crank.job.attempts", receipt.Attempts.Length);
        }

        if (report.Refusal is { } refusal)
        {
            span.SetTag("error.type", Words.Of(refusal.Kind));
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    public void Dispose()
    {
        MeshTelemetry.ActiveJobs.Add(-1);
        _span?.Dispose();
    }
}
