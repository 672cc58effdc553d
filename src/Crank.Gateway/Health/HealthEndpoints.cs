using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Health;

/// <summary>Whether the process lives, and whether the mesh can do its work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes, GatewayParts parts)
    {
        routes.MapGet("/healthz", (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsync("ok\n", context.RequestAborted);
        }).OpenToAll().Describe(new("isAlive", ContractTags.Health, "Whether the process lives")
        {
            Answers = [new(200, "It lives.", Content.Text("ok\n"))],
        });

        var readiness = new Readiness(parts);
        routes.MapGet("/readyz", (HttpContext context) => ReadyAsync(context, readiness)).OpenToAll().Describe(new("isReady", ContractTags.Health, "Whether the mesh can do its work")
        {
            Description = "Runs a small job down the whole path: policy, placement, money, a confined worker, a receipt. The answer holds for 5 seconds, however many ask.",
            Answers = [new(200, "A job was just done.", Content.Json("""{"type":"object","required":["ready"],"properties":{"ready":{"const":true},"job":{"type":"string"}}}"""))],
            Problems = [ProblemCodes.Unavailable],
        });
    }

    private static async Task ReadyAsync(HttpContext context, Readiness readiness)
    {
        var answer = await readiness.AskAsync(context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        if (!answer.Ready)
        {
            // What is wrong is for whoever runs the mesh, who has the receipt and the log.
            context.Response.Headers.RetryAfter = "5";
            var detail = context.CallerOrNull()?.Scopes.Contains(Scopes.MeshRead) == true ? $"No job can be done now: {answer.Why}" : "No job can be done now.";
            await Problem.WriteAsync(context, ProblemCodes.Unavailable, detail, "Ask again in 5 seconds.");
            return;
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ready", true);
            if (context.CallerOrNull()?.Tenant == Core.TenantId.Owner && answer.Job is { } job)
            {
                json.WriteString("job", job.ToString());
            }

            json.WriteEndObject();
        });
    }
}
