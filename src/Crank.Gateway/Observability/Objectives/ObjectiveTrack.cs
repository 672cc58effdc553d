using System.Collections.Immutable;
using Crank.Mesh.Telemetry;

namespace Crank.Gateway.Observability.Objectives;

/// <summary>How one objective is kept: minutes of the last six hours, hours of its whole window.</summary>
internal sealed class ObjectiveTrack(Objective objective)
{
    private static readonly TimeSpan s_minutes = TimeSpan.FromHours(6);

    private readonly Lock _lock = new();
    private readonly TallyRing _short = new(TimeSpan.FromMinutes(1), (int)s_minutes.TotalMinutes + 1);
    private readonly TallyRing _long = new(TimeSpan.FromHours(1), (int)TimeSpan.FromDays(91).TotalHours);
    private bool _changed;

    public Objective Objective { get; } = objective;

    public void Count(in JobEnd job)
    {
        if (Objective.IsGood(job) is not { } good)
        {
            return;
        }

        var one = new Tally(good ? 1 : 0, 1);
        lock (_lock)
        {
            _short.Add(_short.SlotOf(job.At), one);
            _long.Add(_long.SlotOf(job.At), one);
            _changed = true;
        }
    }

    public Tally Over(DateTimeOffset now, TimeSpan window)
    {
        lock (_lock)
        {
            return (window <= s_minutes ? _short : _long).Sum(now, window);
        }
    }

    /// <summary>The hours that are to be kept; null when nothing changed since the last time.</summary>
    public ImmutableArray<long[]>? TakeChanges(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_changed)
            {
                return null;
            }

            _changed = false;
            var oldest = _long.SlotOf(now - Objective.Window);
            return [.. _long.All().Where(s => s.Slot >= oldest).Select(s => new[] { s.Slot, s.Tally.Good, s.Tally.Total })];
        }
    }

    public void Restore(IEnumerable<long[]> hours)
    {
        lock (_lock)
        {
            foreach (var hour in hours.Where(h => h is [> 0, >= 0, > 0] && h[1] <= h[2]))
            {
                _long.Add(hour[0], new(hour[1], hour[2]));
            }
        }
    }
}
