using System.Collections.Immutable;
using System.Globalization;
using Crank.Gateway.Problems;
using Crank.Gateway.Quotas;
using Crank.Trust.ApiKeys;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Identity;

/// <summary>Finds out who asks and whether that identity may ask this. Default deny: an endpoint that says nothing answers nobody.</summary>
internal sealed class Authentication(RequestDelegate next, ImmutableArray<IIdentitySource> sources, FailureGuard failures)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // What the router answers itself, such as 405, is no endpoint of ours and tells nothing.
        var endpoint = context.GetEndpoint() as RouteEndpoint;
        var open = endpoint?.Metadata.GetMetadata<OpenEndpoint>() is not null;
        var address = context.Connection.RemoteIpAddress;
        var wait = failures.Wait(address);
        if (!open && wait > TimeSpan.Zero && IsCostly(context))
        {
            await AwayAsync(context, wait);
            return;
        }

        foreach (var source in sources)
        {
            switch (await source.IdentifyAsync(context))
            {
                case IdentityAnswer.Known known:
                    context.Features.Set(known.Caller);
                    await AllowAsync(context, endpoint, open, known.Caller);
                    return;
                case IdentityAnswer.Refused refused when !open:
                    failures.Failed(address);
                    if (wait > TimeSpan.Zero)
                    {
                        await AwayAsync(context, wait);
                        return;
                    }

                    await ChallengeAsync(context, refused.Detail, refused.Try);
                    return;
            }
        }

        if (open || endpoint is null)
        {
            await next(context);
            return;
        }

        await ChallengeAsync(context, "This needs an identity, and the request carries none.", "Send 'Authorization: Bearer KEY' with a key made by 'crank keys create'.");
    }

    private Task AllowAsync(HttpContext context, RouteEndpoint? endpoint, bool open, Caller caller)
    {
        if (open || endpoint is null)
        {
            return next(context);
        }

        return endpoint.Metadata.GetMetadata<RequiredScope>() is { } needed && (needed.Scope.Length == 0 || caller.Scopes.Contains(needed.Scope))
            ? next(context)
            : Problem.WriteAsync(context, ProblemCodes.Forbidden, $"This needs the scope '{endpoint.Metadata.GetMetadata<RequiredScope>()?.Scope ?? "none can be had"}', which this identity does not have.", "Use a key that has it, or ask who made this one.");
    }

    /// <summary>Tokens and certificates cost signatures to check. An API key costs one hash: a good one passes whatever others do behind the same address.</summary>
    private static bool IsCostly(HttpContext context) =>
        Bearer.Of(context.Request) is { } bearer ? !ApiKey.LooksLike(bearer) : context.Connection.ClientCertificate is not null && !context.Request.Headers.ContainsKey("X-Api-Key");

    private static Task AwayAsync(HttpContext context, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return Problem.WriteAsync(context, ProblemCodes.OverQuota, "Too many credentials from this address were refused.", "Come again after Retry-After, with one that holds.");
    }

    private static Task ChallengeAsync(HttpContext context, string detail, string hint)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.WriteAsync(context, ProblemCodes.Unauthenticated, detail, hint);
    }
}
