namespace Crank.Core;

/// <summary>Makes ids that sort by the time they were made, also within a millisecond and when the clock steps back.</summary>
/// <remarks>Safe for many threads. The same clock and the same seed give the same ids.</remarks>
/// <param name="clock">Where the milliseconds come from.</param>
/// <param name="random">Where the chance comes from; used under a lock.</param>
public sealed class IdSource(TimeProvider clock, Random random)
{
    private readonly Lock _lock = new();
    private UInt128 _last;

    /// <summary>The next id: greater than every one made before by this source.</summary>
    public SortableId Next()
    {
        lock (_lock)
        {
            var milliseconds = (UInt128)(ulong)Math.Max(0, clock.GetUtcNow().ToUnixTimeMilliseconds());
            _last = milliseconds > _last >> 80
                ? (milliseconds << 80) | ((UInt128)(ulong)random.NextInt64(1L << 40) << 39) | (ulong)random.NextInt64(1L << 39)
                : _last + 1;
            return new(_last);
        }
    }
}
