using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Core;
using Crank.Session;
using Crank.Session.Transport;
using Crank.Session.Worker;

namespace Crank.Gateway.Tests.Services;

/// <summary>A service from outside that a test plays: dials a gateway, introduces itself and runs what the test says.</summary>
internal sealed class OutsideService : IAsyncDisposable
{
    private readonly ClientWebSocket _socket;
    private readonly WebSocketTransport _transport;
    private readonly WorkerEndpoint _endpoint;
    private readonly CancellationTokenSource _end = new();

    private OutsideService(ClientWebSocket socket, WorkerHello hello, Func<WorkerInvocation, CancellationToken, Task<InvocationResult>> run)
    {
        _socket = socket;
        _transport = new(socket, TimeProvider.System);
        _endpoint = new(hello, run);
        Ended = Task.Run(RunAsync);
    }

    /// <summary>Completes with what the mesh said when the session is over; null when it said nothing.</summary>
    public Task<(WebSocketCloseStatus Status, string Why)?> Ended { get; }

    public static Capability Capability(string id, bool concurrent = true) => TestWorkers.Echo with { Id = CapabilityVersion.Parse(id), Concurrent = concurrent };

    public static byte[] Describe(params Capability[] capabilities) =>
        Encoding.UTF8.GetBytes(new JsonArray([.. capabilities.Select(c => JsonSerializer.SerializeToNode(c, JsonSerializerOptions.Web))]).ToJsonString());

    public static WorkerHello Hello(byte[] capabilities, string? isolation = null, string? sdk = "0.1.0") => new("words", "1.0.0", isolation ?? TestWorkers.Strong.Value, capabilities, sdk);

    /// <summary>Dials; throws when the gateway does not take the WebSocket.</summary>
    public static async Task<OutsideService> DialAsync(
        TestGateway gateway, WorkerHello hello, Func<WorkerInvocation, CancellationToken, Task<InvocationResult>>? run = null, string caller = "owner", string? subprotocol = SessionLimits.Subprotocol) =>
        new(await SocketAsync(gateway, caller, subprotocol), hello, run ?? EchoAsync);

    public static async Task<ClientWebSocket> SocketAsync(TestGateway gateway, string caller, string? subprotocol = SessionLimits.Subprotocol)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader(TestIdentity.Field, caller);
        if (subprotocol is not null)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        try
        {
            await socket.ConnectAsync(new UriBuilder(gateway.Address) { Scheme = "ws", Path = "/v1/session" }.Uri, TestContext.Current.CancellationToken);
            return socket;
        }
        catch (WebSocketException e)
        {
            var status = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new HttpRequestException($"{status}", e, (System.Net.HttpStatusCode)status);
        }
    }

    public static Task<InvocationResult> EchoAsync(WorkerInvocation invocation, CancellationToken cancellationToken) =>
        Task.FromResult<InvocationResult>(new InvocationResult.Completed(invocation.Input, InvocationResult.NoUnits));

    public void Leave() => _endpoint.Leave();

    /// <summary>The process is gone, without a word.</summary>
    public void Break() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _socket.Abort();
        await Ended;
        _socket.Dispose();
        _end.Dispose();
    }

    private async Task<(WebSocketCloseStatus Status, string Why)?> RunAsync()
    {
        try
        {
            await _endpoint.RunAsync(_transport, _transport, _end.Token);
        }
        catch (Exception e) when (e is SessionException or OperationCanceledException)
        {
            // How it ended is in what was heard.
        }

        return _transport.Heard;
    }
}
