namespace Crank.Gateway.Webhooks;

/// <summary>How long to wait between attempts: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, then 12 h, each up to a tenth longer by chance so that many do not come back at once.</summary>
internal static class WebhookPauses
{
    private static readonly TimeSpan[] s_pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(12),
    ];

    /// <summary>The pause after an attempt.</summary>
    /// <param name="attempts">How many were made, ≥ 1.</param>
    /// <param name="chance">0 to 1.</param>
    /// <param name="asked">What the receiver asked for with <c>Retry-After</c>; never less than our own, never more than a day.</param>
    public static TimeSpan After(int attempts, double chance, TimeSpan? asked)
    {
        var own = s_pauses[Math.Min(attempts, s_pauses.Length) - 1] * (1 + (chance / 10));
        return asked is not { } wanted || wanted <= own ? own : wanted < TimeSpan.FromDays(1) ? wanted : TimeSpan.FromDays(1);
    }
}
