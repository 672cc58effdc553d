namespace Crank.Gateway.Opa;

/// <summary>How long the parts of an answer took, by OPA's names.</summary>
internal sealed class OpaTimers(TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private readonly List<(string Name, long Nanoseconds)> _all = [];
    private long _last = clock.GetTimestamp();

    /// <summary>A part ends now, and the next begins.</summary>
    public void Lap(string name)
    {
        var now = clock.GetTimestamp();
        _all.Add(($"timer_{name}_ns", Nanoseconds(_last, now)));
        _last = now;
    }

    /// <summary>All parts, and the whole.</summary>
    public IEnumerable<(string Name, long Nanoseconds)> All() => _all.Append(("timer_server_handler_ns", Nanoseconds(_began, clock.GetTimestamp())));

    private long Nanoseconds(long from, long to) => clock.GetElapsedTime(from, to).Ticks * TimeSpan.NanosecondsPerTick;
}
