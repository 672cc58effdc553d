namespace Crank.Gateway.Observability.Objectives;

/// <summary>A pair of windows whose burn rates together mean that somebody should look.</summary>
/// <param name="Name"><c>page</c> now or <c>ticket</c> in the day.</param>
/// <param name="Share">The share of the budget that the long window may use, for a budget of 30 days; it scales with the window.</param>
/// <param name="Long">Says that it is serious.</param>
/// <param name="Short">Says that it still goes on.</param>
/// <remarks>The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts".</remarks>
internal sealed record BurnAlert(string Name, double Share, TimeSpan Long, TimeSpan Short)
{
    public static readonly BurnAlert[] All =
    [
        new("page", 0.02, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
        new("page", 0.05, TimeSpan.FromHours(6), TimeSpan.FromMinutes(30)),
        new("ticket", 0.1, TimeSpan.FromDays(3), TimeSpan.FromHours(6)),
    ];

    /// <summary>The burn rate that both windows must pass.</summary>
    public double Threshold(TimeSpan window) => Share * (window / Long);
}
