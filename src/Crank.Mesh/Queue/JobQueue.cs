using Crank.Core;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Mesh.Queue;

/// <summary>Starts accepted jobs when their turn and their time have come, within the limits; and says no when there is no room for more.</summary>
/// <param name="settings">The limits.</param>
/// <param name="clock">The time.</param>
/// <param name="run">Runs one job to its end, or says where it goes on waiting; never throws.</param>
internal sealed class JobQueue(QueueSettings settings, TimeProvider clock, Func<RunningJob, Task<QueueEntry?>> run) : IDisposable
{
    private const double SharePerEnd = 0.2;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromDays(1);
    private readonly Lock _gate = new();
    private readonly FairQueue _waiting = new();
    private readonly Dictionary<JobId, RunningJob> _running = [];
    private readonly Dictionary<CapabilityName, double> _seconds = [];
    private readonly Dictionary<CapabilityName, int> _runningOf = [];
    private readonly Dictionary<CapabilityName, int> _roomOf = [];
    private readonly Dictionary<TenantId, int> _roomOfTenant = [];
    private readonly EndRate _ends = new(settings.MaxRunning);
    private ITimer? _timer;
    private int _room;
    private bool _stopped = !settings.Runs;
    private bool _held;
    private bool _disposed;

    /// <summary>What the last run threw that none should; null while none did.</summary>
    public Exception? LastDefect { get; private set; }

    public QueueLoad Load
    {
        get
        {
            lock (_gate)
            {
                return new(_waiting.Count, _running.Count, settings.MaxQueued, _stopped);
            }
        }
    }

    /// <summary>Sets room aside for a job that is about to be accepted. Give it back with <see cref="Release"/> when it was not.</summary>
    /// <returns>Null when there is room; else the refusal, with the time after which it is likely to be taken.</returns>
    public Refusal? Reserve(TenantId tenant, CapabilityName capability, JobPriority priority)
    {
        lock (_gate)
        {
            var most = (int)(settings.MaxQueued * priority switch { JobPriority.Low => 0.5, JobPriority.Normal => 0.9, _ => 1.0 });
            var ofCapability = settings.Capabilities.GetValueOrDefault(capability)?.MaxQueued ?? int.MaxValue;
            var (over, what) = (_room + 1 - most, _roomOfTenant.GetValueOrDefault(tenant) + 1 - settings.MaxQueuedPerTenant, _roomOf.GetValueOrDefault(capability) + 1 - ofCapability) switch
            {
                var (all, _, _) when all > 0 => (all, $"The queue has {_room} jobs, and takes jobs of {priority} priority up to {most}"),
                var (_, mine, _) when mine > 0 => (mine, $"Tenant '{tenant}' has {settings.MaxQueuedPerTenant} jobs in the queue, which is as many as it may"),
                var (_, _, same) when same > 0 => (same, $"The queue has {ofCapability} jobs of {capability}, which is as many as it takes"),
                _ => (0, ""),
            };
            if (over > 0)
            {
                var wait = _ends.Until(over, clock.GetUtcNow());
                return new(RefusalKind.NoOffer, RefusalCodes.QueueFull, $"{what}.", $"Try again in {wait.TotalSeconds:0} s.") { RetryAfter = wait };
            }

            Count(tenant, capability, 1);
            return null;
        }
    }

    /// <summary>Gives room back.</summary>
    public void Release(TenantId tenant, CapabilityName capability)
    {
        lock (_gate)
        {
            Count(tenant, capability, -1);
        }
    }

    /// <summary>Adds a job that is on disk; its room was set aside before, or is taken now.</summary>
    /// <param name="row">Its place.</param>
    /// <param name="weight">The share of its tenant.</param>
    /// <param name="isReserved">True when its room was set aside.</param>
    public void Add(QueueRow row, int weight, bool isReserved)
    {
        lock (_gate)
        {
            // Housekeeping may have found it on disk in between; then its room is counted already.
            var isKnown = _waiting.Contains(row.Job) || _running.ContainsKey(row.Job);
            if (isReserved == isKnown)
            {
                Count(row.Tenant, row.Capability.Name, isReserved ? -1 : 1);
            }

            if (isKnown)
            {
                return;
            }

            _waiting.SetWeight(row.Tenant, weight);
            _waiting.Add(QueueEntry.Of(row), clock.GetUtcNow());
        }

        Pump();
    }

    /// <summary>Takes a job out before it starts; null when it does not wait here. Its room stays taken until <see cref="Release"/> or <see cref="PutBack"/>.</summary>
    public QueueEntry? Remove(JobId job)
    {
        lock (_gate)
        {
            return _waiting.Remove(job);
        }
    }

    /// <summary>Puts a job back that was taken out and could not be ended.</summary>
    public void PutBack(QueueEntry entry)
    {
        lock (_gate)
        {
            _waiting.Add(entry, clock.GetUtcNow());
        }

        Pump();
    }

    /// <summary>Asks a running job to stop.</summary>
    /// <returns>False when it does not run here.</returns>
    public bool Stop(JobId job)
    {
        RunningJob? running;
        lock (_gate)
        {
            running = _running.GetValueOrDefault(job);
        }

        running?.Stop(handBack: false);
        return running is not null;
    }

    /// <summary>True for a job that waits or runs here.</summary>
    public bool Knows(JobId job)
    {
        lock (_gate)
        {
            return _waiting.Contains(job) || _running.ContainsKey(job);
        }
    }

    /// <summary>True for a job of the queue that runs here.</summary>
    public bool IsRunning(JobId job)
    {
        lock (_gate)
        {
            return _running.ContainsKey(job);
        }
    }

    /// <summary>Starts nothing until <see cref="GoOn"/>. What is overdue ends all the same.</summary>
    /// <returns>What runs now.</returns>
    public IReadOnlyList<RunningJob> Hold()
    {
        lock (_gate)
        {
            _held = true;
            return [.. _running.Values];
        }
    }

    /// <summary>Starts again what may be started.</summary>
    public void GoOn()
    {
        lock (_gate)
        {
            _held = false;
        }

        Pump();
    }

    /// <summary>Starts nothing more; waits for what runs, and after that time stops it so that it goes back into the queue.</summary>
    /// <returns>How many ended by themselves, and how many were stopped.</returns>
    public async Task<(int Finished, int Stopped)> DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        List<RunningJob> running;
        lock (_gate)
        {
            _stopped = true;
            running = [.. _running.Values];
        }

        var all = Task.WhenAll(running.Select(r => r.Task));
        try
        {
            await all.WaitAsync(patience, clock, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // They are stopped below, whether it took too long or nobody wants to wait any more.
        }

        var late = running.Where(r => !r.Task.IsCompleted).ToList();
        foreach (var job in late)
        {
            job.Stop(handBack: true);
        }

        await all;
        return (running.Count - late.Count, late.Count);
    }

    /// <summary>Starts what may be started now, and sets the clock for what may be later.</summary>
    public void Pump()
    {
        var started = new List<RunningJob>();
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            var now = clock.GetUtcNow();
            while (!_stopped && Next(now) is { } entry)
            {
                var job = new RunningJob(entry);
                _running.Add(entry.Row.Job, job);
                _runningOf[entry.Row.Capability.Name] = _runningOf.GetValueOrDefault(entry.Row.Capability.Name) + 1;
                started.Add(job);
            }

            SetTimer(now);
            foreach (var job in started)
            {
                job.Task = RunAsync(job);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = _stopped = true;
            _timer?.Dispose();
        }
    }

    private bool HasRoom => !_held && _running.Count < settings.MaxRunning;

    /// <summary>What is overdue needs no free place: it only ends.</summary>
    private QueueEntry? Next(DateTimeOffset now) =>
        _waiting.TakeOverdue(now)
        ?? (HasRoom
            ? _waiting.Take(
                now,
                name => _runningOf.GetValueOrDefault(name) < (settings.Capabilities.GetValueOrDefault(name)?.MaxRunning ?? int.MaxValue),
                entry => _seconds.GetValueOrDefault(entry.Row.Capability.Name, 1))
            : null);

    private async Task RunAsync(RunningJob job)
    {
        // Whoever pumps goes on: it may be the one who accepted the job.
        await Task.Yield();
        var name = job.Entry.Row.Capability.Name;
        var began = clock.GetTimestamp();
        var waits = await RunSafelyAsync(job);
        job.Dispose();
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            _running.Remove(job.Entry.Row.Job);
            _runningOf[name]--;
            if (waits is null)
            {
                _ends.Add(now);
                Count(job.Entry.Row.Tenant, name, -1);
                var took = Math.Max(clock.GetElapsedTime(began).TotalSeconds, 0.001);
                _seconds[name] = _seconds.TryGetValue(name, out var mean) ? mean + ((took - mean) * SharePerEnd) : took;
            }
            else
            {
                _waiting.Add(waits, now);
            }
        }

        Pump();
    }

    /// <summary>A defect in a run takes nothing but its own job along, which is on disk and is found there by housekeeping.</summary>
    private async Task<QueueEntry?> RunSafelyAsync(RunningJob job)
    {
        try
        {
            return await run(job);
        }
        catch (Exception e)
        {
            LastDefect = e;
            return null;
        }
    }

    private void Count(TenantId tenant, CapabilityName capability, int change)
    {
        _room += change;
        Count(_roomOfTenant, tenant, change);
        Count(_roomOf, capability, change);
    }

    private static void Count<TKey>(Dictionary<TKey, int> counts, TKey key, int change)
        where TKey : notnull
    {
        if ((counts[key] = counts.GetValueOrDefault(key) + change) == 0)
        {
            counts.Remove(key);
        }
    }

    private void SetTimer(DateTimeOffset now)
    {
        // Without a free place, whoever ends pumps again.
        var next = (HasRoom ? _waiting.NextReady : null, _waiting.NextDue) switch
        {
            _ when _stopped => null,
            ({ } ready, { } due) => ready < due ? ready : due,
            var (ready, due) => ready ?? due,
        };
        if (next is not { } at)
        {
            return;
        }

        var wait = TimeSpan.FromTicks(Math.Clamp((at - now).Ticks, TimeSpan.TicksPerMillisecond, s_longestWait.Ticks));
        _timer ??= clock.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
