namespace Crank.Gateway.Observability.Objectives;

/// <summary>Jobs that counted.</summary>
/// <param name="Good">Those that were good.</param>
/// <param name="Total">All of them.</param>
internal readonly record struct Tally(long Good, long Total)
{
    public static Tally operator +(Tally a, Tally b) => new(a.Good + b.Good, a.Total + b.Total);

    /// <summary>How many times faster than allowed the budget is being used: 1 uses it up exactly at the end of the window, 0 when nothing was bad or nothing happened.</summary>
    public double BurnRate(double target) => Total == 0 ? 0 : (double)(Total - Good) / Total / (1 - target);

    /// <summary>The share of the budget that is left: 1 when nothing was bad, below 0 when it is overdrawn.</summary>
    public double BudgetLeft(double target) => 1 - BurnRate(target);
}
