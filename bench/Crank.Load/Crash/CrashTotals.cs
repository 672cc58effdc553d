namespace Crank.Load.Crash;

/// <summary>What was seen over all kills: paths that were never taken prove nothing.</summary>
internal sealed class CrashTotals
{
    public int Acknowledged { get; set; }

    public int Ended { get; set; }

    public int KilledStarting { get; set; }

    public int Recovered { get; set; }

    public int Verified { get; set; }

    public long MostJobs { get; set; }

    public TimeSpan SlowestRecovery { get; set; }
}
