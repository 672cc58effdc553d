using System.Collections.Immutable;
using Crank.Carbon;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Path;
using Crank.Mesh.Telemetry;
using Crank.Session;
using Crank.Session.Controller;
using Crank.Storage;

namespace Crank.Mesh.Registry;

/// <summary>Serves the sessions of services from outside: takes them in, keeps their leases, and takes them out when they leave, fall silent or break the protocol.</summary>
public sealed class ServiceSessions
{
    private static readonly TimeSpan s_offered = TimeSpan.FromHours(1);

    private readonly ServiceRegistry _registry;
    private readonly Controller _controller;
    private readonly HealthMonitor _health;
    private readonly Func<ServiceOptions> _options;
    private readonly IdSource _ids;
    private readonly TimeProvider _clock;
    private readonly EnergyMetering _meter;
    private readonly NameClaims _names;
    private int _open;

    /// <param name="registry">Where they join.</param>
    /// <param name="controller">Whose currency and records count.</param>
    /// <param name="store">Where records are read.</param>
    /// <param name="health">Checks them.</param>
    /// <param name="options">The options in force.</param>
    /// <param name="ids">Names them and their offers.</param>
    /// <param name="clock">The time.</param>
    public ServiceSessions(ServiceRegistry registry, Controller controller, IStore store, HealthMonitor health, Func<ServiceOptions> options, IdSource ids, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(controller);
        (_registry, _controller, _health, _options, _ids, _clock) = (registry, controller, health, options, ids, clock);
        _meter = new([], clock);
        _names = new(controller.Records, store, clock);
    }

    /// <summary>Serves one session to its end.</summary>
    /// <param name="stream">Both directions of it; closed at the end.</param>
    /// <param name="registrant">Who registers, as authenticated: what the service offers is bound to this session and to nothing that it says.</param>
    /// <param name="bid">Told why it ends, before the stream is closed.</param>
    /// <param name="stop">Ends it in order, as far as <see cref="ServiceOptions.Drain"/> allows.</param>
    public async Task<ServiceEnd> ServeAsync(Stream stream, PrincipalId registrant, Action<ServiceEnd, string> bid, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(bid);
        var (end, why) = (ServiceEnd.Full, $"The mesh has {_options().Sessions} services from outside and takes no more.");
        try
        {
            if (Interlocked.Increment(ref _open) <= _options().Sessions)
            {
                (end, why) = await ServeAsync(stream, registrant, bid, _options(), stop);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            bid(end, why);
            await stream.DisposeAsync();
            MeshTelemetry.ServiceEnds.Add(1, new KeyValuePair<string, object?>("crank.service.end", end switch
            {
                ServiceEnd.Refused => "refused",
                ServiceEnd.Full => "full",
                ServiceEnd.Left => "left",
                ServiceEnd.Gone => "gone",
                ServiceEnd.Silent => "silent",
                ServiceEnd.Broken => "broken",
                _ => "stopped",
            }));
        }

        return end;
    }

    private async Task<(ServiceEnd End, string Why)> ServeAsync(Stream stream, PrincipalId registrant, Action<ServiceEnd, string> bid, ServiceOptions options, CancellationToken stop)
    {
        WorkerConnection connection;
        bid(ServiceEnd.Refused, "The introduction did not hold.");
        using (var late = new CancellationTokenSource(ServiceOptions.Timer(options.Handshake), _clock))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop))
        {
            try
            {
                connection = await WorkerConnection.ConnectAsync(stream, stream, options.JobsEach, either.Token);
            }
            catch (SessionException e)
            {
                return (ServiceEnd.Refused, e.Message);
            }
            catch (OperationCanceledException)
            {
                return stop.IsCancellationRequested ? (ServiceEnd.Stopped, "The mesh stops.") : (ServiceEnd.Refused, $"No introduction came within {options.Handshake.TotalSeconds:0.#} s.");
            }
        }

        var id = default(WorkerId);
        try
        {
            var (joined, refused) = await JoinAsync(connection, registrant, options);
            if (joined is null)
            {
                bid(ServiceEnd.Refused, refused);
                return (ServiceEnd.Refused, refused);
            }

            id = joined.Id;
            bid(ServiceEnd.Broken, "It broke the protocol.");
            var (end, why) = await StayAsync(joined, connection, bid, stop);
            bid(end, why);
            return (end, why);
        }
        finally
        {
            // Out of the book before its jobs hear of the end, so that they are not tried on it again.
            _registry.Leave(id);
            await connection.DisposeAsync();
        }
    }

    private async Task<(Registration? Joined, string Why)> JoinAsync(WorkerConnection connection, PrincipalId registrant, ServiceOptions options)
    {
        var hello = connection.Hello;
        if (!CapabilityName.TryParse(hello.Service, null, out var name) || name.Value.Length > 32 || !SemanticVersion.TryParse(hello.Version, null, out var version))
        {
            return (null, $"{RegistryCodes.BadDescription}: a service has a name such as words, of at most 32 characters, and a version such as 1.0.0.");
        }

        ImmutableArray<Capability> capabilities;
        try
        {
            capabilities = DescriptorReader.Read(hello.Capabilities, _controller.Currency);
        }
        catch (FormatException e)
        {
            return (null, $"{RegistryCodes.BadDescription}: {e.Message}");
        }

        var vouched = options.Vouched.IsDefaultOrEmpty ? null : options.Vouched.FirstOrDefault(v => v.Principal == registrant);
        var isolation = VouchedService.Believed(vouched, hello.Isolation);
        var sdk = SemanticVersion.TryParse(hello.Sdk, null, out var said) ? said : (SemanticVersion?)null;
        var facts = new ServiceFacts(name.Value, version, registrant, vouched?.Node ?? NodeOf(registrant), isolation, sdk, SessionLimits.Protocol) { Shares = vouched?.Shares ?? [] };
        var id = WorkerId.Parse($"{name}-{_ids.Next().ToString().ToLowerInvariant()}");
        var now = _clock.GetUtcNow();
        ImmutableArray<Offer> offers =
            [.. capabilities.Select(c => new Offer(new(_ids.Next()), c.Id, facts.Node, Opening.LocalProvider, c.Price, isolation, now + s_offered, vouched?.Zone))];
        var gate = await _controller.Gate.AskOfferAsync(facts, TenantId.Owner, capabilities, offers, CancellationToken.None);
        if (!gate.Allowed)
        {
            return (null, $"{RefusalCodes.Forbidden}: refused by rule {gate.Rule} of policy {gate.Revision}: {gate.Why}");
        }

        var answer = _registry.Join(id, facts, capabilities, offers, new SessionWorker(id, connection, isolation, options.JobsEach, _meter, _clock), ServiceState.Joining);
        if (answer is JoinAnswer.Refused refused)
        {
            return (null, $"{refused.Code}: {refused.Why}");
        }

        if (await ClaimAsync(capabilities, facts.Shares, registrant) is { } taken)
        {
            _registry.Leave(id);
            return (null, taken);
        }

        _registry.Renew(id, now + options.Lease);
        return (((JoinAnswer.Joined)answer).Registration, "");
    }

    private async Task<string?> ClaimAsync(ImmutableArray<Capability> capabilities, ImmutableArray<CapabilityName> shares, PrincipalId registrant)
    {
        try
        {
            foreach (var name in capabilities.Select(c => c.Id.Name).Except(shares))
            {
                if (!await _names.TakeAsync(name, registrant))
                {
                    return $"{RegistryCodes.Taken}: '{name}' belongs to another principal, whose service is away.";
                }
            }

            return null;
        }
        catch (StoreException e)
        {
            return $"The registration could not be written down: {e.Message}";
        }
    }

    private async Task<(ServiceEnd End, string Why)> StayAsync(Registration service, WorkerConnection connection, Action<ServiceEnd, string> bid, CancellationToken stop)
    {
        using var over = new CancellationTokenSource();
        var lease = KeepLeaseAsync(service.Id, connection, over.Token);
        var health = _health.WatchAsync(service.Id, over.Token);
        try
        {
            var stopped = Task.Delay(Timeout.Infinite, stop);
            await Task.WhenAny(lease, connection.Ended, connection.Leaving, stopped);
            if (!lease.IsCompleted && !connection.Ended.IsCompleted)
            {
                var (end, why) = stopped.IsCompleted ? (ServiceEnd.Stopped, "The mesh stops, or the key was revoked.") : (ServiceEnd.Left, "It left in order.");
                bid(end, why);
                _registry.Turn(service.Id, ServiceState.Draining);
                if (await DrainAsync(connection, lease, stopped.IsCompleted))
                {
                    return (end, why);
                }
            }

            return lease.IsCompleted && !connection.Ended.IsCompleted
                ? (ServiceEnd.Silent, $"It answered no heartbeat for {_options().Lease.TotalSeconds:0.#} s.")
                : EndOf(await connection.Ended);
        }
        finally
        {
            await over.CancelAsync();
            await lease;
        }
    }

    /// <summary>Lets what runs end: as long as the service lives, or, when the mesh stops, as long as the operator allows.</summary>
    /// <returns>False when it fell silent or broke off first.</returns>
    private async Task<bool> DrainAsync(WorkerConnection connection, Task lease, bool isStopping)
    {
        using var limit = isStopping ? new CancellationTokenSource(ServiceOptions.Timer(_options().Drain), _clock) : new CancellationTokenSource();
        var close = connection.CloseAsync(limit.Token);
        if (await Task.WhenAny(close, lease) == lease && !close.IsCompleted)
        {
            await limit.CancelAsync();
        }

        try
        {
            await close;
        }
        catch (OperationCanceledException)
        {
            return isStopping;
        }

        return (await connection.Ended).Fault == SessionFault.Closed;
    }

    /// <summary>Asks for a sign of life again and again; ends when none came for the length of a lease.</summary>
    private async Task KeepLeaseAsync(WorkerId id, WorkerConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var options = _options();
                using (var silent = new CancellationTokenSource(ServiceOptions.Timer(options.Lease), _clock))
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellationToken))
                {
                    await connection.PingAsync(either.Token);
                }

                var now = _clock.GetUtcNow();
                _registry.Renew(id, now + options.Lease);
                RenewOffers(id, now);
                await Task.Delay(ServiceOptions.Timer(options.Heartbeat), _clock, cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SessionException)
        {
            // Over, silent or gone; whoever waits for this looks which.
        }
    }

    /// <summary>Offers end by themselves when nobody renews them; they change rarely, so that many jobs share one snapshot.</summary>
    private void RenewOffers(WorkerId id, DateTimeOffset now)
    {
        if (_registry.Find(id) is { } service && service.Offers.Any(o => o.ExpiresAt - now < s_offered / 2))
        {
            _registry.Offer(id, [.. service.Offers.Select(o => o with { ExpiresAt = now + s_offered })]);
        }
    }

    private static (ServiceEnd End, string Why) EndOf(SessionException end) => end.Fault switch
    {
        SessionFault.Closed => (ServiceEnd.Left, "The session ended in order."),
        SessionFault.PeerGone => (ServiceEnd.Gone, "The connection ended without a word."),
        _ => (ServiceEnd.Broken, end.Message),
    };

    /// <summary>The machine of a principal that the operator says nothing of.</summary>
    private static NodeId NodeOf(PrincipalId registrant)
    {
        var text = new string([.. registrant.Value.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-')]);
        return NodeId.Parse("of-" + text[..Math.Min(text.Length, 60)]);
    }
}
