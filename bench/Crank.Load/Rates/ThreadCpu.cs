using System.Globalization;

namespace Crank.Load.Rates;

/// <summary>Processor time of the thread that asks, which what else runs on the machine hardly changes.</summary>
internal static class ThreadCpu
{
    /// <summary>The first figure of <c>schedstat</c>: nanoseconds on a processor so far. It moves only every few milliseconds.</summary>
    public static TimeSpan Now() => TimeSpan.FromMicroseconds(Read()[0] / 1000.0);

    /// <summary>The third one: how often it was given a processor. Between two equal answers nothing interrupted it.</summary>
    public static long Turns() => Read()[2];

    private static long[] Read() => [.. File.ReadAllText("/proc/thread-self/schedstat").Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
}
