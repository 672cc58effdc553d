using Crank.Gateway.Rest.Blobs;
using Crank.Gateway.Rest.Capabilities;
using Crank.Gateway.Rest.Invoke;
using Crank.Gateway.Rest.Jobs;
using Crank.Gateway.Rest.Ledger;
using Crank.Gateway.Rest.Log;
using Crank.Gateway.Rest.Mesh;
using Crank.Gateway.Rest.Rollouts;
using Crank.Gateway.Rest.Uploads;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest;

/// <summary>The REST face; <c>docs/http-api.md</c> tells it to people, <c>/openapi/v1.json</c> to programs.</summary>
internal static class RestEndpoints
{
    public static void MapRest(this IEndpointRouteBuilder routes, GatewayParts parts, LiveOptions options)
    {
        new CapabilityEndpoints(parts.Controller).Map(routes);
        new InvokeEndpoint(parts, options).Map(routes);
        new JobEndpoints(parts).Map(routes);
        new SubmitEndpoint(parts, options).Map(routes);
        new DeadLetterEndpoints(parts).Map(routes);
        new EventEndpoint(parts, options).Map(routes);
        new BlobEndpoints(parts, options).Map(routes);
        new UploadEndpoints(parts, options).Map(routes);
        new MeshEndpoints(parts).Map(routes);
        new RolloutEndpoints(parts, options).Map(routes);
        new UsageEndpoints(parts).Map(routes);
        new LogEndpoints(parts).Map(routes);
        new LedgerEndpoints(parts).Map(routes);
    }
}
