namespace Crank.Gateway.Quotas;

/// <summary>Who is turned away first when too much runs at once: the least urgent from six tenths of the limit on, the usual from nine tenths, all at the limit.</summary>
internal static class ShedRule
{
    /// <summary>Whether a request may begin.</summary>
    /// <param name="running">Requests that run now.</param>
    /// <param name="limit">The most that may.</param>
    /// <param name="urgency">0 to 7.</param>
    public static bool Admits(int running, int limit, int urgency) => running < Room(limit, urgency);

    private static int Room(int limit, int urgency) => urgency switch
    {
        < Urgency.Usual => limit,
        Urgency.Usual => Math.Max(1, (int)(limit * 9L / 10)),
        _ => Math.Max(1, (int)(limit * 6L / 10)),
    };
}
