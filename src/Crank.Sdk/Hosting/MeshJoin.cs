using System.Net;
using System.Net.WebSockets;
using Crank.Session;
using Crank.Session.Transport;

namespace Crank.Sdk;

/// <summary>Keeps a service joined to a mesh: dials out, serves the session, and dials again, ever more patiently, when it breaks off.</summary>
/// <param name="service">What is served.</param>
/// <param name="address">Which mesh.</param>
/// <param name="clock">For pauses.</param>
/// <param name="chance">Spreads them, so that many services do not come back at once.</param>
/// <param name="say">Told, in a line for people, what happens.</param>
internal sealed class MeshJoin(Service service, MeshAddress address, TimeProvider clock, Random chance, Action<string> say)
{
    /// <summary>The session ended in order.</summary>
    public const int Left = 0;

    /// <summary>The mesh refused the registration; another attempt would be refused too.</summary>
    public const int Refused = 3;

    /// <summary>The mesh refused the key.</summary>
    public const int NotAuthenticated = 9;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_dialing = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_keepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Stays joined until it is asked to leave.</summary>
    /// <param name="leave">Asks it to finish what runs and go.</param>
    /// <param name="end">Ends it at once.</param>
    /// <returns>An exit code.</returns>
    public async Task<int> RunAsync(CancellationToken leave, CancellationToken end)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(leave, end);
        for (var failures = 0; ; failures++)
        {
            var began = clock.GetTimestamp();
            var (code, why) = await OnceAsync(leave, end);
            if (code is { } final)
            {
                say(why);
                return final;
            }

            if (clock.GetElapsedTime(began) > s_longestPause) failures = 0;
            var pause = Pause(failures);
            say($"{why} Trying again in {pause.TotalSeconds:0.#} s.");
            try
            {
                await Task.Delay(pause, clock, stop.Token);
            }
            catch (OperationCanceledException)
            {
                return Left;
            }
        }
    }

    /// <summary>Doubles with every failure up to a minute; half of it is chance.</summary>
    internal TimeSpan Pause(int failures)
    {
        var most = Math.Min(s_longestPause.TotalSeconds, s_firstPause.TotalSeconds * Math.Pow(2, Math.Min(failures, 10)));
        return TimeSpan.FromSeconds(most * (0.5 + (chance.NextDouble() / 2)));
    }

    /// <summary>One session.</summary>
    /// <returns>An exit code when there is nothing more to try, else null; and what happened.</returns>
    private async Task<(int? Code, string Why)> OnceAsync(CancellationToken leave, CancellationToken end)
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(SessionLimits.Subprotocol);
        socket.Options.SetRequestHeader("Authorization", $"Bearer {address.Key}");
        socket.Options.CollectHttpResponseDetails = true;
        (socket.Options.KeepAliveInterval, socket.Options.KeepAliveTimeout) = (s_keepAlive, s_keepAlive);
        using (var dialing = CancellationTokenSource.CreateLinkedTokenSource(leave, end))
        {
            dialing.CancelAfter(s_dialing);
            try
            {
                await socket.ConnectAsync(address.Session, dialing.Token);
            }
            catch (OperationCanceledException)
            {
                return leave.IsCancellationRequested || end.IsCancellationRequested ? (Left, "Left before it had joined.") : (null, $"{address.Session} did not answer.");
            }
            catch (WebSocketException e)
            {
                return socket.HttpStatusCode switch
                {
                    HttpStatusCode.Unauthorized => (NotAuthenticated, $"{address.Session} refused the key: it is unknown, expired or revoked."),
                    HttpStatusCode.Forbidden => (NotAuthenticated, $"{address.Session} refused the key: it needs the scope services:register, of the mesh's owner."),
                    HttpStatusCode.BadRequest or HttpStatusCode.NotFound => (Refused, $"{address.Session} is no mesh that speaks {SessionLimits.Subprotocol}; use an Sdk of the mesh's version."),
                    _ => (null, $"{address.Session} cannot be reached: {e.Message}"),
                };
            }
        }

        await using var transport = new WebSocketTransport(socket, clock);
        say($"{service.Name} {service.Version} joined {address.Session}.");
        var endpoint = WorkerHost.Endpoint(service, address.Isolation, clock, exception => say(exception.ToString()));
        await using var leaving = leave.UnsafeRegister(static state => ((Crank.Session.Worker.WorkerEndpoint)state!).Leave(), endpoint);
        try
        {
            await endpoint.RunAsync(transport, transport, end);
            return leave.IsCancellationRequested ? (Left, "Left in order.") : Heard(transport, "The mesh ended the session.");
        }
        catch (OperationCanceledException)
        {
            return (Left, "Ended at once.");
        }
        catch (SessionException e)
        {
            return leave.IsCancellationRequested ? (Left, "Left.") : Heard(transport, e.Message);
        }
    }

    private static (int? Code, string Why) Heard(WebSocketTransport transport, string otherwise) => transport.Heard switch
    {
        { Status: WebSocketCloseStatus.PolicyViolation } refused => (Refused, $"The mesh refused the registration: {refused.Why}"),
        { Why.Length: > 0 } said => (null, said.Why),
        _ => (null, otherwise),
    };
}
