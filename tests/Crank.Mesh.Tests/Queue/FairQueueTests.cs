using System.Globalization;
using Crank.Core;
using Crank.Mesh.Queue;
using CsCheck;

namespace Crank.Mesh.Tests.Queue;

public sealed class FairQueueTests
{
    private static readonly DateTimeOffset s_now = TestMesh.Start;
    private static readonly CapabilityVersion s_echo = TestMesh.Echo.Id;
    private static readonly CapabilityVersion s_other = CapabilityVersion.Parse("other@1.0.0");

    /// <summary>The rule of fair queueing: while two tenants both have jobs waiting, what they got differs by no more than one job of each, by weight.</summary>
    [Fact]
    public void Tenants_that_both_wait_get_turns_by_their_weights()
    {
        Gen.Select(Gen.Int[1, 5].List[2, 6], Gen.Int[10, 60], Gen.Double[0.1, 20].Array[16]).Sample((weights, each, costs) =>
        {
            var queue = new FairQueue();
            var id = 0;
            for (var t = 0; t < weights.Count; t++)
            {
                queue.SetWeight(Tenant(t), weights[t]);
                for (var i = 0; i < each; i++)
                {
                    queue.Add(Entry(++id, t), s_now);
                }
            }

            var got = new double[weights.Count];
            var left = Enumerable.Repeat(each, weights.Count).ToArray();
            var most = costs.Max();
            while (left.All(l => l > 0))
            {
                var entry = queue.Take(s_now, _ => true, e => costs[Number(e) % costs.Length])!;
                var tenant = int.Parse(entry.Row.Tenant.Value[1..], CultureInfo.InvariantCulture);
                got[tenant] += costs[Number(entry) % costs.Length];
                left[tenant]--;
                for (var a = 0; a < got.Length; a++)
                {
                    for (var b = 0; b < got.Length; b++)
                    {
                        Assert.True((got[a] / weights[a]) - (got[b] / weights[b]) <= (most / weights[a]) + (most / weights[b]) + 1e-9);
                    }
                }
            }
        }, iter: 300);
    }

    [Fact]
    public void One_tenant_with_many_jobs_holds_no_other_up_and_nobody_saves_up_turns()
    {
        var queue = new FairQueue();
        for (var i = 1; i <= 1_000; i++)
        {
            queue.Add(Entry(i, 0), s_now);
        }

        for (var i = 0; i < 500; i++)
        {
            Assert.NotNull(Take(queue));
        }

        queue.Add(Entry(2_001, 1), s_now);
        queue.Add(Entry(2_002, 1), s_now);
        string[] next = [.. Enumerable.Range(0, 4).Select(_ => Take(queue)!.Row.Tenant.Value)];
        Assert.Equal(2, next.Count(t => t == "t1"));
        Assert.Contains("t0", next);
    }

    [Fact]
    public void Every_job_comes_out_once_however_they_are_added_delayed_and_removed()
    {
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 5], Gen.Bool).Array[1, 80].Sample(jobs =>
        {
            var queue = new FairQueue();
            var expected = new HashSet<JobId>();
            for (var i = 0; i < jobs.Length; i++)
            {
                var (tenant, priority, delay, removed) = jobs[i];
                var entry = Entry(i + 1, tenant, priority, s_now.AddSeconds(delay), i % 2 == 0 ? s_echo : s_other);
                queue.Add(entry, s_now);
                expected.Add(entry.Row.Job);
                if (removed && i % 3 == 0)
                {
                    Assert.Equal(entry, queue.Remove(entry.Row.Job));
                    Assert.Null(queue.Remove(entry.Row.Job));
                    expected.Remove(entry.Row.Job);
                }
            }

            Assert.Equal(expected.Count, queue.Count);
            for (var second = 0; second <= 5; second++)
            {
                while (queue.Take(s_now.AddSeconds(second), _ => true, _ => 1) is { } taken)
                {
                    Assert.True(taken.ReadyAt <= s_now.AddSeconds(second));
                    Assert.True(expected.Remove(taken.Row.Job));
                }
            }

            Assert.Empty(expected);
            Assert.Equal((0, null, null), (queue.Count, queue.NextReady, queue.NextDue));
        }, iter: 500);
    }

    [Fact]
    public void Within_a_tenant_the_higher_priority_goes_first_then_who_was_ready_first()
    {
        var queue = new FairQueue();
        queue.Add(Entry(1, 0, priority: 0), s_now);
        queue.Add(Entry(2, 0, priority: 1), s_now);
        queue.Add(Entry(3, 0, priority: 2, readyAt: s_now.AddSeconds(-1)), s_now);
        queue.Add(Entry(4, 0, priority: 2, readyAt: s_now.AddSeconds(-2)), s_now);
        Assert.Equal([4, 3, 2, 1], Enumerable.Range(0, 4).Select(_ => Number(Take(queue)!)));
    }

    [Fact]
    public void A_capability_that_may_run_no_more_holds_nobody_else_up()
    {
        var queue = new FairQueue();
        queue.Add(Entry(1, 0), s_now);
        queue.Add(Entry(2, 0, capability: s_other), s_now);
        queue.Add(Entry(3, 1), s_now);
        var taken = queue.Take(s_now, name => name != s_echo.Name, _ => 1);
        Assert.Equal(2, Number(taken!));
        Assert.Null(queue.Take(s_now, name => name != s_echo.Name, _ => 1));
        Assert.Equal(2, queue.Count);
    }

    [Fact]
    public void What_is_overdue_comes_out_ready_or_not()
    {
        var queue = new FairQueue();
        queue.Add(Entry(1, 0, readyAt: s_now.AddHours(1), dueAt: s_now.AddMinutes(1)), s_now);
        queue.Add(Entry(2, 0), s_now);
        Assert.Null(queue.TakeOverdue(s_now));
        Assert.Equal(s_now.AddMinutes(1), queue.NextDue);
        Assert.Equal(1, Number(queue.TakeOverdue(s_now.AddMinutes(1))!));
        Assert.Null(queue.TakeOverdue(s_now.AddMinutes(1)));
        Assert.Null(queue.NextReady);
    }

    [Fact]
    public void The_wait_between_attempts_doubles_up_to_a_bound_and_half_of_it_is_chance()
    {
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, int.MaxValue], Gen.Long[1, 10_000_000_000], Gen.Long[1, 100_000_000_000]).Sample((attempts, seed, first, longest) =>
        {
            var wait = Backoff.After(attempts, TimeSpan.FromTicks(first), TimeSpan.FromTicks(longest), new Random(seed)).Ticks;
            var most = Math.Min(first * Math.Pow(2, Math.Min(attempts - 1, 40)), longest);
            Assert.InRange(wait, (long)(most / 2) - 1, (long)most + 1);
            Assert.Equal(wait, Backoff.After(attempts, TimeSpan.FromTicks(first), TimeSpan.FromTicks(longest), new Random(seed)).Ticks);
        }, iter: 2_000);
        var random = new Random(1);
        Assert.True(Enumerable.Range(0, 100).Select(_ => Backoff.After(5, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), random)).Distinct().Count() > 90);
    }

    [Fact]
    public void Retry_after_is_as_long_as_the_pace_of_the_queue_says()
    {
        var rate = new EndRate(4);
        Assert.Equal(TimeSpan.FromSeconds(1), rate.Until(1, s_now));
        Assert.Equal(TimeSpan.FromSeconds(25), rate.Until(100, s_now));
        for (var i = 0; i < 10; i++)
        {
            rate.Add(s_now.AddSeconds(i * 2));
        }

        Assert.Equal(TimeSpan.FromSeconds(20), rate.Until(10, s_now.AddSeconds(20)));
        Assert.Equal(TimeSpan.FromSeconds(200), rate.Until(10, s_now.AddSeconds(200))); // It stands still.
        Assert.Equal(TimeSpan.FromMinutes(10), rate.Until(1_000_000, s_now.AddSeconds(200)));
    }

    private static QueueEntry? Take(FairQueue queue) => queue.Take(s_now, _ => true, _ => 1);

    private static TenantId Tenant(int number) => TenantId.Parse($"t{number}");

    private static int Number(QueueEntry entry) => (int)(uint)entry.Row.Job.Value.Value;

    private static QueueEntry Entry(int number, int tenant, int priority = 1, DateTimeOffset? readyAt = null, CapabilityVersion? capability = null, DateTimeOffset? dueAt = null) =>
        QueueEntry.Of(new(
            new(new SortableId((UInt128)(uint)number)), Tenant(tenant), capability ?? s_echo, priority, false, readyAt ?? s_now, dueAt ?? s_now.AddDays(1), 0, 0, false, null, [], null, 1));
}
