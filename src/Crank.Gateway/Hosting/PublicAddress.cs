using System.Net;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Hosting;

/// <summary>The address under which others reach this gateway.</summary>
internal static class PublicAddress
{
    /// <summary>What the operator says, else where the request came in, e.g. <c>https://mesh.example</c>; never what the request says of itself.</summary>
    public static string Of(HttpContext context, LiveOptions options)
    {
        if (options.Agents.PublicUrl is { } url)
        {
            return url.GetLeftPart(UriPartial.Path).TrimEnd('/');
        }

        if (context.Connection.LocalIpAddress is { } address)
        {
            var local = new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, context.Connection.LocalPort);
            return $"{context.Request.Scheme}://{local}";
        }

        return options.Listen.Addresses is [var first, ..] ? first.GetLeftPart(UriPartial.Authority) : "http://localhost";
    }
}
