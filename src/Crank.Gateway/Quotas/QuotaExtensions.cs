using Microsoft.AspNetCore.Builder;

namespace Crank.Gateway.Quotas;

/// <summary>How an endpoint gets behind the door of a capability.</summary>
internal static class QuotaExtensions
{
    /// <summary>Runs at most so many of a capability at once, and lets the others wait in turn.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="route">The part of the route with the capability's name.</param>
    public static TBuilder BehindDoor<TBuilder>(this TBuilder builder, string route)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new BehindDoor(route));
}
