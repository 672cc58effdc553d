using Microsoft.AspNetCore.Builder;

namespace Crank.Gateway.Contract;

/// <summary>How an endpoint gets into the contract.</summary>
internal static class DescribeExtensions
{
    /// <summary>Describes an endpoint in <c>/openapi/v1.json</c>.</summary>
    public static TBuilder Describe<TBuilder>(this TBuilder builder, Operation operation)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(operation);

    /// <summary>Leaves an endpoint out of the contract: a page for people, or a protocol with a contract of its own.</summary>
    /// <param name="builder">The endpoint.</param>
    /// <param name="why">Why programs do not need it described.</param>
    public static TBuilder LeaveOut<TBuilder>(this TBuilder builder, string why)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new LeftOut(why));
}
