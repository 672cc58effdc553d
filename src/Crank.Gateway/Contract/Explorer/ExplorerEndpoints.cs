using Crank.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace Crank.Gateway.Contract.Explorer;

/// <summary>A page to read and try the API: Scalar, whole in this program. It asks nobody else for anything, and its policy would not let it.</summary>
internal static class ExplorerEndpoints
{
    /// <summary>Scripts from here alone and none inline; styles may be inline, because the reference makes its own; requests go here alone.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapExplorer(this IEndpointRouteBuilder routes)
    {
        var own = typeof(ExplorerEndpoints).Assembly;
        Map(routes, "/docs", () => Asset.Read(own, "explorer/index.html", "text/html; charset=utf-8"));
        Map(routes, "/docs/explorer.js", () => Asset.Read(own, "explorer/explorer.js", "text/javascript; charset=utf-8"));
        Map(routes, "/docs/scalar.js", () => Asset.Read(typeof(ScalarOptions).Assembly, "ScalarStaticAssets.scalar.js", "text/javascript; charset=utf-8"));
    }

    private static void Map(IEndpointRouteBuilder routes, string path, Func<Asset> read)
    {
        // Read when it is first asked for: a gateway that nobody browses keeps nothing of it in memory.
        var asset = new Lazy<Asset>(read);
        routes.MapGet(path, (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return asset.Value.AnswerAsync(context);
        }).OpenToAll().LeaveOut("a page for people");
    }
}
