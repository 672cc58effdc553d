using System.Collections.Immutable;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Observability;
using Crank.Gateway.Problems;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh.Path;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Invoke;

/// <summary><c>POST /v1/capabilities/{capability}/invoke</c>: one job through the whole path, and its result.</summary>
internal sealed class InvokeEndpoint(GatewayParts parts, GatewayOptions options)
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
        var request = new JobRequest(caller.Tenant, caller.Principal, name, version, invocation.Input, invocation.Blobs, invocation.Terms, key, null, context.TraceParent(), caller.Roles);
        var report = await parts.Controller.SubmitAsync(request, null, context.RequestAborted);
        await ResultAnswer.WriteAsync(
            context, entry?.Capability, entry?.Capability.Id ?? default, report, parts.Blobs, Accepted.Bytes(context.Request, invocation.IsForm) is true);
    }
}
