using Crank.Gateway.Quotas;
using Crank.Gateway.Tests.Identities;
using static Crank.Gateway.Tests.Identities.Callers;

namespace Crank.Gateway.Tests.Quotas;

public sealed class QuotaTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tenant_over_its_quota_is_told_when_to_come_again_and_is_then_taken()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme", ""","quota":{"perMinute":3}""");
        for (var left = 2; left >= 0; left--)
        {
            using var taken = await acme.GetAsync("/v1/caller", Stop);
            Assert.Equal(200, (int)taken.StatusCode);
            Assert.Equal("\"tenant-minute\";q=3;w=60", taken.Headers.GetValues("RateLimit-Policy").Single());
            Assert.StartsWith($"\"tenant-minute\";r={left};t=", taken.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
        }

        using var refused = await acme.GetAsync("/v1/caller", Stop);
        Assert.Equal((429, "over-quota"), ((int)refused.StatusCode, (await refused.JsonAsync()).GetProperty("code").GetString()));
        var wait = refused.Headers.RetryAfter!.Delta!.Value;
        Assert.Equal(TimeSpan.FromSeconds(20), wait);
        gateway.Clock.Advance(wait - TimeSpan.FromSeconds(1));
        Assert.Equal(429, await acme.StatusAsync("/v1/caller"));
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await acme.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task The_standard_quota_changes_without_a_restart_and_a_plan_of_ones_own_stays()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme", "");
        using var globex = await gateway.AdminAsync("globex", ""","quota":{"perSecond":3}""");
        Assert.Equal((200, 200), (await acme.StatusAsync("/v1/caller"), await globex.StatusAsync("/v1/caller")));

        gateway.Host.Reload(new() { Quotas = new() { Tenant = new(PerMinute: 2) } });

        Assert.Equal((200, 429), (await acme.StatusAsync("/v1/caller"), await acme.StatusAsync("/v1/caller")));
        Assert.Equal((200, 200), (await globex.StatusAsync("/v1/caller"), await globex.StatusAsync("/v1/caller")));
    }

    [Fact]
    public async Task One_tenants_flood_costs_another_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme", ""","quota":{"perSecond":2}""");
        using var globex = await gateway.AdminAsync("globex", ""","quota":{"perSecond":2}""");
        for (var i = 0; i < 20; i++)
        {
            await acme.StatusAsync("/v1/caller");
        }

        Assert.Equal(429, await acme.StatusAsync("/v1/caller"));
        using var other = await globex.GetAsync("/v1/caller", Stop);
        Assert.Equal(200, (int)other.StatusCode);
        Assert.StartsWith("\"tenant-second\";r=1;", other.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_days_use_survives_a_restart_and_a_crash_gives_nothing_twice()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme", ""","quota":{"perDay":200}""");
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal(200, await acme.StatusAsync("/v1/caller"));
        }

        var caller = new Gateway.Identity.Caller(Core.TenantId.Parse("acme"), Core.PrincipalId.Parse("admin"), [], [], "api-key", "k");
        var crashed = new QuotaBook(new(), gateway.Controller.Records, gateway.Clock);
        var verdict = await crashed.EnterAsync(caller);
        Assert.True(verdict.Allowed);
        var left = int.Parse(verdict.State.Split("r=")[1].Split(';')[0]);
        Assert.InRange(left, 200 - 50 - 2 - 1, 200 - 50 - 1);

        var closing = new QuotaBook(new(), gateway.Controller.Records, gateway.Clock);
        await closing.EnterAsync(caller);
        await closing.CloseAsync();
        var reopened = new QuotaBook(new(), gateway.Controller.Records, gateway.Clock);
        Assert.Contains("r=", (await reopened.EnterAsync(caller)).State, StringComparison.Ordinal);
        for (var i = 0; i < 200; i++)
        {
            await reopened.EnterAsync(caller);
        }

        Assert.False((await reopened.EnterAsync(caller)).Allowed);
        Assert.False((await new QuotaBook(new(), gateway.Controller.Records, gateway.Clock).EnterAsync(caller)).Allowed);
    }

    [Fact]
    public async Task Each_key_has_its_own_buckets_beside_its_tenants()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Quotas = o.Quotas with { Key = new(PerMinute: 2) } });
        using var admin = await gateway.AdminAsync("acme");
        using var other = gateway.With((await KeyAsync(admin, "{}")).GetProperty("key").GetString()!);
        Assert.Equal((200, 429), (await admin.StatusAsync("/v1/caller"), await admin.StatusAsync("/v1/caller")));
        Assert.Equal((200, 200, 429), (await other.StatusAsync("/v1/caller"), await other.StatusAsync("/v1/caller"), await other.StatusAsync("/v1/caller")));
    }

    [Fact]
    public async Task So_many_requests_at_once_and_no_more()
    {
        await using var gateway = await TestGateway.StartAsync();
        var book = new QuotaBook(new() { Tenant = new(Concurrent: 2) }, gateway.Controller.Records, gateway.Clock);
        var caller = new Gateway.Identity.Caller(Core.TenantId.Parse("acme"), Core.PrincipalId.Parse("admin"), [], [], "api-key", "k");
        Assert.True((await book.EnterAsync(caller)).Allowed);
        Assert.True((await book.EnterAsync(caller)).Allowed);
        Assert.False((await book.EnterAsync(caller)).Allowed);
        book.Leave(caller);
        Assert.True((await book.EnterAsync(caller)).Allowed);
    }

    [Fact]
    public async Task When_as_many_run_and_wait_as_may_the_next_is_told_to_come_again_and_the_waiting_one_is_served()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Quotas = o.Quotas with { Running = 1, Waiting = 1 } });
        using var acme = await gateway.AdminAsync("acme");
        var (began, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Workers.Run = async (job, _) =>
        {
            began.TrySetResult();
            await go.Task;
            return TestWorkers.Done(job.Input);
        };
        Task<HttpResponseMessage> InvokeAsync(int urgency)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/capabilities/echo/invoke") { Content = Json("""{"input":{"message":"x"}}"""), Headers = { { "Priority", $"u={urgency}" } } };
            return acme.SendAsync(request, Stop);
        }

        var first = InvokeAsync(3);
        await began.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);

        // Of the next two one waits and one is turned away: the less urgent, whichever comes first.
        var (urgent, other) = (InvokeAsync(1), InvokeAsync(5));
        var refused = await other.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        Assert.Equal((503, "unavailable"), ((int)refused.StatusCode, (await refused.JsonAsync()).GetProperty("code").GetString()));
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        go.SetResult();
        Assert.Equal((200, 200), ((int)(await first).StatusCode, (int)(await urgent).StatusCode));
    }

    [Fact]
    public async Task The_owner_on_the_socket_is_not_limited()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Quotas = o.Quotas with { Owner = new(PerDay: 1), Requests = 1 } });
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(200, await gateway.Owner.StatusAsync("/v1/caller"));
        }
    }

    [Theory]
    [InlineData("""{"perSecond":0}"""), InlineData("""{"perDay":1000000001}"""), InlineData("""{"perHour":1}"""), InlineData("""{"concurrent":1.5}"""), InlineData("[]")]
    public async Task A_plan_that_makes_no_sense_is_refused(string plan)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Owner.PostAsync("/v1/tenants", Json($$"""{"id":"acme","quota":{{plan}}}"""), Stop);
        Assert.Equal(422, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData(0, 0, true), InlineData(99, 0, true), InlineData(100, 0, false), InlineData(89, 3, true), InlineData(90, 3, false), InlineData(59, 7, true), InlineData(60, 7, false)]
    public void The_least_urgent_are_turned_away_first(int running, int urgency, bool admitted) => Assert.Equal(admitted, ShedRule.Admits(running, 100, urgency));
}
