using System.Collections.Immutable;

namespace Crank.Gateway.Observability;

/// <summary>Who may look at what the gateway does, and where it sends it. Nothing leaves the machine unless <see cref="Otlp"/> says where to.</summary>
public sealed record ObservabilityOptions
{
    /// <summary>Who may read <c>/metrics</c>. Default: callers with the scope <c>mesh:read</c>.</summary>
    public MetricsAccess Metrics { get; init; } = MetricsAccess.Scope;

    /// <summary>Where traces, metrics and logs are sent; null for nowhere, the default.</summary>
    public OtlpOptions? Otlp { get; init; }

    /// <summary>The share of traces that begin here and are recorded, 0 to 1. Default 0.1. A caller that says whether its trace is sampled is followed.</summary>
    public double SampleRatio { get; init; } = 0.1;

    /// <summary>OpenSLO files, or folders of <c>*.yaml</c> and <c>*.yml</c>. None by default.</summary>
    public ImmutableArray<string> Objectives { get; init; } = [];
}
