using System.Net;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Observability;

/// <summary>Serves figures to Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes, MetricsAccess access)
    {
        if (access == MetricsAccess.Off)
        {
            return;
        }

        var endpoint = routes.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(new HttpMethodMetadata(["GET"])).Describe(
            new("getMetrics", ContractTags.Health, "Figures for Prometheus")
            {
                Description = "The Prometheus text format, or OpenMetrics when it is asked for. Nothing in it is of one tenant. The operator may open it to this machine or to everybody.",
                Answers = [new(200, "The figures.", Content.Text("# TYPE crank_job_active gauge\n"), new("application/openmetrics-text", """{"type":"string"}"""))],
            });
        switch (access)
        {
            case MetricsAccess.Scope:
                endpoint.RequireScope(Scopes.MeshRead);
                break;
            case MetricsAccess.Everybody:
                endpoint.OpenToAll();
                break;
            default:
                endpoint.OpenToAll().Add(built =>
                {
                    var inner = built.RequestDelegate!;
                    built.RequestDelegate = context => IsNear(context) || context.CallerOrNull()?.Scopes.Contains(Scopes.MeshRead) is true
                        ? inner(context)
                        : Problem.WriteAsync(context, ProblemCodes.Unauthenticated, "Figures are for callers on the gateway's own machine, and for keys with the scope 'mesh:read'.", "Send such a key.");
                });
                break;
        }
    }

    /// <summary>From this machine, and not on behalf of somebody else.</summary>
    private static bool IsNear(HttpContext context) =>
        (context.Connection.RemoteIpAddress is not { } address || IPAddress.IsLoopback(address)) &&
        !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("X-Forwarded-For");
}
