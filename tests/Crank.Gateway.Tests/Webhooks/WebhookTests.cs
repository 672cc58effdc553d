using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Webhooks;
using Crank.Trust.Sealing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crank.Gateway.Tests.Webhooks;

public sealed class WebhookTests
{
    private static readonly WebhookOptions s_local = new() { AllowHttp = true, AllowedNetworks = ["127.0.0.1/32"] };

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_end_of_a_job_is_told_as_a_signed_cloud_event()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        var made = await MakeAsync(gateway, receiver.Url);

        var job = await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);

        var got = Assert.Single(receiver.Got);
        Assert.Equal("application/cloudevents+json; charset=utf-8", got.Type);
        var said = JsonElement.Parse(got.Body);
        Assert.Equal(("1.0", "dev.crank.job.done", job, got.Id), (Text(said, "specversion"), Text(said, "type"), Text(said, "subject"), Text(said, "id")));
        Assert.Equal("done", said.GetProperty("data").GetProperty("state").GetString());
        Assert.Equal(Signature(Text(made, "secret"), got.Id, got.Timestamp, got.Body), got.Signature);
        Assert.Equal(gateway.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(), got.Timestamp);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        Assert.Single(receiver.Got);
    }

    [Fact]
    public async Task What_is_not_taken_is_tried_again_under_the_same_id_after_growing_pauses()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local with { Attempts = 3 } });
        var id = Text(await MakeAsync(gateway, receiver.Url), "id");
        receiver.Answer = _ => 500;
        await RunAsync(gateway);

        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        Assert.Single(receiver.Got);
        var pending = (await gateway.Owner.GetFromJsonAsync<JsonElement>($"/v1/webhooks/{id}/deliveries", Stop)).GetProperty("items")[0];
        Assert.Equal(("pending", "It answered 500."), (Text(pending, "state"), Text(pending, "lastError")));

        gateway.Clock.Advance(TimeSpan.FromSeconds(6));
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        gateway.Clock.Advance(TimeSpan.FromMinutes(6));
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        gateway.Clock.Advance(TimeSpan.FromDays(2));
        await gateway.Host.Webhooks.RunOnceAsync(Stop);

        Assert.Equal(3, receiver.Got.Count);
        Assert.Single(receiver.Got.Select(g => g.Id).Distinct());
        Assert.Equal("failed", Text((await gateway.Owner.GetFromJsonAsync<JsonElement>($"/v1/webhooks/{id}/deliveries", Stop)).GetProperty("items")[0], "state"));
    }

    [Fact]
    public async Task After_a_rotation_both_secrets_sign_until_the_old_one_ends()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        var first = await MakeAsync(gateway, receiver.Url);
        var second = JsonElement.Parse(await (await gateway.Owner.PostAsync($"/v1/webhooks/{Text(first, "id")}/rotate", null, Stop)).Content.ReadAsStringAsync(Stop));
        Assert.NotEqual(Text(first, "secret"), Text(second, "secret"));

        await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        gateway.Clock.Advance(TimeSpan.FromDays(2));
        await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);

        var got = receiver.Got.ToArray();
        Assert.Equal($"{Signature(Text(second, "secret"), got[0].Id, got[0].Timestamp, got[0].Body)} {Signature(Text(first, "secret"), got[0].Id, got[0].Timestamp, got[0].Body)}", got[0].Signature);
        Assert.Equal(Signature(Text(second, "secret"), got[1].Id, got[1].Timestamp, got[1].Body), got[1].Signature);
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_lies_sealed()
    {
        await using var gateway = await TestGateway.StartAsync();
        var made = await MakeAsync(gateway, new("https://example.com/hook"));
        var secret = Convert.FromBase64String(Text(made, "secret")["whsec_".Length..]);

        Assert.DoesNotContain("secret\"", await gateway.Owner.GetStringAsync("/v1/webhooks", Stop), StringComparison.Ordinal);
        var stored = gateway.Store.ListRecords(Webhook.Kind, null, null, 10).Single().Body;
        Assert.True(stored.AsSpan().IndexOf(secret) < 0);
        Assert.DoesNotContain(Convert.ToBase64String(secret), Encoding.UTF8.GetString(stored), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.com/", "plain HTTP")]
    [InlineData("https://127.0.0.1/", "not a public address")]
    [InlineData("https://[::1]/", "not a public address")]
    [InlineData("https://[::ffff:10.0.0.1]/", "not a public address")]
    [InlineData("https://169.254.169.254/latest/meta-data", "not a public address")]
    [InlineData("https://2130706433/", "not a public address")]
    [InlineData("https://user:pass@example.com/", "user name")]
    [InlineData("ftp://example.com/", "scheme")]
    [InlineData("/hook", "scheme")]
    public async Task An_address_inside_is_refused_when_it_is_given(string url, string why)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.PostAsJsonAsync("/v1/webhooks", new { url }, Stop);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(why, await answer.Content.ReadAsStringAsync(Stop), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_name_that_resolves_to_an_address_inside_is_not_called()
    {
        var guard = new EgressGuard(new(), (_, _) => Task.FromResult(new[] { IPAddress.Parse("93.184.215.14"), IPAddress.Loopback }));

        var refused = await Assert.ThrowsAsync<EgressException>(() => guard.ConnectAsync(new("rebind.example", 443), secure: true, Stop).AsTask());
        Assert.Contains("127.0.0.1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        await MakeAsync(gateway, receiver.Url);
        receiver.Answer = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return 307;
        };

        await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);

        Assert.Single(receiver.Got);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_switched_off_until_its_secret_is_rotated()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        var id = Text(await MakeAsync(gateway, receiver.Url), "id");
        receiver.Answer = _ => 410;
        await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);

        Assert.False((await gateway.Owner.GetFromJsonAsync<JsonElement>($"/v1/webhooks/{id}", Stop)).GetProperty("active").GetBoolean());
        await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        Assert.Single(receiver.Got);
        await gateway.Owner.PostAsync($"/v1/webhooks/{id}/rotate", null, Stop);
        Assert.True((await gateway.Owner.GetFromJsonAsync<JsonElement>($"/v1/webhooks/{id}", Stop)).GetProperty("active").GetBoolean());
    }

    [Fact]
    public async Task Only_the_events_that_were_asked_for_are_told_and_a_ping_always()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        var id = Text(await MakeAsync(gateway, receiver.Url, "dev.crank.job.failed"), "id");

        await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        Assert.Empty(receiver.Got);
        Assert.Equal(HttpStatusCode.Accepted, (await gateway.Owner.PostAsync($"/v1/webhooks/{id}/ping", null, Stop)).StatusCode);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        Assert.Equal("dev.crank.ping", Text(JsonElement.Parse(Assert.Single(receiver.Got).Body), "type"));
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_cut_off()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local with { Attempts = 1 } });
        using var held = new ManualResetEventSlim();
        receiver.Answer = _ =>
        {
            held.Wait(Stop);
            return 204;
        };
        var id = Text(await MakeAsync(gateway, receiver.Url), "id");
        await RunAsync(gateway);

        var turn = gateway.Host.Webhooks.RunOnceAsync(Stop);
        while (receiver.Got.IsEmpty)
        {
            await Task.Yield();
        }

        gateway.Clock.Advance(TimeSpan.FromSeconds(11));
        await turn;
        held.Set();
        Assert.Contains("did not answer", Text((await gateway.Owner.GetFromJsonAsync<JsonElement>($"/v1/webhooks/{id}/deliveries", Stop)).GetProperty("items")[0], "lastError"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_nobody_else()
    {
        await using var slow = await Receiver.StartAsync();
        await using var quick = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        using var held = new ManualResetEventSlim();
        slow.Answer = _ =>
        {
            held.Wait(Stop);
            return 204;
        };
        await MakeAsync(gateway, slow.Url);
        await RunAsync(gateway);
        await gateway.Host.Webhooks.TurnAsync(Stop).WaitAsync(s_patience, Stop);
        await Until(() => !slow.Got.IsEmpty);

        await MakeAsync(gateway, quick.Url);
        for (var i = 0; i < 3; i++)
        {
            await RunAsync(gateway);
            await gateway.Host.Webhooks.TurnAsync(Stop).WaitAsync(s_patience, Stop);
        }

        await Until(() => quick.Got.Count == 3);
        held.Set();
    }

    [Fact]
    public async Task A_receiver_that_takes_nothing_is_not_asked_with_everything_that_waits_for_it()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        await MakeAsync(gateway, receiver.Url);
        receiver.Answer = _ => 503;
        for (var i = 0; i < 6; i++)
        {
            await RunAsync(gateway);
        }

        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        Assert.InRange(receiver.Got.Count, 1, 4);
        var first = receiver.Got.Count;
        await gateway.Host.Webhooks.RunOnceAsync(Stop);
        Assert.Equal(first, receiver.Got.Count);

        receiver.Answer = _ => 204;
        for (var i = 0; i < 20; i++)
        {
            gateway.Clock.Advance(TimeSpan.FromMinutes(6));
            await gateway.Host.Webhooks.RunOnceAsync(Stop);
        }

        Assert.Equal(6, receiver.Got.Select(g => g.Id).Distinct().Count());
    }

    [Fact]
    public void One_tenant_has_half_of_what_is_sent_at_once_and_one_receiver_four()
    {
        var traffic = new WebhookTraffic(() => 16);
        var now = TestGateway.Start;
        foreach (var (tenant, webhook) in (ReadOnlySpan<(string, string)>)[("acme", "a"), ("acme", "b"), ("acme", "c"), ("globex", "a")])
        {
            for (var i = 0; i < 10; i++)
            {
                traffic.Add(TenantId.Parse(tenant), new(webhook, $"{i}", default, 0, now, null), 1);
            }
        }

        var taken = traffic.TakeDue(now);

        Assert.Equal([("acme", 8), ("globex", 4)], taken.GroupBy(t => t.Tenant.Value).Select(g => (g.Key, g.Count())).Order());
        Assert.All(taken.GroupBy(t => (t.Tenant, t.Delivery.Webhook)), g => Assert.InRange(g.Count(), 1, 4));
        Assert.Empty(traffic.TakeDue(now));
        foreach (var (tenant, delivery) in taken)
        {
            traffic.Remove(tenant, delivery);
            traffic.Land(tenant, delivery.Webhook, taken: true, now);
        }

        Assert.Equal((12, 28), (traffic.TakeDue(now).Count, traffic.Count));
    }

    [Fact]
    public async Task A_turn_that_fails_for_whatever_reason_is_followed_by_the_next()
    {
        await using var gateway = await TestGateway.StartAsync();
        var clock = new FaultyClock(gateway.Clock);
        var options = new LiveOptions();
        var book = new WebhookBook(gateway.Controller.Records, SealingKey.OpenOrCreate(Path.Combine(gateway.Folder, "another.key")), options, gateway.Clock, new IdSource(gateway.Clock, new Random(1)));
        await using var engine = new WebhookEngine(
            new(gateway.Controller, gateway.Store, gateway.Blobs, gateway.Folder, clock), book, new WebhookSender(new(options.Webhooks), book, options, clock), options, new Random(1), NullLogger.Instance);

        engine.Start();
        await Until(() =>
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
            return clock.Asked >= 3;
        });
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_holds_nobody_up()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await TestGateway.StartAsync(o => o with { Webhooks = s_local });
        await gateway.Controller.Records.PutAsync(new(Webhook.Kind, TenantId.Owner, "damaged", "{"u8.ToArray(), null, 1));
        await gateway.Controller.Records.PutAsync(new(WebhookDelivery.Kind, TenantId.Owner, "damaged/1", "{"u8.ToArray(), null, 1));
        await MakeAsync(gateway, receiver.Url);

        await RunAsync(gateway);
        await gateway.Host.Webhooks.RunOnceAsync(Stop);

        Assert.Single(receiver.Got);
    }

    [Fact]
    public void Pauses_grow_and_a_receiver_may_ask_for_longer_ones_but_not_for_ever()
    {
        Assert.Equal(
            [5, 300, 1800, 7200, 18000, 36000, 43200, 43200],
            Enumerable.Range(1, 8).Select(n => (int)WebhookPauses.After(n, 0, null).TotalSeconds));
        Assert.Equal(5.5, WebhookPauses.After(1, 1, null).TotalSeconds);
        Assert.Equal(TimeSpan.FromMinutes(1), WebhookPauses.After(1, 0, TimeSpan.FromMinutes(1)));
        Assert.Equal(TimeSpan.FromSeconds(5), WebhookPauses.After(1, 0, TimeSpan.FromSeconds(-1)));
        Assert.Equal(TimeSpan.FromDays(1), WebhookPauses.After(1, 0, TimeSpan.FromDays(30)));
    }

    private static async Task Until(Func<bool> condition)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        late.CancelAfter(s_patience);
        while (!condition())
        {
            await Task.Delay(10, late.Token);
        }
    }

    private static async Task<JsonElement> MakeAsync(TestGateway gateway, Uri url, params string[] events)
    {
        using var answer = await gateway.Owner.PostAsJsonAsync("/v1/webhooks", events.Length == 0 ? (object)new { url } : new { url, events }, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, text);
        return JsonElement.Parse(text);
    }

    private static async Task<string> RunAsync(TestGateway gateway)
    {
        using var answer = await gateway.Owner.PostAsJsonAsync("/v1/capabilities/echo/invoke", new { input = new { message = "hello" } }, Stop);
        return Text(JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop)), "job");
    }

    private static string Signature(string secret, string id, string timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
