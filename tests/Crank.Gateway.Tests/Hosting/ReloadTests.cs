using System.Net.Http.Json;
using Crank.Core;
using Crank.Gateway.Identity.Tokens;
using Crank.Gateway.Quotas;
using Crank.Gateway.Tests.Identities;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Gateway.Tests.Hosting;

public sealed class ReloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_issuer_that_is_taken_out_is_trusted_no_more_and_one_that_stays_is_not_asked_again()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        using var client = gateway.With(issuer.Token(gateway.Now()));
        Assert.Equal(200, await client.StatusAsync("/v1/caller"));

        gateway.Host.Reload(new() { Identity = new() { Issuers = [issuer.Options] } });
        Assert.Equal((200, 1), (await client.StatusAsync("/v1/caller"), issuer.Asked));

        gateway.Host.Reload(new());
        Assert.Equal(401, await client.StatusAsync("/v1/caller"));

        gateway.Host.Reload(new() { Identity = new() { Issuers = [issuer.Options] } });
        Assert.Equal(200, await client.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task An_issuer_that_does_not_hold_changes_nothing()
    {
        await using var issuer = await TestIssuer.StartAsync();
        await using var gateway = await StartAsync(issuer.Options);
        using var client = gateway.With(issuer.Token(gateway.Now()));

        Assert.Throws<ArgumentException>(() => { gateway.Host.Reload(new() { Identity = new() { Issuers = [issuer.Options with { Audiences = [] }] } }); });

        Assert.Equal(200, await client.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task A_network_is_open_to_webhooks_for_as_long_as_the_configuration_says_so()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(422, await MakeAsync(gateway));

        gateway.Host.Reload(new() { Webhooks = new() { AllowHttp = true, AllowedNetworks = ["127.0.0.1/32"] } });
        Assert.Equal(201, await MakeAsync(gateway));

        Assert.Throws<FormatException>(() => { gateway.Host.Reload(new() { Webhooks = new() { AllowedNetworks = ["nonsense"] } }); });
        Assert.Equal(201, await MakeAsync(gateway));

        gateway.Host.Reload(new());
        Assert.Equal(422, await MakeAsync(gateway));
    }

    [Fact]
    public async Task A_page_may_call_the_faces_for_agents_as_soon_as_its_origin_is_allowed()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.Equal(403, await AskAsync(gateway));

        gateway.Host.Reload(new() { Agents = new() { AllowedOrigins = ["https://chat.example"] } });

        Assert.NotEqual(403, await AskAsync(gateway));
    }

    [Fact]
    public async Task A_smaller_body_is_asked_for_from_the_next_request_on()
    {
        await using var gateway = await TestGateway.StartAsync();
        Assert.NotEqual(413, await EchoAsync(gateway));

        gateway.Host.Reload(new() { Limits = new() { JsonBody = 1_024 } });

        Assert.Equal(413, await EchoAsync(gateway));
    }

    [Fact]
    public async Task A_wider_door_lets_in_who_comes_next_and_a_narrower_one_sends_nobody_away_who_is_inside()
    {
        var (door, tenant) = (new Door(new() { Running = 1, Waiting = 0 }, _ => 1, new FakeTimeProvider()), TenantId.Parse("acme"));
        var (first, _) = await door.EnterAsync("echo", tenant, 3, Stop);
        Assert.Null((await door.EnterAsync("echo", tenant, 3, Stop)).Pass);

        door.Renew(new() { Running = 2, Waiting = 0 });
        var (second, _) = await door.EnterAsync("echo", tenant, 3, Stop);
        Assert.NotNull(second);

        door.Renew(new() { Running = 1, Waiting = 0 });
        Assert.Equal((2, 0), door.Of("echo"));
        second.Dispose();
        Assert.Null((await door.EnterAsync("echo", tenant, 3, Stop)).Pass);
        first!.Dispose();
        Assert.NotNull((await door.EnterAsync("echo", tenant, 3, Stop)).Pass);
    }

    private static async Task<TestGateway> StartAsync(IssuerOptions issuer)
    {
        var gateway = await TestGateway.StartAsync(o => o with { Identity = o.Identity with { Issuers = [issuer] } });
        (await gateway.AdminAsync("acme")).Dispose();
        return gateway;
    }

    private static async Task<int> MakeAsync(TestGateway gateway)
    {
        using var answer = await gateway.Owner.PostAsJsonAsync("/v1/webhooks", new { url = "http://127.0.0.1:9/" }, Stop);
        return (int)answer.StatusCode;
    }

    private static async Task<int> AskAsync(TestGateway gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/a2a") { Content = JsonContent.Create(new { }) };
        request.Headers.Add("Origin", "https://chat.example");
        using var answer = await gateway.Owner.SendAsync(request, Stop);
        return (int)answer.StatusCode;
    }

    private static async Task<int> EchoAsync(TestGateway gateway)
    {
        using var answer = await gateway.Owner.PostAsJsonAsync("/v1/capabilities/echo/invoke", new { input = new { text = new string('a', 2_000) } }, Stop);
        return (int)answer.StatusCode;
    }
}
