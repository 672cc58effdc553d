using Crank.Core;

namespace Crank.Gateway.Quotas;

/// <summary>
/// A bounded line in which tenants take turns by their weights, and within a tenant the most urgent comes first, then who came first. When it is full, the
/// tenant that holds the most of it for its weight gives up its least urgent, last come. Pure but for its own state; not safe for many threads.
/// </summary>
/// <typeparam name="T">What waits.</typeparam>
/// <param name="room">How many may wait.</param>
internal sealed class FairQueue<T>(int room)
    where T : notnull
{
    private readonly Dictionary<TenantId, Line> _lines = [];
    private double _turn;
    private long _arrivals;

    public int Count { get; private set; }

    /// <summary>How many may wait; those beyond a smaller number stay until they are taken.</summary>
    public int Room { get; set; } = room;

    /// <summary>Puts one into the line.</summary>
    /// <returns>Who must leave for it: nobody, another one, or itself.</returns>
    public (bool Displaced, T? Who) Add(TenantId tenant, int weight, int urgency, T item)
    {
        if (!_lines.TryGetValue(tenant, out var line))
        {
            // Who comes anew starts at the turn that is reached: having been away saves nothing up.
            _lines[tenant] = line = new Line(_turn);
        }

        line.Weight = Math.Max(1, weight);
        line.Waiting.Add((urgency, _arrivals++), item);
        Count++;
        if (Count <= Room)
        {
            return (false, default);
        }

        var (largest, most) = _lines.Where(l => l.Value.Waiting.Count > 0).Select(l => (l.Key, l.Value))
            .OrderByDescending(l => (double)l.Value.Waiting.Count / l.Value.Weight).ThenByDescending(l => l.Key == tenant).ThenBy(l => l.Key.Value, StringComparer.Ordinal).First();
        var last = most.Waiting.Keys[^1];
        var who = most.Waiting[last];
        Drop(largest, most, last);
        return (true, who);
    }

    /// <summary>Takes the next one out.</summary>
    public bool TryTake(out T? item)
    {
        item = default;
        if (Count == 0)
        {
            return false;
        }

        var (tenant, line) = _lines.Where(l => l.Value.Waiting.Count > 0).Select(l => (l.Key, l.Value)).OrderBy(l => l.Value.Turn).ThenBy(l => l.Key.Value, StringComparer.Ordinal).First();
        _turn = line.Turn;
        line.Turn += 1.0 / line.Weight;
        var first = line.Waiting.Keys[0];
        item = line.Waiting[first];
        Drop(tenant, line, first);
        return true;
    }

    /// <summary>Takes one out that waits no more.</summary>
    public bool Remove(TenantId tenant, T item)
    {
        if (!_lines.TryGetValue(tenant, out var line) || line.Waiting.IndexOfValue(item) is not (>= 0 and var at))
        {
            return false;
        }

        Drop(tenant, line, line.Waiting.Keys[at]);
        return true;
    }

    private void Drop(TenantId tenant, Line line, (int, long) place)
    {
        line.Waiting.Remove(place);
        Count--;
        if (line.Waiting.Count == 0 && (Count == 0 || line.Turn <= _turn))
        {
            _lines.Remove(tenant);
        }

        if (Count == 0)
        {
            _lines.Clear();
            _turn = 0;
        }
    }

    private sealed class Line(double turn)
    {
        public double Turn { get; set; } = turn;

        public int Weight { get; set; } = 1;

        public SortedList<(int Urgency, long Arrival), T> Waiting { get; } = [];
    }
}
