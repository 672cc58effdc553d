using System.Globalization;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh;
using Crank.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Quotas;

/// <summary>After authentication: turns away what is too much at once or over quota, and tells every caller where it stands.</summary>
internal sealed class Metering(RequestDelegate next, LiveOptions options, QuotaBook quotas, Door door, Controller controller)
{
    private int _running;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.CallerOrNull() is not { } caller || caller.Source == OwnerSocketIdentity.Source)
        {
            await next(context);
            return;
        }

        var urgency = Urgency.Of(context.Request);
        if (!ShedRule.Admits(Interlocked.Increment(ref _running) - 1, options.Quotas.Requests, urgency))
        {
            Interlocked.Decrement(ref _running);
            await AwayAsync(context, ProblemCodes.Unavailable, TimeSpan.FromSeconds(1), "Too much runs at once.", "Come again after Retry-After; what is urgent may say so with 'Priority: u=1'.");
            return;
        }

        try
        {
            await MeterAsync(context, caller, urgency);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task MeterAsync(HttpContext context, Caller caller, int urgency)
    {
        QuotaVerdict verdict;
        try
        {
            verdict = await quotas.EnterAsync(caller);
        }
        catch (StoreException)
        {
            // A use that cannot be written down is not granted.
            await AwayAsync(context, ProblemCodes.Unavailable, TimeSpan.FromSeconds(5), "The quota of a day cannot be kept now.", "Come again after Retry-After; the operator finds the reason in the log.");
            return;
        }

        if (verdict.Policy.Length > 0)
        {
            context.Response.Headers["RateLimit-Policy"] = verdict.Policy;
            context.Response.Headers["RateLimit"] = verdict.State;
        }

        if (!verdict.Allowed)
        {
            await AwayAsync(context, ProblemCodes.OverQuota, verdict.RetryAfter, $"This is over the quota of the {verdict.Limit}.", "Come again after Retry-After.");
            return;
        }

        try
        {
            await PassAsync(context, caller, urgency);
        }
        finally
        {
            quotas.Leave(caller);
        }
    }

    private async Task PassAsync(HttpContext context, Caller caller, int urgency)
    {
        await using var cut = context.Features.Get<CredentialEnd>()?.Revoked.Register(context.Abort) ?? default;
        // What is no capability has no door: the endpoint says so.
        if (context.GetEndpoint()?.Metadata.GetMetadata<BehindDoor>() is not { } behind || context.GetRouteValue(behind.Route) is not string text
            || CapabilityEndpoints.Find(controller.Catalogue, text, out _, out _)?.Capability.Id.Name.Value is not { } capability)
        {
            await next(context);
            return;
        }

        var (pass, away) = await door.EnterAsync(capability, caller.Tenant, urgency, context.RequestAborted);
        if (pass is null)
        {
            throw Door.Full(capability, away);
        }

        using (pass)
        {
            await next(context);
        }
    }

    private static Task AwayAsync(HttpContext context, ProblemCode code, TimeSpan wait, string detail, string hint)
    {
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return Problem.WriteAsync(context, code, detail, hint);
    }
}
