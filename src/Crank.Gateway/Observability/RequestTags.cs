using System.Diagnostics;
using Crank.Gateway.Contract;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Observability;

/// <summary>Names the span of a request by the HTTP conventions, with nothing in it that a caller could have written freely.</summary>
/// <remarks>Paths may name files and people, queries may hold keys, user agents tell of persons: what stands in their place is the route, and <c>REDACTED</c> for its values.</remarks>
internal sealed class RequestTags(RequestDelegate next)
{
    private const string Redacted = "REDACTED";

    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"];

    public async Task InvokeAsync(HttpContext context)
    {
        if (Activity.Current is not { IsAllDataRequested: true } span)
        {
            await next(context);
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Name(span, context);
        }
    }

    private static void Name(Activity span, HttpContext context)
    {
        // Whatever the server wrote itself goes: it may have looked at more than may leave.
        foreach (var tag in span.TagObjects.ToArray())
        {
            span.SetTag(tag.Key, null);
        }

        var method = Array.IndexOf(s_methods, context.Request.Method) >= 0 ? context.Request.Method : "_OTHER";
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern;
        var path = route is null ? null : ContractDocument.PathOf(route);
        span.DisplayName = path is null ? method : $"{method} {path}";
        span.SetTag("http.request.method", method);
        span.SetTag("url.scheme", context.Request.Scheme == "https" ? "https" : "http");
        span.SetTag("url.path", route is null ? "/" + Redacted : route.Parameters.Aggregate(path, (p, name) => p!.Replace($"{{{name.Name}}}", Redacted, StringComparison.Ordinal)));
        span.SetTag("network.protocol.version", context.Request.Protocol switch { "HTTP/1.0" => "1.0", "HTTP/1.1" => "1.1", "HTTP/2" => "2", "HTTP/3" => "3", _ => null });
        span.SetTag("http.response.status_code", context.Response.StatusCode);
        if (path is not null)
        {
            span.SetTag("http.route", path);
        }

        if (context.Response.StatusCode >= 500)
        {
            span.SetTag("error.type", context.Response.StatusCode.ToString());
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
