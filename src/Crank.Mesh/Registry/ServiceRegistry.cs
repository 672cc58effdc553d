using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Place;
using Crank.Mesh.Run;
using Crank.Mesh.Telemetry;

namespace Crank.Mesh.Registry;

/// <summary>
/// Who serves what: the one place where services join and leave, those that crank brings and those from outside alike. Keeps the book in step with that, and hands each job to
/// the service whose offer was chosen. Safe for many threads.
/// </summary>
/// <remarks>
/// A name belongs to whoever has it: a service from outside cannot take one that crank or another principal serves. Several services may offer the same version; then they
/// describe it alike. What is offered is in the book whole or not at all.
/// </remarks>
public sealed class ServiceRegistry : IDispatcher
{
    /// <summary>How many services may be registered.</summary>
    public const int MaxServices = 1_024;

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly Dictionary<WorkerId, Entry> _entries = [];
    private volatile FrozenDictionary<OfferId, Entry> _routes = FrozenDictionary<OfferId, Entry>.Empty;

    /// <param name="clock">The time.</param>
    public ServiceRegistry(TimeProvider clock) => _clock = clock;

    /// <summary>What controllers place from; always in step with who serves.</summary>
    public OfferBook Book { get; } = new(new CapabilityCatalogue([]), OfferSnapshot.Empty);

    /// <summary>Told after a service joined, left or changed its state, outside of every lock. Handlers are quick and never throw.</summary>
    public event Action? Changed;

    /// <summary>Everybody who is registered, in the order of their ids.</summary>
    public ImmutableArray<Registration> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _entries.Values.Select(e => e.Registration).OrderBy(r => r.Id)];
            }
        }
    }

    /// <summary>One service; null when it is not registered.</summary>
    public Registration? Find(WorkerId id)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(id, out var entry) ? entry.Registration : null;
        }
    }

    /// <summary>Takes a service in, or says why not.</summary>
    /// <param name="id">Its name in the registry.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="capabilities">What it can do, checked.</param>
    /// <param name="offers">What it offers, one or more for each capability; no id that another offer has.</param>
    /// <param name="runs">What runs its jobs.</param>
    /// <param name="state">Where it begins.</param>
    public JoinAnswer Join(WorkerId id, ServiceFacts facts, ImmutableArray<Capability> capabilities, ImmutableArray<Offer> offers, IDispatcher runs, ServiceState state)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(runs);
        var registration = new Registration(id, facts, state, capabilities, offers, _clock.GetUtcNow());
        lock (_gate)
        {
            if (_entries.Count >= MaxServices)
            {
                return new JoinAnswer.Refused(RegistryCodes.Full, $"The mesh has {MaxServices} services and takes no more.");
            }

            if (_entries.ContainsKey(id))
            {
                return new JoinAnswer.Refused(RegistryCodes.Taken, $"A service is registered as '{id}' already.");
            }

            foreach (var capability in capabilities)
            {
                if (Conflict(facts, capability) is { } refused)
                {
                    return refused;
                }
            }

            _entries.Add(id, new(registration, runs));
            Publish();
        }

        MeshTelemetry.Services.Add(1, State(state));

        Changed?.Invoke();
        return new JoinAnswer.Joined(registration);
    }

    /// <summary>Takes a service out at once: nothing of it is placed from now on. What runs on it ends as whatever runs it says.</summary>
    /// <returns>False when it was not registered.</returns>
    public bool Leave(WorkerId id)
    {
        ServiceState state;
        lock (_gate)
        {
            if (!_entries.Remove(id, out var entry))
            {
                return false;
            }

            state = entry.Registration.State;
            Publish();
        }

        MeshTelemetry.Services.Add(-1, State(state));

        Changed?.Invoke();
        return true;
    }

    /// <summary>Puts a service into another state; its offers go in or out with it.</summary>
    /// <returns>False when it is not registered, or was in that state.</returns>
    public bool Turn(WorkerId id, ServiceState state) => Change(id, r => r with { State = state });

    /// <summary>Puts other offers of the same capabilities in the place of a service's, e.g. with a later end.</summary>
    /// <returns>False when it is not registered, or offers just these.</returns>
    public bool Offer(WorkerId id, ImmutableArray<Offer> offers) => Change(id, r => r.Offers.SequenceEqual(offers) ? r : r with { Offers = offers });

    /// <summary>Notes a sign of life.</summary>
    internal void Renew(WorkerId id, DateTimeOffset until) => Note(id, r => r with { LeaseUntil = until });

    /// <summary>Notes what a check came to, and what follows from it.</summary>
    /// <returns>How it stands now; null when it left meanwhile.</returns>
    internal Registration? Checked(WorkerId id, HealthReport report, ServiceOptions options)
    {
        Note(id, r => r with { Health = report });
        if (Find(id) is { } now && HealthRule.Next(now.State, report, options) is var next && next != now.State)
        {
            Turn(id, next);
        }

        return Find(id);
    }

    /// <summary>What may run a check of one service: its offers in whatever state it is, for nothing, and no other's. Null when it takes nothing or is not registered.</summary>
    public OfferBook? Probe(WorkerId id)
    {
        lock (_gate)
        {
            return _entries.TryGetValue(id, out var entry) && entry.Registration.State != ServiceState.Draining
                ? new(new(entry.Registration.Capabilities, Book.Catalogue), OfferSnapshot.Of(entry.Registration.Offers.Select(ProbeOf)))
                : null;
        }
    }

    /// <summary>Hands a job to the service whose offer was chosen. One that left meanwhile, or takes nothing new, has no room for it.</summary>
    public Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return _routes.TryGetValue(job.Offer.Id, out var entry) ? entry.Runs.RunAsync(job, cancellationToken) : Task.FromResult<DispatchResult>(new DispatchResult.Busy());
    }

    /// <summary>The same offer for nothing, under an id that nobody places by.</summary>
    private static Offer ProbeOf(Offer offer) => offer with { Id = new(new(offer.Id.Value.Value ^ 1)), Price = new(offer.Price.Currency, []) };

    private void Note(WorkerId id, Func<Registration, Registration> change)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(id, out var entry))
            {
                entry.Registration = change(entry.Registration);
            }
        }
    }

    private bool Change(WorkerId id, Func<Registration, Registration> change)
    {
        ServiceState before, after;
        lock (_gate)
        {
            if (!_entries.TryGetValue(id, out var entry) || change(entry.Registration) is var changed && changed == entry.Registration)
            {
                return false;
            }

            before = entry.Registration.State;
            after = changed.State;
            entry.Registration = changed;
            Publish();
        }

        if (before != after)
        {
            MeshTelemetry.Services.Add(-1, State(before));
            MeshTelemetry.Services.Add(1, State(after));
        }

        Changed?.Invoke();
        return true;
    }

    private JoinAnswer.Refused? Conflict(ServiceFacts facts, Capability capability)
    {
        foreach (var other in _entries.Values)
        {
            foreach (var known in other.Registration.Capabilities)
            {
                if (known.Id.Name != capability.Id.Name)
                {
                    continue;
                }

                if (other.Registration.Facts.Registrant != facts.Registrant && !facts.Shares.Contains(known.Id.Name))
                {
                    return new(RegistryCodes.Taken, $"'{capability.Id.Name}' is served by {(other.Registration.Facts.IsBuiltIn ? "crank itself" : "another principal")}; give yours a name of its own.");
                }

                if (known.Id == capability.Id && !Alike(known, capability))
                {
                    return new(RegistryCodes.Differs, $"{capability.Id} is described otherwise by the service that serves it now; give what changed a new version.");
                }
            }
        }

        return null;
    }

    /// <summary>Prices may differ, since every offer names its own.</summary>
    private static bool Alike(Capability one, Capability other) =>
        DescriptorReader.DigestOf(one with { Price = other.Price }) == DescriptorReader.DigestOf(other);

    private void Publish()
    {
        var serving = _entries.Values.Where(e => e.Registration.State == ServiceState.Serving).ToList();
        var routes = _entries.Values.Where(e => e.Registration.State != ServiceState.Draining)
            .SelectMany(e => e.Registration.Offers.Select(o => (ProbeOf(o).Id, Entry: e))).ToDictionary(o => o.Id, o => o.Entry);
        foreach (var entry in serving)
        {
            foreach (var offer in entry.Registration.Offers)
            {
                routes[offer.Id] = entry;
            }
        }

        _routes = routes.ToFrozenDictionary();
        var known = _entries.Values.OrderBy(e => e.Registration.JoinedAt).ThenBy(e => e.Registration.Id).SelectMany(e => e.Registration.Capabilities).DistinctBy(c => c.Id);
        Book.Replace(new(known, Book.Catalogue), OfferSnapshot.Of(serving.SelectMany(e => e.Registration.Offers)));
    }

    private static KeyValuePair<string, object?> State(ServiceState state) => new("crank.service.state", state.Word());

    private sealed class Entry(Registration registration, IDispatcher runs)
    {
        public Registration Registration { get; set; } = registration;

        public IDispatcher Runs { get; } = runs;
    }
}
