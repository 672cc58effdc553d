using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Observability;

/// <summary>How an endpoint hands the trace of its request on.</summary>
public static class TraceContext
{
    /// <summary>The <c>traceparent</c> for a <see cref="Mesh.Path.JobRequest"/>: this request's own span when it is recorded, else what the caller sent when it holds, else a new trace.</summary>
    /// <remarks>Use this and not the header field: what a caller sends may be malformed, and its parent is not the span that is seen here.</remarks>
    public static string? TraceParent(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Activity.Current is { IsAllDataRequested: true, IdFormat: ActivityIdFormat.W3C } span
            ? span.Id
            : TracePropagator.Read(context.Request.Headers.TraceParent, context.Request.Headers.TraceState).TraceParent ?? Activity.Current?.Id;
    }
}
