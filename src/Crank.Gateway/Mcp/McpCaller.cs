using System.Security.Claims;
using Crank.Gateway.Identity;

namespace Crank.Gateway.Mcp;

/// <summary>The authenticated caller as the protocol library carries identities: it ties a session to the one who began it, and brings each request's own caller to the handler.</summary>
internal sealed class McpCaller : ClaimsIdentity
{
    public McpCaller(Caller caller, string? traceParent, int urgency)
        : base([new Claim("sub", $"{caller.Tenant}\n{caller.Principal}\n{caller.Source}\n{caller.Credential}")], "crank")
    {
        Caller = caller;
        TraceParent = traceParent;
        Urgency = urgency;
    }

    public Caller Caller { get; }

    /// <summary>W3C Trace Context of the request; null for none.</summary>
    public string? TraceParent { get; }

    /// <summary>How urgent the request says it is; see <see cref="Quotas.Urgency"/>.</summary>
    public int Urgency { get; }

    public static McpCaller Of(ClaimsPrincipal? user) =>
        user?.Identities.OfType<McpCaller>().FirstOrDefault() ?? throw new InvalidOperationException("A request came past the authentication.");
}
