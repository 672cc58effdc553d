using Crank.Core;
using Crank.Gateway.Quotas;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Gateway.Tests.Quotas;

public sealed class DoorTests
{
    private static readonly TenantId s_acme = TenantId.Parse("acme");
    private static readonly TenantId s_globex = TenantId.Parse("globex");

    [Fact]
    public void Tenants_take_turns_however_many_one_of_them_sends()
    {
        var queue = new FairQueue<string>(1_000);
        for (var i = 0; i < 100; i++)
        {
            queue.Add(s_acme, 1, 3, $"a{i}");
        }

        for (var i = 0; i < 3; i++)
        {
            queue.Add(s_globex, 1, 3, $"g{i}");
        }

        Assert.Equal(["a0", "g0", "a1", "g1", "a2", "g2", "a3", "a4"], Take(queue, 8));
    }

    [Fact]
    public void A_tenant_of_more_weight_has_more_turns()
    {
        var queue = new FairQueue<string>(1_000);
        for (var i = 0; i < 100; i++)
        {
            queue.Add(s_acme, 3, 3, "a");
            queue.Add(s_globex, 1, 3, "g");
        }

        Assert.Equal(30, Take(queue, 40).Count(t => t == "a"));
    }

    [Fact]
    public void Within_a_tenant_the_most_urgent_comes_first_and_gains_nothing_on_others()
    {
        var queue = new FairQueue<string>(1_000);
        queue.Add(s_acme, 1, 7, "a late");
        queue.Add(s_acme, 1, 0, "a now");
        queue.Add(s_globex, 1, 7, "g late");
        Assert.Equal(["a now", "g late", "a late"], Take(queue, 3));
    }

    [Fact]
    public void A_full_line_gives_up_the_least_urgent_last_come_of_whoever_holds_the_most_of_it()
    {
        var queue = new FairQueue<string>(4);
        queue.Add(s_acme, 1, 0, "a0");
        queue.Add(s_acme, 1, 7, "a1");
        queue.Add(s_acme, 1, 7, "a2");
        queue.Add(s_acme, 1, 3, "a3");
        Assert.Equal((true, "a2"), queue.Add(s_globex, 1, 7, "g0"));
        Assert.Equal((true, "a4"), queue.Add(s_acme, 1, 7, "a4"));
        Assert.Equal(4, queue.Count);
    }

    [Fact]
    public void Everything_that_waits_is_taken_or_given_up_once() =>
        Gen.Select(Gen.Int[1, 20], Gen.Select(Gen.Int[0, 3], Gen.Int[0, 7], Gen.Bool).Array[0, 200]).Sample((room, moves) =>
        {
            var (queue, left, number) = (new FairQueue<int>(room), new HashSet<int>(), 0);
            foreach (var (tenant, urgency, take) in moves)
            {
                if (take)
                {
                    if (queue.TryTake(out var next) && !left.Remove(next))
                    {
                        return false;
                    }

                    continue;
                }

                left.Add(++number);
                var (displaced, who) = queue.Add(TenantId.Parse($"t{tenant}"), tenant + 1, urgency, number);
                if (displaced && !left.Remove(who))
                {
                    return false;
                }

                if (queue.Count > room || queue.Count != left.Count)
                {
                    return false;
                }
            }

            while (queue.TryTake(out var next))
            {
                left.Remove(next);
            }

            return left.Count == 0;
        });

    [Fact]
    public async Task A_place_that_is_given_back_goes_to_the_next_in_line()
    {
        var door = new Door(new() { Running = 1, Waiting = 1 }, _ => 1, new FakeTimeProvider());
        var (first, _) = await door.EnterAsync("echo", s_acme, 3, TestContext.Current.CancellationToken);
        var second = door.EnterAsync("echo", s_acme, 3, TestContext.Current.CancellationToken).AsTask();
        Assert.Equal((1, 1), door.Of("echo"));
        var (third, away) = await door.EnterAsync("echo", s_acme, 3, TestContext.Current.CancellationToken);
        Assert.Null(third);
        Assert.True(away >= TimeSpan.FromSeconds(1));
        var (elsewhere, _) = await door.EnterAsync("hash", s_acme, 3, TestContext.Current.CancellationToken);
        Assert.NotNull(elsewhere);
        first!.Dispose();
        first.Dispose();
        var (pass, _) = await second;
        Assert.NotNull(pass);
        Assert.Equal((1, 0), door.Of("echo"));
        pass.Dispose();
        Assert.Equal((0, 0), door.Of("echo"));
    }

    [Fact]
    public async Task Who_leaves_the_line_takes_no_place()
    {
        var door = new Door(new() { Running = 1, Waiting = 5 }, _ => 1, new FakeTimeProvider());
        var (first, _) = await door.EnterAsync("echo", s_acme, 3, TestContext.Current.CancellationToken);
        using var leaving = new CancellationTokenSource();
        var second = door.EnterAsync("echo", s_acme, 3, leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        first!.Dispose();
        Assert.Equal((0, 0), door.Of("echo"));
    }

    [Fact]
    public void Failures_are_counted_by_address_and_in_IPv6_by_subscriber()
    {
        var clock = new FakeTimeProvider();
        var guard = new FailureGuard(1, clock);
        guard.Failed(System.Net.IPAddress.Parse("2001:db8::1"));
        Assert.True(guard.Wait(System.Net.IPAddress.Parse("2001:db8::ffff")) > TimeSpan.Zero);
        Assert.Equal(TimeSpan.Zero, guard.Wait(System.Net.IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Equal(TimeSpan.Zero, guard.Wait(System.Net.IPAddress.Loopback));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.Zero, guard.Wait(System.Net.IPAddress.Parse("2001:db8::1")));
    }

    private static List<string> Take(FairQueue<string> queue, int count) => [.. Enumerable.Range(0, count).Select(_ => queue.TryTake(out var item) ? item! : "")];
}
