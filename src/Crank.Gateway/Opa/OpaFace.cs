using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Opa;

/// <summary>Metadata of an endpoint that speaks as OPA's REST API does: every error of it, whoever finds it, has OPA's shape.</summary>
internal sealed class OpaFace
{
    private OpaFace()
    {
    }

    public static OpaFace Instance { get; } = new();

    /// <summary>Maps an endpoint of that face.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string pattern, string[] methods, RequestDelegate handler) =>
        routes.MapMethods(pattern, methods, context => OpaErrors.GuardAsync(context, handler)).WithMetadata(Instance);
}
