using System.Collections.Immutable;
using System.Net.WebSockets;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Mesh.Registry;
using Crank.Session;
using Crank.Session.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Crank.Gateway.Services;

/// <summary>Everything about services, put together: <c>/v1/session</c> by which they join from outside, their lists, and the checks of those that crank brings.</summary>
internal sealed partial class ServiceDesk : IAsyncDisposable
{
    /// <summary>What a service from outside dials.</summary>
    public const string SessionPath = "/v1/session";

    private readonly GatewayParts _parts;
    private readonly ServiceSessions? _sessions;
    private readonly HealthMonitor? _health;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _closing = new();
    private ImmutableArray<Task> _watches = [];

    public ServiceDesk(LiveOptions options, GatewayParts parts, ILogger log)
    {
        (_parts, _log) = (parts, log);
        if (parts.Registry is { } registry)
        {
            _health = new(registry, parts.Controller, CheckInputs.Of, () => options.Services, parts.Clock);
            _sessions = new(registry, parts.Controller, parts.Store, _health, () => options.Services, parts.Ids ?? new IdSource(parts.Clock, new Random()), parts.Clock);
        }
    }

    public void Map(IEndpointRouteBuilder routes, CancellationToken stopping)
    {
        routes.MapMethods(SessionPath, [HttpMethods.Get, HttpMethods.Connect], context => JoinAsync(context, stopping))
            .RequireScope(Scopes.ServicesRegister).LeaveOut("a session; docs/session-protocol.md is its contract");
        new ServiceEndpoints(_parts).Map(routes);
    }

    /// <summary>Begins to check the services that crank brings.</summary>
    public void Start()
    {
        if (_health is not null)
        {
            _watches = [.. _parts.Registry!.All.Where(s => s.Facts.IsBuiltIn).Select(s => _health.WatchAsync(s.Id, _closing.Token))];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await Task.WhenAll(_watches);
        _closing.Dispose();
    }

    private async Task JoinAsync(HttpContext context, CancellationToken stopping)
    {
        var caller = context.Caller();
        if (_sessions is null || caller.Tenant != TenantId.Owner)
        {
            await Problem.WriteAsync(context, ProblemCodes.Forbidden, "This mesh takes services from its owner alone.", "Use a key of the owner's tenant with the scope 'services:register'.");
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(SessionLimits.Subprotocol))
        {
            var offered = context.WebSockets.IsWebSocketRequest ? string.Join(", ", context.WebSockets.WebSocketRequestedProtocols) : "";
            await Problem.WriteAsync(
                context, ProblemCodes.BadRequest,
                context.WebSockets.IsWebSocketRequest
                    ? $"This mesh speaks the subprotocol {SessionLimits.Subprotocol}; the service offers '{(offered.Length > 100 ? offered[..100] : offered)}'."
                    : "A session is a WebSocket (RFC 6455), and this request does not ask for one.",
                "Build the service with the Sdk of this mesh's version; see docs/session-protocol.md.");
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = SessionLimits.Subprotocol, KeepAliveInterval = TimeSpan.Zero });
        await using var transport = new WebSocketTransport(socket, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        var why = "";
        var end = await _sessions.ServeAsync(transport, caller.Principal, (kind, text) =>
        {
            why = text;
            transport.Bid(StatusOf(kind), text);
        }, stop.Token);
        Ended(_log, end, why);
        await transport.Closed;
    }

    private static WebSocketCloseStatus StatusOf(ServiceEnd end) => end switch
    {
        ServiceEnd.Left or ServiceEnd.Gone => WebSocketCloseStatus.NormalClosure,
        ServiceEnd.Stopped => WebSocketCloseStatus.EndpointUnavailable,
        ServiceEnd.Broken => WebSocketCloseStatus.ProtocolError,
        ServiceEnd.Silent => (WebSocketCloseStatus)4008,
        ServiceEnd.Full => (WebSocketCloseStatus)4013,
        _ => WebSocketCloseStatus.PolicyViolation,
    };

    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "A session with a service from outside ended, {End}: {Why}")]
    private static partial void Ended(ILogger log, ServiceEnd end, string why);
}
