using System.Collections.Immutable;

namespace Crank.Gateway.Webhooks;

/// <summary>What an operator decides about webhooks.</summary>
public sealed record WebhookOptions
{
    /// <summary>Networks that webhooks may reach although they are not public, e.g. <c>10.1.0.0/16</c> or <c>127.0.0.1/32</c>. Default none.</summary>
    public ImmutableArray<string> AllowedNetworks { get; init; } = [];

    /// <summary>Whether plain HTTP is taken too; outside the allowed networks it never is. Default false.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Webhooks of one tenant. Default 32.</summary>
    public int PerTenant { get; init; } = 32;

    /// <summary>How long a receiver may take to answer. Default 10 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an event is tried before it is left as failed; the pauses grow from 5 s to 12 h. Default 10, which is about two days.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>Deliveries at the same time. Default 16, of one webhook at most 4.</summary>
    public int Concurrent { get; init; } = 16;

    /// <summary>How long an event that failed for good stays listed. Default 7 days.</summary>
    public TimeSpan FailedKept { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long an old secret signs beside the new one after a rotation. Default 1 day.</summary>
    public TimeSpan RotationOverlap { get; init; } = TimeSpan.FromDays(1);
}
