using System.Collections.Immutable;

namespace Crank.Gateway.Observability;

/// <summary>Where traces, metrics and logs are sent, by OTLP 1.x over HTTP with protobuf.</summary>
/// <param name="Endpoint">The base address of a collector, e.g. <c>http://127.0.0.1:4318</c>; <c>/v1/traces</c>, <c>/v1/metrics</c> and <c>/v1/logs</c> are added.</param>
public sealed record OtlpOptions(Uri Endpoint)
{
    /// <summary>Header fields such as a key of the collector. Never shown or logged.</summary>
    public ImmutableDictionary<string, string> Headers { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>How often metrics are sent. Default 60 s; 1 s to 1 h.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one export may take. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Without the values of <see cref="Headers"/>.</summary>
    public override string ToString() => $"OTLP to {Endpoint}";
}
