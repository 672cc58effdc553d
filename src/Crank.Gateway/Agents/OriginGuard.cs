using System.Net;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Agents;

/// <summary>Keeps web pages of others out of the faces for agents: by their origin, and by the name under which they reached this machine (DNS rebinding).</summary>
internal sealed class OriginGuard(LiveOptions options)
{
    /// <summary>What clients of the owner's socket call the gateway.</summary>
    private const string SocketName = "crank.local";


    /// <summary>True when the request may go on; otherwise it is answered.</summary>
    public async ValueTask<bool> PassesAsync(HttpContext context)
    {
        var request = context.Request;
        if (IsLocal(context) && !IsLocalName(request.Host.Host) && !IsPublicHost(request.Host))
        {
            await Problem.WriteAsync(
                context, ProblemCodes.Forbidden, $"This listens on the loopback address and was asked for as '{PlainText.Of(request.Host.Value ?? "", 100)}'.",
                "Use 127.0.0.1 or localhost; behind a proxy, set the public address.");
            return false;
        }

        if (request.Headers.Origin is not [{ Length: > 0 } origin, ..] || IsOwn(origin, request) || options.Agents.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return true;
        }

        await Problem.WriteAsync(
            context, ProblemCodes.Forbidden, $"Pages of '{PlainText.Of(origin, 100)}' may not call this.", "Call it from a program, or have the operator allow the origin.");
        return false;
    }

    /// <summary>The loopback address, or the owner's socket, which has none.</summary>
    private static bool IsLocal(HttpContext context) => context.Connection.LocalIpAddress is not { } local || IPAddress.IsLoopback(local);

    private static bool IsLocalName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.Equals(SocketName, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private bool IsPublicHost(HostString host) =>
        options.Agents.PublicUrl is { } url && host.Host.Equals(url.Host, StringComparison.OrdinalIgnoreCase) && (host.Port is null || host.Port == url.Port);

    private bool IsOwn(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Scheme is "http" or "https"
        && ((from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase) && from.Scheme == request.Scheme)
            || (options.Agents.PublicUrl is { } url && from.GetLeftPart(UriPartial.Authority) == url.GetLeftPart(UriPartial.Authority)));
}
