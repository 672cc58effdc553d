using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Identity;

/// <summary>How an endpoint says what it needs and learns who asks.</summary>
public static class CallerExtensions
{
    /// <summary>The authenticated caller.</summary>
    /// <exception cref="InvalidOperationException">The endpoint is open to everybody, so there may be none.</exception>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("This endpoint has no authenticated caller: give it RequireScope.");

    /// <summary>The authenticated caller of an endpoint that is open to everybody; null for none.</summary>
    public static Caller? CallerOrNull(this HttpContext context) => context.Features.Get<Caller>();

    /// <summary>Names the scope that an endpoint needs. An endpoint without one, and not open to everybody, is refused to all.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder builder, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredScope(scope));

    /// <summary>Opens an endpoint to every authenticated caller, whatever its scopes.</summary>
    public static TBuilder RequireCaller<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredScope(""));

    /// <summary>Opens an endpoint to everybody.</summary>
    public static TBuilder OpenToAll<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(OpenEndpoint.Instance);
}
