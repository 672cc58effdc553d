using System.Globalization;
using System.Text;

namespace Crank.Gateway.Quotas;

/// <summary>The buckets of one tenant or one key. Not safe for many threads: its tenant's lock guards it.</summary>
internal sealed class Meter
{
    private readonly string _name;
    private readonly (string Kind, TimeSpan Period)[] _kinds = [("second", TimeSpan.FromSeconds(1)), ("minute", TimeSpan.FromMinutes(1)), ("day", TimeSpan.FromDays(1))];
    private TokenBucket?[] _buckets = new TokenBucket?[3];

    public Meter(string name, QuotaPlan plan, DateTimeOffset now)
    {
        _name = name;
        Plan = plan;
        Set(plan, now);
    }

    public QuotaPlan Plan { get; private set; }

    public int Running { get; set; }

    /// <summary>The day's bucket; null when the plan has none.</summary>
    public TokenBucket? Day
    {
        get => _buckets[2];
        set => _buckets[2] = value;
    }

    /// <summary>Up to where the day's use is written down, as a bucket; null when nothing is.</summary>
    public TokenBucket? Written { get; set; }

    /// <summary>Another plan: what is used stays used, as the same share of an hour's worth would not be.</summary>
    public void Set(QuotaPlan plan, DateTimeOffset now)
    {
        Plan = plan;
        int?[] limits = [plan.PerSecond, plan.PerMinute, plan.PerDay];
        var buckets = new TokenBucket?[3];
        for (var i = 0; i < limits.Length; i++)
        {
            if (limits[i] is { } limit)
            {
                buckets[i] = _buckets[i] is { } old && old.Limit == limit ? old : new TokenBucket(limit, _kinds[i].Period, _buckets[i] is { } other ? other.UsedAt(now) : 0, now);
            }
        }

        _buckets = buckets;
    }

    /// <summary>The bucket that has no token, and how long until it has; null when every one has.</summary>
    public (string Limit, TimeSpan Wait)? Missing(DateTimeOffset now)
    {
        (string, TimeSpan)? worst = null;
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (_buckets[i] is { } bucket && !bucket.HasToken(now) && (worst is not { } known || bucket.Wait(now) > known.Item2))
            {
                worst = ($"{_name}: {bucket.Limit} a {_kinds[i].Kind}", bucket.Wait(now));
            }
        }

        return worst;
    }

    public void Take(DateTimeOffset now)
    {
        for (var i = 0; i < _buckets.Length; i++)
        {
            _buckets[i] = _buckets[i]?.Take(now);
        }
    }

    /// <summary>Adds the fields of draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.</summary>
    public void Describe(DateTimeOffset now, StringBuilder policy, ref (double Share, string Text) tightest)
    {
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (_buckets[i] is not { } bucket)
            {
                continue;
            }

            var left = bucket.Left(now);
            policy.Append(policy.Length > 0 ? ", " : "").Append(CultureInfo.InvariantCulture, $"\"{_name}-{_kinds[i].Kind}\";q={bucket.Limit};w={bucket.Period.TotalSeconds}");
            var share = (double)left / bucket.Limit;
            if (share < tightest.Share)
            {
                var seconds = Math.Ceiling((left > 0 ? bucket.Reset(now) : bucket.Wait(now)).TotalSeconds);
                tightest = (share, string.Create(CultureInfo.InvariantCulture, $"\"{_name}-{_kinds[i].Kind}\";r={left};t={seconds}"));
            }
        }
    }
}
