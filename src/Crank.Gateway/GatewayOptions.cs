using Crank.Gateway.Hosting;
using Crank.Gateway.Observability;

namespace Crank.Gateway;

/// <summary>What an operator decides about a gateway. Every part has defaults that are safe on a machine of one's own.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where it listens.</summary>
    public ListenOptions Listen { get; init; } = new();

    /// <summary>What a connection and a request may use.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>Who may look at what it does, and where it sends it.</summary>
    public ObservabilityOptions Observability { get; init; } = new();
}
