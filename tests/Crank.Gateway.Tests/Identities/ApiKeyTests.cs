using System.Text;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Keys;
using static Crank.Gateway.Tests.Identities.Callers;

namespace Crank.Gateway.Tests.Identities;

public sealed class ApiKeyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_says_who_asks_and_opens_what_its_scopes_say()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var me = await (await admin.GetAsync("/v1/caller", Stop)).JsonAsync();
        Assert.Equal(("acme", "admin", "api-key"), (me.GetProperty("tenant").GetString(), me.GetProperty("principal").GetString(), me.GetProperty("source").GetString()));
        Assert.Equal(200, await admin.StatusAsync("/v1/keys"));
        using var narrow = gateway.With((await KeyAsync(admin, """{"scopes":["jobs:read"]}""")).GetProperty("key").GetString()!);
        Assert.Equal(403, await narrow.StatusAsync("/v1/keys"));
        Assert.Equal(200, await narrow.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task A_request_without_a_key_is_challenged_and_learns_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Anonymous.GetAsync("/v1/keys", Stop);
        Assert.Equal((401, "Bearer"), ((int)answer.StatusCode, answer.Headers.WwwAuthenticate.Single().Scheme));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_from_that_answer_on()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var made = await KeyAsync(admin, "{}");
        using var client = gateway.With(made.GetProperty("key").GetString()!);
        Assert.Equal(200, await client.StatusAsync("/v1/keys"));
        var id = made.GetProperty("id").GetString();
        Assert.Equal(204, (int)(await admin.DeleteAsync($"/v1/keys/{id}", Stop)).StatusCode);
        Assert.Equal(401, await client.StatusAsync("/v1/keys"));
        Assert.Equal(204, (int)(await admin.DeleteAsync($"/v1/keys/{id}", Stop)).StatusCode);
        Assert.Equal("revoked", (await (await admin.GetAsync($"/v1/keys/{id}", Stop)).JsonAsync()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task What_still_runs_with_a_revoked_key_is_cut_off_and_a_key_may_revoke_itself()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var (began, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        gateway.Workers.Run = async (job, stop) =>
        {
            began.SetResult();
            await using var registration = stop.Register(() => left.TrySetResult());
            await left.Task;
            return TestWorkers.Failed("cancelled");
        };
        using var client = gateway.With((await KeyAsync(admin, "{}")).GetProperty("key").GetString()!);
        var running = client.PostAsync("/v1/capabilities/echo/invoke", Json("""{"input":{"message":"x"}}"""), Stop);
        await began.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        var id = client.CredentialOf().Split('_')[1];
        using var second = gateway.With(client.CredentialOf());
        Assert.Equal(204, (int)(await second.DeleteAsync($"/v1/keys/{id}", Stop)).StatusCode);
        await left.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);
        await Assert.ThrowsAnyAsync<Exception>(() => running);
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        using var client = gateway.With((await KeyAsync(admin, """{"expiresInDays":1}""")).GetProperty("key").GetString()!);
        gateway.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, await client.StatusAsync("/v1/keys"));
        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, await client.StatusAsync("/v1/keys"));
    }

    [Fact]
    public async Task A_rotated_key_and_its_successor_are_good_together_for_the_overlap()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var made = await KeyAsync(admin, """{"scopes":["keys:admin"]}""");
        using var old = gateway.With(made.GetProperty("key").GetString()!);
        var rotated = await admin.PostAsync($"/v1/keys/{made.GetProperty("id").GetString()}/rotate", Json("""{"overlapHours":2}"""), Stop);
        Assert.Equal(201, (int)rotated.StatusCode);
        using var next = gateway.With((await rotated.JsonAsync()).GetProperty("key").GetString()!);
        Assert.Equal((200, 200), (await old.StatusAsync("/v1/keys"), await next.StatusAsync("/v1/keys")));
        Assert.Equal(409, (int)(await admin.PostAsync($"/v1/keys/{made.GetProperty("id").GetString()}/rotate", Json("{}"), Stop)).StatusCode);
        gateway.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal((401, 200), (await old.StatusAsync("/v1/keys"), await next.StatusAsync("/v1/keys")));
    }

    [Fact]
    public async Task A_forged_or_mistyped_key_is_refused()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var key = admin.CredentialOf();
        Assert.True(Trust.ApiKeys.ApiKey.TryParse(key, out var real));
        foreach (var forged in (string[])[key[..^1], key + "A", key[..40] + (key[40] == 'x' ? 'y' : 'x') + key[41..], Trust.ApiKeys.ApiKey.Create(real.Id, new byte[32]).Reveal(), Trust.ApiKeys.ApiKey.Create(new SortableId(7), new byte[32]).Reveal()])
        {
            using var client = gateway.With(forged);
            using var answer = await client.GetAsync("/v1/caller", Stop);
            Assert.Equal((401, "This is no API key of this mesh."), ((int)answer.StatusCode, (await answer.JsonAsync()).GetProperty("detail").GetString()));
        }
    }

    [Fact]
    public async Task A_key_counts_in_a_header_alone_and_one_at_a_time()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        Assert.Equal(401, await gateway.Anonymous.StatusAsync($"/v1/keys?access_token={admin.CredentialOf()}"));
        using var plain = new HttpRequestMessage(HttpMethod.Get, "/v1/keys") { Headers = { { "X-Api-Key", admin.CredentialOf() } } };
        Assert.Equal(200, (int)(await gateway.Anonymous.SendAsync(plain, Stop)).StatusCode);
        using var both = new HttpRequestMessage(HttpMethod.Get, "/v1/keys") { Headers = { { "X-Api-Key", admin.CredentialOf() } } };
        Assert.Equal(401, (int)(await admin.SendAsync(both, Stop)).StatusCode);
    }

    [Fact]
    public async Task Nobody_makes_a_key_that_may_more_than_its_maker_or_its_principal()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        Assert.Equal(403, (int)(await admin.PostAsync("/v1/keys", Json("""{"scopes":["mesh:admin"]}"""), Stop)).StatusCode);
        using var viewer = await gateway.PrincipalAsync(admin, "eve", "viewer");
        Assert.Equal(403, (int)(await viewer.PostAsync("/v1/keys", Json("{}"), Stop)).StatusCode);
        Assert.Equal(403, (int)(await admin.PostAsync("/v1/keys", Json("""{"principal":"eve","scopes":["jobs:write"]}"""), Stop)).StatusCode);
        using var keysOnly = gateway.With((await KeyAsync(admin, """{"scopes":["keys:admin"]}""")).GetProperty("key").GetString()!);
        Assert.Equal(403, (int)(await keysOnly.PostAsync("/v1/keys", Json("""{"principal":"admin","scopes":["jobs:write"]}"""), Stop)).StatusCode);
        Assert.Equal(403, (int)(await keysOnly.PutAsync("/v1/principals/eve", Json("""{"roles":["admin"]}"""), Stop)).StatusCode);
        var all = await KeyAsync(keysOnly, """{"principal":"admin"}""");
        Assert.Equal(["keys:admin"], all.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()));
    }

    [Fact]
    public async Task A_disabled_or_removed_principal_or_a_disabled_tenant_is_refused_whatever_its_key()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        using var bot = await gateway.PrincipalAsync(admin, "bot", "agent");
        Assert.Equal(200, await bot.StatusAsync("/v1/caller"));
        await admin.PutAsync("/v1/principals/bot", Json("""{"roles":["agent"],"disabled":true}"""), Stop);
        Assert.Equal(401, await bot.StatusAsync("/v1/caller"));
        await admin.PutAsync("/v1/principals/bot", Json("""{"roles":["agent"]}"""), Stop);
        Assert.Equal(200, await bot.StatusAsync("/v1/caller"));
        await admin.DeleteAsync("/v1/principals/bot", Stop);
        Assert.Equal(401, await bot.StatusAsync("/v1/caller"));
        await gateway.Owner.PutAsync("/v1/tenants/acme", Json("""{"disabled":true}"""), Stop);
        Assert.Equal(401, await admin.StatusAsync("/v1/caller"));
    }

    [Fact]
    public async Task A_secret_is_shown_once_and_stored_nowhere()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var key = admin.CredentialOf();
        var list = await admin.GetStringAsync("/v1/keys", Stop);
        Assert.DoesNotContain(key[33..], list, StringComparison.Ordinal);
        var rows = gateway.Store.ListRecords("api-key", null, null, 100);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.DoesNotContain(key[33..76], Encoding.UTF8.GetString(row.Body), StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(gateway.Folder, "*", SearchOption.AllDirectories).Where(f => f != gateway.Socket))
        {
            Assert.DoesNotContain(key[33..76], await File.ReadAllTextAsync(file, Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Keys_are_known_again_after_a_restart()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        using var again = KeyBook.Open(new(gateway.Controller, gateway.Store, gateway.Blobs, gateway.Folder, gateway.Clock), new());
        Assert.NotNull(again.Recognise(admin.CredentialOf(), out _));
    }

    [Fact]
    public async Task The_owners_first_key_is_shown_once_at_a_terminal()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var keys = KeyBook.Open(new(gateway.Controller, gateway.Store, gateway.Blobs, gateway.Folder, gateway.Clock), new());
        var (first, second) = (new StringWriter(), new StringWriter());
        Assert.True(await FirstKey.EnsureAsync(keys, gateway.Folder, isTerminal: true, first));
        Assert.False(await FirstKey.EnsureAsync(keys, gateway.Folder, isTerminal: true, second));
        var key = first.ToString().Split([' ', '\n', '\r']).Single(w => w.StartsWith("crank_", StringComparison.Ordinal));
        Assert.Equal("", second.ToString());
        Assert.False(File.Exists(Path.Combine(gateway.Folder, FirstKey.FileName)));
        Assert.Equal(PrincipalId.Owner, keys.Recognise(key, out _)!.Record.Principal);
    }

    [Fact]
    public async Task Without_a_terminal_the_owners_first_key_is_in_a_file_that_only_its_owner_can_read_and_in_no_log()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var keys = KeyBook.Open(new(gateway.Controller, gateway.Store, gateway.Blobs, gateway.Folder, gateway.Clock), new());
        var people = new StringWriter();
        Assert.True(await FirstKey.EnsureAsync(keys, gateway.Folder, isTerminal: false, people));
        var path = Path.Combine(gateway.Folder, FirstKey.FileName);
        Assert.DoesNotContain("crank_", people.ToString(), StringComparison.Ordinal);
        Assert.NotNull(keys.Recognise(Trust.ApiKeys.SecretFile.Read(path), out _));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    public async Task A_tenant_has_only_so_many_keys()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Identity = o.Identity with { KeysPerTenant = 2 } });
        using var admin = await gateway.AdminAsync("acme");
        var second = await KeyAsync(admin, "{}");
        Assert.Equal(409, (int)(await admin.PostAsync("/v1/keys", Json("{}"), Stop)).StatusCode);
        await admin.DeleteAsync($"/v1/keys/{second.GetProperty("id").GetString()}", Stop);
        Assert.Equal(201, (int)(await admin.PostAsync("/v1/keys", Json("{}"), Stop)).StatusCode);
    }

    [Theory]
    [InlineData("""{"scopes":["root"]}""", 422), InlineData("""{"scope":[]}""", 422), InlineData("""{"expiresInDays":0}""", 422), InlineData("""{"expiresInDays":401}""", 422)]
    [InlineData("""{"principal":"nobody"}""", 422), InlineData("""{"principal":7}""", 422), InlineData("""{"name":""}""", 422), InlineData("[]", 422)]
    [InlineData("""{"name":"a","name":"b"}""", 400), InlineData("{", 400), InlineData("", 400), InlineData("""{"name":"\ud800"}""", 400), InlineData("""{"name":null}""", 422), InlineData("""{"expiresInDays":1.5}""", 422), InlineData("""{"expiresInDays":30.0}""", 201)]
    public async Task A_body_that_does_not_fit_is_refused_with_what_is_wrong(string body, int status)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var answer = await gateway.Owner.PostAsync("/v1/keys", Json(body), Stop);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status < 400 ? "application/json" : "application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_key_that_ended_is_listed_for_thirty_days_and_then_leaves_memory_too()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = gateway.With((await KeyAsync(await gateway.AdminAsync("acme"), """{"expiresInDays":400}""")).GetProperty("key").GetString()!);
        var id = (await KeyAsync(admin, """{"expiresInDays":1}""")).GetProperty("id").GetString();
        gateway.Clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal("expired", (await (await admin.GetAsync($"/v1/keys/{id}", Stop)).JsonAsync()).GetProperty("state").GetString());
        gateway.Clock.Advance(TimeSpan.FromDays(1));
        await KeyAsync(admin, "{}");
        Assert.Equal(404, await admin.StatusAsync($"/v1/keys/{id}"));
    }

    [Fact]
    public async Task Lists_go_on_where_they_ended()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        for (var i = 0; i < 4; i++)
        {
            await KeyAsync(admin, "{}");
        }

        var seen = new List<string>();
        string? next = "";
        while (next is not null)
        {
            var page = await (await admin.GetAsync($"/v1/keys?limit=2{(next.Length > 0 ? $"&cursor={next}" : "")}", Stop)).JsonAsync();
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(k => k.GetProperty("id").GetString()!));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        Assert.Equal(5, seen.Distinct().Count());
        Assert.Equal(5, seen.Count);
        Assert.Equal(400, await admin.StatusAsync("/v1/keys?cursor=!"));
        Assert.Equal(400, await admin.StatusAsync("/v1/keys?limit=0"));
        Assert.Equal(400, await admin.StatusAsync("/v1/keys?other=1"));
    }
}
