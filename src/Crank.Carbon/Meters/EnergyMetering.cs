using System.Collections.Immutable;

namespace Crank.Carbon;

/// <summary>The best meter that works here, and the lesser ones for jobs that it cannot tell about. Safe for many threads.</summary>
/// <remarks>
/// Counters are read at most once in <see cref="MinInterval"/>, whatever the number of jobs. A job shorter than that gets its
/// share of the interval before it.
/// </remarks>
public sealed class EnergyMetering
{
    private readonly ImmutableArray<IEnergyMeter> _meters;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private EnergyMark _last;
    private long _readAt;

    /// <summary>Tries the meters in order and keeps those that work.</summary>
    /// <param name="meters">Best first; <see cref="DefaultMeter"/> is added behind them.</param>
    /// <param name="clock">Monotonic time.</param>
    public EnergyMetering(IEnumerable<IEnergyMeter> meters, TimeProvider clock)
    {
        var tried = meters.Append(new DefaultMeter()).Select(m => (Meter: m, Why: m.WhyUnavailable())).ToArray();
        _meters = [.. tried.Where(t => t.Why is null).Select(t => t.Meter)];
        Unavailable = [.. tried.Where(t => t.Why is not null).Select(t => t.Why!)];
        _clock = clock;
        _last = new(_meters[0].Sample(), EnergySample.Nothing);
        _readAt = clock.GetTimestamp();
    }

    /// <summary>The shortest time between two readings of the counters: 50 ms, several times what they and the CPU times resolve.</summary>
    public static TimeSpan MinInterval => TimeSpan.FromMilliseconds(50);

    /// <summary>Why meters that were given are not used, each by name.</summary>
    public ImmutableArray<string> Unavailable { get; }

    /// <summary>The best meter by name.</summary>
    public string Best => _meters[0].Name;

    /// <summary>Marks a moment: the start of a job.</summary>
    public EnergyMark Mark()
    {
        lock (_lock)
        {
            var now = _clock.GetTimestamp();
            if (_clock.GetElapsedTime(_readAt, now) >= MinInterval)
            {
                _last = new(_meters[0].Sample(), _last.Sample);
                _readAt = now;
            }

            return _last;
        }
    }

    /// <summary>What a job used that began at a mark and ends now.</summary>
    public EnergyReading Read(EnergyMark start, JobWork work)
    {
        var end = Mark();
        var before = ReferenceEquals(end, start) ? start.Previous : start.Sample;
        foreach (var meter in _meters)
        {
            if (meter.Read(before, end.Sample, work) is { } reading)
            {
                return reading;
            }
        }

        throw new Core.InvariantBrokenException("the default meter always answers");
    }
}
