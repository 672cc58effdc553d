namespace Crank.Gateway.Quotas;

/// <summary>
/// A token bucket as a value: at most <paramref name="limit"/> at once, refilled evenly over <paramref name="period"/>. Exact: what is used is counted in
/// units of which one token has as many as the period has ticks, and each tick gives <paramref name="limit"/> of them back.
/// </summary>
/// <param name="limit">Tokens, ≥ 1.</param>
/// <param name="period">Time in which a whole bucket fills.</param>
/// <param name="used">What is used, in units; 0 for a full bucket.</param>
/// <param name="at">When that was so.</param>
internal readonly struct TokenBucket(long limit, TimeSpan period, Int128 used, DateTimeOffset at)
{
    public long Limit => limit;

    public TimeSpan Period => period;

    /// <summary>What is used, in units, as of the last change.</summary>
    public Int128 Used => used;

    public DateTimeOffset At => at;

    private Int128 Full => (Int128)limit * period.Ticks;

    /// <summary>What is used at a time. A clock that was set back gives nothing back and takes nothing.</summary>
    public Int128 UsedAt(DateTimeOffset now) => now <= at ? used : Int128.Max(0, used - ((Int128)(now - at).Ticks * limit));

    public bool HasToken(DateTimeOffset now) => UsedAt(now) + period.Ticks <= Full;

    /// <summary>The bucket with one token less.</summary>
    public TokenBucket Take(DateTimeOffset now) => new(limit, period, UsedAt(now) + period.Ticks, now > at ? now : at);

    /// <summary>Whole tokens that are left.</summary>
    public long Left(DateTimeOffset now) => (long)Int128.Max(0, (Full - UsedAt(now)) / period.Ticks);

    /// <summary>How long until there is a token; zero when there is one.</summary>
    public TimeSpan Wait(DateTimeOffset now)
    {
        var missing = UsedAt(now) + period.Ticks - Full;
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)((missing + limit - 1) / limit)) + (now < at ? at - now : TimeSpan.Zero);
    }

    /// <summary>How long until the bucket is full again.</summary>
    public TimeSpan Reset(DateTimeOffset now) => TimeSpan.FromTicks((long)((UsedAt(now) + limit - 1) / limit));
}
