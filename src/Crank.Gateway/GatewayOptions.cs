using Crank.Gateway.Agents;
using Crank.Gateway.Hosting;
using Crank.Gateway.Hosting.Tls;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest;
using Crank.Gateway.Webhooks;
using Crank.Mesh.Registry;

namespace Crank.Gateway;

/// <summary>What an operator decides about a gateway. Every part has defaults that are safe on a machine of one's own.</summary>
public sealed record GatewayOptions
{
    /// <summary>Where it listens.</summary>
    public ListenOptions Listen { get; init; } = new();

    /// <summary>How it speaks TLS.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Whose keys, tokens and certificates are accepted.</summary>
    public IdentityOptions Identity { get; init; } = new();

    /// <summary>How much callers may ask for, and what happens when it is too much.</summary>
    public QuotaOptions Quotas { get; init; } = new();

    /// <summary>What a connection and a request may use.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>Who may look at what it does, and where it sends it.</summary>
    public ObservabilityOptions Observability { get; init; } = new();

    /// <summary>What the REST face holds open and keeps.</summary>
    public RestOptions Rest { get; init; } = new();

    /// <summary>The faces for agents.</summary>
    public AgentOptions Agents { get; init; } = new();

    /// <summary>What is sent out when jobs end.</summary>
    public WebhookOptions Webhooks { get; init; } = new();

    /// <summary>Services from outside, and the health of all.</summary>
    public ServiceOptions Services { get; init; } = new();

    /// <summary>
    /// What a gateway that runs with these options has once it was given others: what can change while it serves is theirs; what is bound to sockets, sessions, keys of the
    /// mesh and exporters stays until the next start. Pure.
    /// </summary>
    public GatewayOptions Renewed(GatewayOptions next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next with
        {
            Listen = Listen,
            Tls = Tls,
            Identity = next.Identity with { TrustDomain = Identity.TrustDomain, ClientAuthorities = Identity.ClientAuthorities, FailuresPerMinute = Identity.FailuresPerMinute },
            Limits = Limits with { JsonBody = next.Limits.JsonBody, JsonDepth = next.Limits.JsonDepth, Blob = next.Limits.Blob },
            Observability = Observability with { SampleRatio = next.Observability.SampleRatio },
            Agents = next.Agents with { Sessions = Agents.Sessions, SessionIdle = Agents.SessionIdle },
        };
    }
}
