namespace Crank.Gateway.Observability.Objectives;

/// <summary>Tallies of the newest slots of equal length: minutes or hours since 1970.</summary>
internal sealed class TallyRing(TimeSpan slot, int slots)
{
    private readonly (long Slot, Tally Tally)[] _ring = new (long, Tally)[slots];

    public long SlotOf(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / slot.Ticks;

    /// <summary>Counts; what is older than the ring is dropped.</summary>
    public void Add(long at, Tally tally)
    {
        ref var place = ref _ring[at % _ring.Length];
        if (place.Slot == at)
        {
            place.Tally += tally;
        }
        else if (place.Slot < at)
        {
            place = (at, tally);
        }
    }

    /// <summary>The sum over a window that ends with the slot of a time.</summary>
    public Tally Sum(DateTimeOffset now, TimeSpan window)
    {
        var (last, sum) = (SlotOf(now), default(Tally));
        for (var i = last - Math.Min(window.Ticks / slot.Ticks, _ring.Length) + 1; i <= last; i++)
        {
            var place = _ring[i % _ring.Length];
            sum += place.Slot == i ? place.Tally : default;
        }

        return sum;
    }

    /// <summary>Every slot that has something, oldest first.</summary>
    public IEnumerable<(long Slot, Tally Tally)> All() => _ring.Where(p => p.Tally.Total > 0).OrderBy(p => p.Slot);
}
