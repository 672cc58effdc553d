namespace Crank.Mesh.Queue;

/// <summary>How fast jobs leave the queue, from when the last of them did; what an honest Retry-After is made of.</summary>
internal sealed class EndRate(int slots)
{
    private const int Remembered = 64;
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(10);
    private readonly Queue<DateTimeOffset> _ends = [];

    /// <summary>Remembers that a job left.</summary>
    public void Add(DateTimeOffset at)
    {
        _ends.Enqueue(at);
        if (_ends.Count > Remembered)
        {
            _ends.Dequeue();
        }
    }

    /// <summary>How long until so many more have left, at the pace of the last ones up to now; whole seconds, 1 s to 10 min.</summary>
    /// <param name="count">How many have to leave, ≥ 1.</param>
    /// <param name="now">The time; a queue that stood still since its last end is slower for it.</param>
    public TimeSpan Until(int count, DateTimeOffset now)
    {
        // Before anything has left: each slot is thought to need a second for a job.
        var seconds = _ends.Count < 2
            ? (double)count / slots
            : Math.Max((now - _ends.Peek()).TotalSeconds, 0.001) / _ends.Count * count;
        return TimeSpan.FromSeconds(Math.Ceiling(Math.Clamp(seconds, s_least.TotalSeconds, s_most.TotalSeconds)));
    }
}
