using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Policies;

/// <summary>What governs the mesh, over HTTP: for whoever runs it.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicy(this IEndpointRouteBuilder routes, GatewayParts parts, LiveOptions options)
    {
        new PolicyStatusEndpoint(parts).Map(routes);
        new LockdownEndpoints(parts.Controller.Lockdown, options).Map(routes);
        new ReloadEndpoint(parts).Map(routes);
        new ShadowEndpoints(parts, options).Map(routes);
        new ExceptionEndpoints(parts.Controller.Exemptions, parts.Clock, options).Map(routes);
    }
}
