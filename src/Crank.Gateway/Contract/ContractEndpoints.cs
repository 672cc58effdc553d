using System.Security.Cryptography;
using Crank.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Contract;

/// <summary>Serves the contract.</summary>
internal static class ContractEndpoints
{
    /// <summary>Where it is.</summary>
    public const string Path = "/openapi/v1.json";

    public static void MapContract(this IEndpointRouteBuilder routes)
    {
        var document = new Lazy<(byte[] Bytes, string Tag)>(() =>
        {
            var bytes = ContractDocument.Write(routes.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>(), indented: false);
            return (bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"");
        });
        routes.MapGet(Path, (HttpContext context) => AnswerAsync(context, document.Value)).OpenToAll().Describe(new("getContract", ContractTags.Contract, "This contract")
        {
            Description = "OpenAPI 3.1. It holds nothing of any tenant, so everybody may read it.",
            Parameters = [Parameter.Header("If-None-Match", "The entity tag of the copy that the caller has.")],
            Answers =
            [
                new(200, "The contract.", Content.Json("""{"type":"object","required":["openapi","info","paths"]}""")) { Headers = [new("ETag", "The entity tag of this copy.")] },
                new(304, "The caller's copy is the newest."),
            ],
        });
    }

    private static async Task AnswerAsync(HttpContext context, (byte[] Bytes, string Tag) document)
    {
        context.Response.Headers.ETag = document.Tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == document.Tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = document.Bytes.Length;
        await context.Response.BodyWriter.WriteAsync(document.Bytes, context.RequestAborted);
    }
}
