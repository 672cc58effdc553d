namespace Crank.Mesh.Queue;

/// <summary>How long to wait before another attempt: twice as long each time up to a bound, of which half is chance, so that what failed together does not come back together.</summary>
internal static class Backoff
{
    /// <summary>The wait after so many attempts.</summary>
    /// <param name="attempts">How many were made, ≥ 1.</param>
    /// <param name="first">The wait after the first, at most.</param>
    /// <param name="longest">The bound.</param>
    /// <param name="random">The chance; one number is drawn.</param>
    /// <returns>From half of the doubled wait to all of it.</returns>
    public static TimeSpan After(int attempts, TimeSpan first, TimeSpan longest, Random random)
    {
        var doublings = Math.Clamp(attempts - 1, 0, 40);
        var most = Math.Min(first.Ticks * Math.Pow(2, doublings), longest.Ticks);
        return TimeSpan.FromTicks((long)((most / 2) + (most / 2 * random.NextDouble())));
    }
}
