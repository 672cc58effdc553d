using Crank.Rego.Decide;
using Crank.Rego.Values;

namespace Crank.Cli.Policy;

/// <summary>Asks one question again and again, and measures.</summary>
internal sealed class Benchmark(PreparedQuery query, Value input, TimeProvider clock)
{
    private const int MaxSamples = 2_000_000;
    private static readonly (string Name, double Share)[] s_percentiles = [("median", 0.5), ("75%", 0.75), ("90%", 0.9), ("95%", 0.95), ("99%", 0.99), ("99.9%", 0.999)];
    private readonly List<long> _ticks = new(MaxSamples);

    /// <summary>Measures for a time, after a tenth of it to warm up; at least one answer.</summary>
    public BenchmarkResult Run(TimeSpan length, CancellationToken cancellationToken)
    {
        Ask(length / 10, cancellationToken);
        var (processor, bytes) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
        Ask(length, cancellationToken);
        processor = Environment.CpuUsage.TotalTime - processor;

        var taken = Math.Max(0, GC.GetAllocatedBytesForCurrentThread() - bytes);
        var samples = _ticks.Count;
        var total = _ticks.Sum(Nanoseconds);
        _ticks.Sort();
        return new(
            samples,
            (double)total / samples,
            processor.TotalNanoseconds / samples,
            (double)taken / samples,
            [.. s_percentiles.Select(p => (p.Name, Nanoseconds(_ticks[Math.Min(samples - 1, (int)(p.Share * samples))])))]);
    }

    private void Ask(TimeSpan length, CancellationToken cancellationToken)
    {
        _ticks.Clear();
        var start = clock.GetTimestamp();
        var last = start;
        do
        {
            query.Decide(input, cancellationToken: cancellationToken);
            var now = clock.GetTimestamp();
            _ticks.Add(now - last);
            last = now;
        }
        while (clock.GetElapsedTime(start, last) < length && _ticks.Count < MaxSamples);
    }

    private long Nanoseconds(long ticks) => (long)(ticks * (1e9 / clock.TimestampFrequency));
}
