using Crank.Core;

namespace Crank.Mesh.Queue;

/// <summary>
/// Who is next. Tenants take turns by what their jobs cost: each has a pass that grows by cost over weight when one of its jobs is taken, and the smallest pass
/// is next (stride scheduling; a tenant that comes back starts at the pass of now and saves nothing up). Among the jobs of one tenant the highest priority goes
/// first, then the one that was ready first. Capabilities that may run no more are passed over and hold nobody else up.
/// </summary>
/// <remarks>Holds no clock and no chance: the same calls give the same answers. For one thread at a time.</remarks>
internal sealed class FairQueue
{
    private readonly Dictionary<JobId, QueueEntry> _entries = [];
    private readonly Dictionary<TenantId, Lane> _lanes = [];
    private readonly SortedSet<(double Pass, TenantId Tenant)> _turns = [];
    private readonly SortedSet<(DateTimeOffset At, JobId Job)> _delayed = [];
    private readonly SortedSet<(DateTimeOffset At, JobId Job)> _due = [];
    private double _now;

    /// <summary>How many wait, delayed ones included.</summary>
    public int Count => _entries.Count;

    /// <summary>True for a job that waits here.</summary>
    public bool Contains(JobId job) => _entries.ContainsKey(job);

    /// <summary>When the next delayed job becomes ready; null when none is delayed.</summary>
    public DateTimeOffset? NextReady => _delayed.Count == 0 ? null : _delayed.Min.At;

    /// <summary>When the next deadline is; null when nothing waits.</summary>
    public DateTimeOffset? NextDue => _due.Count == 0 ? null : _due.Min.At;

    /// <summary>Gives a tenant a share of the turns, against 1 of others.</summary>
    public void SetWeight(TenantId tenant, int weight) => LaneOf(tenant).Weight = Math.Clamp(weight, 1, 1000);

    /// <summary>Adds a job that is not there yet.</summary>
    public void Add(QueueEntry entry, DateTimeOffset now)
    {
        _entries.Add(entry.Row.Job, entry);
        _due.Add((entry.Row.DueAt, entry.Row.Job));
        if (entry.ReadyAt > now)
        {
            _delayed.Add((entry.ReadyAt, entry.Row.Job));
        }
        else
        {
            MakeReady(entry);
        }
    }

    /// <summary>Takes a job out; null when it does not wait here.</summary>
    public QueueEntry? Remove(JobId job)
    {
        if (!_entries.Remove(job, out var entry))
        {
            return null;
        }

        _due.Remove((entry.Row.DueAt, job));
        if (!_delayed.Remove((entry.ReadyAt, job)))
        {
            var lane = LaneOf(entry.Row.Tenant);
            lane.Remove(entry);
            if (lane.Count == 0)
            {
                _turns.Remove((lane.Pass, entry.Row.Tenant));
            }
        }

        return entry;
    }

    /// <summary>Takes one job whose deadline has passed; null when there is none.</summary>
    public QueueEntry? TakeOverdue(DateTimeOffset now) => _due.Count > 0 && _due.Min.At <= now ? Remove(_due.Min.Job) : null;

    /// <summary>Takes the next job that is ready; null when there is none that may run.</summary>
    /// <param name="now">The time.</param>
    /// <param name="mayRun">Whether one more job of a capability may run.</param>
    /// <param name="cost">What a job is thought to cost, &gt; 0, in any unit that is the same for all.</param>
    public QueueEntry? Take(DateTimeOffset now, Func<CapabilityName, bool> mayRun, Func<QueueEntry, double> cost)
    {
        while (_delayed.Count > 0 && _delayed.Min.At <= now)
        {
            var ready = _delayed.Min;
            _delayed.Remove(ready);
            MakeReady(_entries[ready.Job]);
        }

        foreach (var turn in _turns)
        {
            var lane = _lanes[turn.Tenant];
            if (lane.First(mayRun) is { } entry)
            {
                _now = Math.Max(_now, turn.Pass);
                _turns.Remove(turn);
                lane.Pass = turn.Pass + (cost(entry) / lane.Weight);
                _turns.Add((lane.Pass, turn.Tenant));
                return Remove(entry.Row.Job);
            }
        }

        return null;
    }

    private void MakeReady(QueueEntry entry)
    {
        var lane = LaneOf(entry.Row.Tenant);
        if (lane.Count == 0)
        {
            lane.Pass = Math.Max(lane.Pass, _now);
            _turns.Add((lane.Pass, entry.Row.Tenant));
        }

        lane.Add(entry);
    }

    private Lane LaneOf(TenantId tenant) => _lanes.TryGetValue(tenant, out var lane) ? lane : _lanes[tenant] = new();

    /// <summary>The ready jobs of one tenant.</summary>
    private sealed class Lane
    {
        private readonly Dictionary<CapabilityName, SortedSet<(int Behind, DateTimeOffset ReadyAt, JobId Job, QueueEntry Entry)>> _byCapability = [];

        public int Weight { get; set; } = 1;

        public double Pass { get; set; }

        public int Count { get; private set; }

        public void Add(QueueEntry entry)
        {
            var name = entry.Row.Capability.Name;
            if (!_byCapability.TryGetValue(name, out var jobs))
            {
                _byCapability[name] = jobs = new(Comparer<(int Behind, DateTimeOffset ReadyAt, JobId Job, QueueEntry Entry)>.Create(
                    static (x, y) => (x.Behind, x.ReadyAt, x.Job).CompareTo((y.Behind, y.ReadyAt, y.Job))));
            }

            Count += jobs.Add(Key(entry)) ? 1 : 0;
        }

        public void Remove(QueueEntry entry)
        {
            var jobs = _byCapability[entry.Row.Capability.Name];
            Count -= jobs.Remove(Key(entry)) ? 1 : 0;
            if (jobs.Count == 0)
            {
                _byCapability.Remove(entry.Row.Capability.Name);
            }
        }

        public QueueEntry? First(Func<CapabilityName, bool> mayRun)
        {
            (int Behind, DateTimeOffset ReadyAt, JobId Job, QueueEntry Entry)? first = null;
            foreach (var (name, jobs) in _byCapability)
            {
                var candidate = jobs.Min;
                if (mayRun(name) && (first is not { } best || (candidate.Behind, candidate.ReadyAt, candidate.Job).CompareTo((best.Behind, best.ReadyAt, best.Job)) < 0))
                {
                    first = candidate;
                }
            }

            return first?.Entry;
        }

        private static (int Behind, DateTimeOffset ReadyAt, JobId Job, QueueEntry Entry) Key(QueueEntry entry) => (-entry.Row.Priority, entry.ReadyAt, entry.Row.Job, entry);
    }
}
