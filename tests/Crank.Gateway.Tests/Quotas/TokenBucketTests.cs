using Crank.Gateway.Quotas;
using CsCheck;

namespace Crank.Gateway.Tests.Quotas;

public sealed class TokenBucketTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Never_more_than_the_limit_and_what_time_gave_back_is_taken() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 86_400], Gen.Int[0, 5_000].Array[0, 200]).Sample((limit, seconds, steps) =>
        {
            var (now, taken) = (s_start, 0);
            var bucket = new TokenBucket(limit, TimeSpan.FromSeconds(seconds), 0, now);
            foreach (var step in steps)
            {
                now += TimeSpan.FromMilliseconds(step);
                while (bucket.HasToken(now) && taken < 100_000)
                {
                    bucket = bucket.Take(now);
                    taken++;
                }
            }

            var given = (Int128)limit * (now - s_start).Ticks / TimeSpan.FromSeconds(seconds).Ticks;
            return taken <= limit + given && (steps.Length == 0 || taken >= limit);
        });

    [Fact]
    public void A_refused_request_is_taken_after_the_wait_that_it_was_told_and_not_a_tick_before() =>
        Gen.Select(Gen.Int[1, 1000], Gen.Int[1, 86_400]).Sample((limit, seconds) =>
        {
            var bucket = new TokenBucket(limit, TimeSpan.FromSeconds(seconds), 0, s_start);
            for (var i = 0; i < limit; i++)
            {
                bucket = bucket.Take(s_start);
            }

            var wait = bucket.Wait(s_start);
            return !bucket.HasToken(s_start) && bucket.HasToken(s_start + wait) && !bucket.HasToken(s_start + wait - TimeSpan.FromTicks(1)) && bucket.Left(s_start) == 0;
        });

    [Fact]
    public void A_clock_that_is_set_back_gives_nothing_back()
    {
        var bucket = new TokenBucket(1, TimeSpan.FromSeconds(1), 0, s_start).Take(s_start);
        Assert.False(bucket.HasToken(s_start.AddHours(-1)));
        Assert.True(bucket.HasToken(s_start.AddSeconds(1)));
    }

    [Fact]
    public void The_largest_limit_of_a_day_is_exact()
    {
        var bucket = new TokenBucket(1_000_000_000, TimeSpan.FromDays(1), (Int128)999_999_999 * TimeSpan.FromDays(1).Ticks, s_start);
        Assert.Equal(1, bucket.Left(s_start));
        Assert.False(bucket.Take(s_start).HasToken(s_start));
    }
}
