using Crank.Gateway.Agents;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest;
using Crank.Gateway.Webhooks;
using Crank.Mesh.Registry;

namespace Crank.Gateway;

/// <summary>The options in force. Whoever needs one reads it here when it needs it, and so takes over what was changed meanwhile. Safe for many threads.</summary>
internal sealed class LiveOptions(GatewayOptions? first = null)
{
    private volatile GatewayOptions _current = first ?? new();

    public GatewayOptions Current => _current;

    public ListenOptions Listen => _current.Listen;

    public IdentityOptions Identity => _current.Identity;

    public QuotaOptions Quotas => _current.Quotas;

    public RequestLimits Limits => _current.Limits;

    public ObservabilityOptions Observability => _current.Observability;

    public RestOptions Rest => _current.Rest;

    public AgentOptions Agents => _current.Agents;

    public WebhookOptions Webhooks => _current.Webhooks;

    public ServiceOptions Services => _current.Services;

    /// <summary>Puts others in force, from the next read on.</summary>
    public void Renew(GatewayOptions next) => _current = next;
}
