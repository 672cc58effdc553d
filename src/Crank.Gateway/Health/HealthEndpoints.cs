using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Health;

/// <summary>Whether the process lives.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/healthz", (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsync("ok\n", context.RequestAborted);
        }).OpenToAll().Describe(new("isAlive", ContractTags.Health, "Whether the process lives")
        {
            Answers = [new(200, "It lives.", Content.Text("ok\n"))],
        });
}
