using System.Collections.Concurrent;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;

namespace Crank.Gateway.Quotas;

/// <summary>
/// The door in front of each capability: so many run at once, so many wait in turn (<see cref="FairQueue{T}"/>), the rest is told when to come again. Safe
/// for many threads.
/// </summary>
internal sealed class Door(QuotaOptions options, Func<TenantId, int> weightOf, TimeProvider clock)
{
    private const int MaxDoors = 10_000;

    private volatile QuotaOptions _options = options;

    private readonly ConcurrentDictionary<string, Gate> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits for a place. Disposing the pass gives it back.</summary>
    /// <param name="capability">The capability's name.</param>
    /// <param name="tenant">Who asks.</param>
    /// <param name="urgency">0 to 7, see <see cref="Urgency"/>.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <returns>The pass, or how long to stay away: about as long as the line takes to move that far.</returns>
    public ValueTask<(IDisposable? Pass, TimeSpan RetryAfter)> EnterAsync(string capability, TenantId tenant, int urgency, CancellationToken cancellationToken)
    {
        // There are as many doors as names in the catalogue; the bound holds if one day it is endless.
        var gate = _gates.TryGetValue(capability, out var known) || _gates.Count >= MaxDoors ? known ?? _gates.GetOrAdd("", NewGate) : _gates.GetOrAdd(capability, NewGate);
        return gate.EnterAsync(tenant, urgency, cancellationToken);
    }

    /// <summary>Takes over how many may run and wait, for whoever comes next; nobody who waits is sent away.</summary>
    public void Renew(QuotaOptions next) => _options = next;

    /// <summary>Waits for a place in front of a capability, for callers that no endpoint of its own leads there. The owner on the socket needs none.</summary>
    /// <exception cref="BadRequestException">As many wait as may: when to come again.</exception>
    public async ValueTask<IDisposable?> PassAsync(string capability, Caller caller, int urgency, CancellationToken cancellationToken)
    {
        if (caller.Source == OwnerSocketIdentity.Source)
        {
            return null;
        }

        var (pass, away) = await EnterAsync(capability, caller.Tenant, urgency, cancellationToken);
        return pass ?? throw Full(capability, away);
    }

    /// <summary>What is said to whoever may not even wait.</summary>
    public static BadRequestException Full(string capability, TimeSpan away) => new(
        ProblemCodes.Unavailable, $"As many as may wait for '{capability}' do.", "Come again after Retry-After, or ask for a job that runs later.")
    { RetryAfter = away };

    /// <summary>How many run and wait now.</summary>
    public (int Running, int Waiting) Of(string capability) => _gates.TryGetValue(capability, out var gate) ? gate.Load : (0, 0);

    private Gate NewGate(string capability) => new(this, weightOf, clock);

    private sealed class Gate(Door door, Func<TenantId, int> weightOf, TimeProvider clock)
    {
        private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan s_most = TimeSpan.FromSeconds(60);

        private readonly Lock _lock = new();
        private readonly FairQueue<Ticket> _queue = new(door._options.Waiting);
        private int _running;
        private double _secondsEach = 1;

        private int Places => door._options.Running;

        public (int Running, int Waiting) Load
        {
            get
            {
                lock (_lock)
                {
                    return (_running, _queue.Count);
                }
            }
        }

        public async ValueTask<(IDisposable? Pass, TimeSpan RetryAfter)> EnterAsync(TenantId tenant, int urgency, CancellationToken cancellationToken)
        {
            Ticket ticket;
            var weight = Load.Running < Places ? 1 : weightOf(tenant);
            lock (_lock)
            {
                _queue.Room = door._options.Waiting;
                if (_running < Places)
                {
                    _running++;
                    return (new Pass(this, clock.GetTimestamp()), TimeSpan.Zero);
                }

                ticket = new Ticket();
                var (displaced, who) = _queue.Add(tenant, weight, urgency, ticket);
                if (displaced)
                {
                    who!.Done.TrySetResult(null);
                }
            }

            await using var registration = cancellationToken.Register(() => Forget(tenant, ticket));
            var pass = await ticket.Done.Task;
            if (cancellationToken.IsCancellationRequested)
            {
                // A place that came at the very moment at which its caller left goes to the next.
                pass?.Dispose();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return (pass, pass is null ? Away() : TimeSpan.Zero);
        }

        private void Forget(TenantId tenant, Ticket ticket)
        {
            lock (_lock)
            {
                if (_queue.Remove(tenant, ticket))
                {
                    ticket.Done.TrySetResult(null);
                }
            }
        }

        private void Leave(long began)
        {
            lock (_lock)
            {
                _secondsEach = (0.9 * _secondsEach) + (0.1 * clock.GetElapsedTime(began).TotalSeconds);
                _running--;
                while (_running < Places && _queue.TryTake(out var next))
                {
                    _running++;
                    next!.Done.TrySetResult(new Pass(this, clock.GetTimestamp()));
                }
            }
        }

        private TimeSpan Away()
        {
            lock (_lock)
            {
                var seconds = TimeSpan.FromSeconds(Math.Ceiling(_secondsEach * (_queue.Count + 1) / Places));
                return seconds < s_least ? s_least : seconds > s_most ? s_most : seconds;
            }
        }

        private sealed class Pass(Gate gate, long began) : IDisposable
        {
            private int _left;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _left, 1) == 0)
                {
                    gate.Leave(began);
                }
            }
        }

        private sealed class Ticket
        {
            public TaskCompletionSource<IDisposable?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
