using System.Collections.Immutable;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability;
using Crank.Gateway.Problems;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Invoke;

/// <summary><c>POST /v1/capabilities/{capability}/invoke</c>: one job through the whole path, and its result.</summary>
internal sealed class InvokeEndpoint(GatewayParts parts, LiveOptions options)
{
    private readonly InvocationReader _reader = new(parts, options);

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/v1/capabilities/{capability}/invoke", Methods.Post, InvokeAsync).RequireScope(Scopes.JobsWrite).BehindDoor("capability").Describe(InvokeOperations.Invoke);

    private async Task InvokeAsync(HttpContext context)
    {
        var caller = context.Caller();
        var text = (string)context.GetRouteValue("capability")!;
        var entry = CapabilityEndpoints.Find(parts.Controller.Catalogue, text, out var name, out var version);
        if (entry is null && name == default)
        {
            await Problem.WriteAsync(context, ProblemCodes.NotFound, $"'{text}' is not the name of a capability such as doc.convert or doc.convert@1.2.0.", "See /v1/capabilities.");
            return;
        }

        var key = RequestFields.IdempotencyKey(context.Request);
        var invocation = new Invocation(ReadOnlyMemory<byte>.Empty, ImmutableDictionary<string, BlobSource>.Empty, Terms.Default, false);
        if (entry is not null)
        {
            if (entry.Capability.BlobOutput is null ? !Accepted.Json(context.Request) : Accepted.Bytes(context.Request, otherwise: true) is null)
            {
                await Problem.WriteAsync(context, ProblemCodes.NotAcceptable, $"{entry.Capability.Id} answers with application/json{(entry.Capability.BlobOutput is null ? "" : " or with its file")}.", "Leave out Accept.");
                return;
            }

            invocation = await _reader.ReadAsync(context, entry.Capability);
        }

        // What nobody knows goes down the path too: there is one place that says so, with the nearest name.
        var request = new JobRequest(caller.Tenant, caller.Principal, name, version, invocation.Input, invocation.Blobs, invocation.Terms, key, null, context.TraceParent(), caller.Roles, caller.Purse);
        var (respondAsync, wait) = RequestFields.Prefer(context.Request);
        if (respondAsync || wait is not null)
        {
            await LaterAsync(context, request, entry?.Capability, respondAsync, wait, invocation.IsForm);
            return;
        }

        var report = await parts.Controller.SubmitAsync(request, null, context.RequestAborted);
        await ResultAnswer.WriteAsync(
            context, entry?.Capability, entry?.Capability.Id ?? default, report, parts.Blobs, Accepted.Bytes(context.Request, invocation.IsForm) is true);
    }

    /// <summary>Accepts the job, waits for its end as long as the caller likes and we allow, and answers with the result or with where it will be.</summary>
    private async Task LaterAsync(HttpContext context, JobRequest request, Capability? capability, bool respondAsync, TimeSpan? wait, bool isForm)
    {
        var bounded = wait > options.Rest.LongestWait ? options.Rest.LongestWait : wait;
        var accepted = await parts.Controller.AcceptAsync(request, Schedule.Soon, context.RequestAborted);
        if (accepted is { Refusal: null, Job: { } job })
        {
            QueuedAnswer.SetApplied(context, respondAsync, bounded);
            if (bounded > TimeSpan.Zero && await HasEndedAsync(context, request.Tenant, job, bounded.Value) && parts.Controller.Find(request.Tenant, job) is { } report)
            {
                await ResultAnswer.WriteAsync(
                    context, capability, capability?.Id ?? default, report with { Repeated = accepted.Repeated }, parts.Blobs, Accepted.Bytes(context.Request, isForm) is true);
                return;
            }
        }

        await QueuedAnswer.WriteAsync(context, capability?.Id ?? default, accepted);
    }

    private async Task<bool> HasEndedAsync(HttpContext context, TenantId tenant, JobId job, TimeSpan wait)
    {
        using var time = new CancellationTokenSource(wait, parts.Clock);
        using var left = context.UntilStop();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(left.Token, time.Token);
        try
        {
            await foreach (var happened in parts.Controller.Watch(tenant, job, -1, stop.Token)!)
            {
                if (happened.IsLast)
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The caller waited as long as it wanted to, or the gateway stops.
        }

        return false;
    }
}
