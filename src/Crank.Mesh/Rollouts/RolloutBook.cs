using System.Collections.Frozen;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Receipts;
using Crank.Mesh.Records;
using Crank.Mesh.Registry;
using Crank.Mesh.Serialization;
using Crank.Mesh.Telemetry;
using Crank.Storage;

namespace Crank.Mesh.Rollouts;

/// <summary>
/// The rollouts of a mesh: says which share a job falls into, watches how jobs end, and raises, promotes or rolls back. A verdict counts at once and is written down right
/// after; what a crash keeps from being written is judged again from the log. Safe for many threads.
/// </summary>
public sealed class RolloutBook : IDisposable
{
    /// <summary>How many rollouts there may be.</summary>
    public const int MaxRollouts = 1_000;

    private const string Kind = "rollout";

    /// <summary>How many of the newest jobs a start looks at, to know again how those of a rollout ended.</summary>
    private const int MaxReread = 4_000;

    private readonly RecordBook _records;
    private readonly IStore _store;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<CapabilityName, RolloutTrack> _tracks = [];
    private volatile FrozenDictionary<CapabilityName, Rollout> _current = FrozenDictionary<CapabilityName, Rollout>.Empty;

    internal RolloutBook(RecordBook records, IStore store, TimeProvider clock, JobTelemetry telemetry)
    {
        (_records, _store, _clock) = (records, store, clock);
        telemetry.Ended += Observe;
    }

    /// <summary>Told of everything that happens to a rollout, once it counts. Handlers are quick and never throw.</summary>
    public event Action<Rollout, RolloutEvent>? Happened;

    /// <summary>Every rollout, by capability.</summary>
    public IReadOnlyList<RolloutStatus> List()
    {
        lock (_lock)
        {
            return [.. _tracks.OrderBy(t => t.Key).Select(t => StatusOf(t.Value))];
        }
    }

    /// <summary>The rollout of a capability; null for none.</summary>
    public RolloutStatus? Status(CapabilityName capability)
    {
        lock (_lock)
        {
            return _tracks.TryGetValue(capability, out var track) ? StatusOf(track) : null;
        }
    }

    /// <summary>Begins a rollout, in the place of the one that the capability has. The same one again changes nothing.</summary>
    /// <param name="wanted">The capability, the versions, the steps and the limits; where it stands is not looked at.</param>
    /// <returns>The rollout in force; null when there are <see cref="MaxRollouts"/>.</returns>
    /// <exception cref="ArgumentException">It breaks a rule; the message says which.</exception>
    /// <exception cref="StoreException">It could not be written, and is not in force.</exception>
    public async Task<Rollout?> SetAsync(Rollout wanted)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        if (RolloutRules.Faults(wanted) is [var first, ..])
        {
            throw new ArgumentException(first.Message, nameof(wanted));
        }

        await _writing.WaitAsync();
        try
        {
            var now = _clock.GetUtcNow();
            var known = TrackOf(wanted.Capability);
            if (known is { Rollout: var old } && RolloutRules.IsSame(old, wanted))
            {
                return old;
            }

            if (known is null && _current.Count >= MaxRollouts)
            {
                return null;
            }

            var begun = RolloutRules.With(
                wanted with { State = RolloutState.Running, Step = 0, Since = now, History = known?.Rollout.History ?? [] }, RolloutStep.Began,
                $"{wanted.Candidate} beside {wanted.Stable}", now);
            var version = (_records.Find(Kind, TenantId.Owner, wanted.Capability.Value)?.Version ?? 0) + 1;
            await _records.PutAsync(RowOf(begun, version));
            lock (_lock)
            {
                _tracks[wanted.Capability] = new(begun, version);
                Publish();
            }

            Tell(begun, begun.History[^1]);
            return begun;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Ends a rollout: the newest version that somebody offers has all jobs again.</summary>
    /// <returns>False when the capability has none.</returns>
    /// <exception cref="StoreException">It could not be written, and is in force as before.</exception>
    public async Task<bool> RemoveAsync(CapabilityName capability)
    {
        await _writing.WaitAsync();
        try
        {
            if (TrackOf(capability) is not { } track)
            {
                return false;
            }

            await _records.RemoveAsync(Kind, TenantId.Owner, capability.Value, track.Version);
            lock (_lock)
            {
                _tracks.Remove(capability);
                Publish();
            }

            return true;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Takes the next step, or rolls back, because somebody says so.</summary>
    /// <returns>Null when the capability has no rollout; false when it has ended.</returns>
    /// <exception cref="StoreException">It counts, and could not be written yet; housekeeping tries again.</exception>
    public async Task<bool?> DecideAsync(CapabilityName capability, bool isPromote, string why)
    {
        Rollout rollout;
        RolloutEvent happened;
        lock (_lock)
        {
            if (!_tracks.TryGetValue(capability, out var track))
            {
                return null;
            }

            if (track.Decide(new(isPromote ? RolloutVerdict.Answer.Promote : RolloutVerdict.Answer.RollBack, why), _clock.GetUtcNow()) is not { } what)
            {
                return false;
            }

            (rollout, happened) = (track.Rollout, what);
            Publish();
        }

        Tell(rollout, happened);
        await WriteAsync();
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _writing.Dispose();

    /// <summary>The rollout of a capability as it stands, for the choice of a version; null for none.</summary>
    internal Rollout? Find(CapabilityName capability) => _current.GetValueOrDefault(capability);

    /// <summary>Reads what is stored, and from the log how the jobs of late ended.</summary>
    /// <param name="logSize">How many leaves the log has.</param>
    /// <param name="endOf">A receipt as an end.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal void Load(long logSize, Func<Receipt, JobEnd> endOf)
    {
        lock (_lock)
        {
            foreach (var row in _store.ListRecords(Kind, TenantId.Owner, null, MaxRollouts))
            {
                if (Read(row) is { } rollout)
                {
                    _tracks[rollout.Capability] = new(rollout, row.Version);
                }
            }

            Publish();
            if (_tracks.Values.All(t => t.Rollout.State != RolloutState.Running))
            {
                return;
            }

            foreach (var row in _store.Receipts(Math.Max(0, logSize - MaxReread), MaxReread))
            {
                if (StoredReceipts.Read(_store, row.Job) is { } receipt && _tracks.TryGetValue(receipt.Capability.Name, out var track)
                    && (receipt.Capability.Version == track.Rollout.Stable || receipt.FinishedAt >= track.Rollout.Since)
                    && _store.FindJob(row.Job) is { } job && !SelfJob.Is(job))
                {
                    track.Count(endOf(receipt));
                }
            }
        }
    }

    /// <summary>Judges every rollout by the time that has passed, and writes what is not written yet.</summary>
    /// <exception cref="StoreException">The store cannot be written; the next time tries again.</exception>
    internal async Task TendAsync()
    {
        if (_current.Count == 0)
        {
            return;
        }

        foreach (var capability in _current.Keys.Order())
        {
            Judge(capability);
        }

        await WriteAsync();
    }

    /// <summary>Counts a job that ended.</summary>
    internal void Observe(JobEnd end)
    {
        if (!_current.ContainsKey(end.Capability.Name))
        {
            return;
        }

        var isTime = false;
        lock (_lock)
        {
            isTime = _tracks.TryGetValue(end.Capability.Name, out var track) && track.Count(end);
        }

        if (isTime && Judge(end.Capability.Name))
        {
            _ = WriteQuietlyAsync();
        }
    }

    private bool Judge(CapabilityName capability)
    {
        Rollout rollout;
        RolloutEvent happened;
        lock (_lock)
        {
            if (!_tracks.TryGetValue(capability, out var track) || track.Judge(_clock.GetUtcNow()) is not { } what)
            {
                return false;
            }

            (rollout, happened) = (track.Rollout, what);
            Publish();
        }

        Tell(rollout, happened);
        return true;
    }

    private void Tell(Rollout rollout, RolloutEvent happened)
    {
        MeshTelemetry.Rollouts.Add(1, new(MeshTelemetry.Capability, rollout.Capability.Value), new("crank.rollout.event", Words.Of(happened.What)));
        Happened?.Invoke(rollout, happened);
    }

    private async Task WriteQuietlyAsync()
    {
        try
        {
            await WriteAsync();
        }
        catch (Exception e) when (e is StoreException or System.Threading.Channels.ChannelClosedException or ObjectDisposedException)
        {
            // It counts all the same; housekeeping writes it, or the next start judges again.
        }
    }

    private async Task WriteAsync()
    {
        await _writing.WaitAsync();
        try
        {
            while (Unwritten() is { } track)
            {
                Rollout rollout;
                lock (_lock)
                {
                    (rollout, track.IsUnwritten) = (track.Rollout, false);
                }

                try
                {
                    await _records.PutAsync(RowOf(rollout, track.Version + 1));
                    track.Version++;
                }
                catch
                {
                    lock (_lock)
                    {
                        track.IsUnwritten = true;
                    }

                    throw;
                }
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private RolloutTrack? Unwritten()
    {
        lock (_lock)
        {
            return _tracks.Values.FirstOrDefault(t => t.IsUnwritten);
        }
    }

    private RolloutTrack? TrackOf(CapabilityName capability)
    {
        lock (_lock)
        {
            return _tracks.GetValueOrDefault(capability);
        }
    }

    private void Publish() => _current = _tracks.ToFrozenDictionary(t => t.Key, t => t.Value.Rollout);

    private RolloutStatus StatusOf(RolloutTrack track)
    {
        var now = _clock.GetUtcNow();
        var (rollout, stable, candidate) = (track.Rollout, track.Stable(now), track.Candidate(now));
        return new(rollout, stable, candidate, rollout.State == RolloutState.Running ? RolloutRules.Judge(rollout, stable, candidate, now) : null);
    }

    private static RecordRow RowOf(Rollout rollout, long version) =>
        new(Kind, TenantId.Owner, rollout.Capability.Value, JsonSerializer.SerializeToUtf8Bytes(rollout, MeshJson.Default.Rollout), null, version);

    private static Rollout? Read(RecordRow row)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Body, MeshJson.Default.Rollout);
        }
        catch (JsonException)
        {
            // What cannot be read has no say; whoever sets it anew writes over it.
            return null;
        }
    }
}
