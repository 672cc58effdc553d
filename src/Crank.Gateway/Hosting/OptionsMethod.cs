using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Hosting;

/// <summary>Answers <c>OPTIONS</c> (RFC 9110, section 9.3.7) for every resource that has no answer of its own: which methods it takes.</summary>
internal sealed class OptionsMethod(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsOptions(context.Request.Method) || context.GetEndpoint() is not { RequestDelegate: { } refuse } endpoint || endpoint is RouteEndpoint)
        {
            await next(context);
            return;
        }

        // What the router chose is its own answer 405, which knows the methods.
        await refuse(context);
        context.Response.Headers.Append("Allow", "OPTIONS");
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
