using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Crank.Core;
using Crank.Gateway.Tests.Identities;
using static Crank.Gateway.Tests.Identities.Callers;

namespace Crank.Gateway.Tests.Tenancy;

/// <summary>Two tenants make the same calls on one gateway. Everything that either can observe must be what it would observe if the other did not exist.</summary>
public sealed partial class TenancyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_tenants_that_make_the_same_calls_observe_the_same_and_what_one_alone_observes()
    {
        await using var shared = await TestGateway.StartAsync();
        using var acme = await shared.AdminAsync("acme");
        using var globex = await shared.AdminAsync("globex");
        await using var alone = await TestGateway.StartAsync();
        using var single = await alone.AdminAsync("acme");

        var script = Script();
        var (first, second, third) = (new List<string>(), new List<string>(), new List<string>());
        var (one, two, three) = (new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>());
        foreach (var call in script)
        {
            // Turn about, so that each call of one comes after the same call of the other.
            first.Add(await PlayAsync(acme, call, one));
            second.Add(await PlayAsync(globex, call, two));
            third.Add(await PlayAsync(single, call, three));
        }

        Assert.Equal(third, first);
        Assert.Equal(first, second);
        Assert.StartsWith("200", first[Array.FindIndex(script, c => c.Path.EndsWith("/invoke", StringComparison.Ordinal))], StringComparison.Ordinal);
        Assert.True(first.Count(f => f.StartsWith('2')) > script.Length / 2, string.Join('\n', first));
    }

    [Fact]
    public async Task Labels_of_a_tenant_are_kept_for_policies_and_bounded()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme");
        var answer = await gateway.Owner.PutAsync("/v1/tenants/acme", Json("""{"limitMicros":-1000000,"labels":{"country":"de","sector":"health"}}"""), Stop);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("de", (await (await gateway.Owner.GetAsync("/v1/tenants/acme", Stop)).JsonAsync()).GetProperty("labels").GetProperty("country").GetString());
        foreach (var wrong in (string[])["[]", "{\"a\":1}", "{\"\":\"x\"}", "{\"a\":\"\"}", "{\"a\\u0001\":\"x\"}", $"{{\"a\":\"{new string('x', 101)}\"}}", $"{{{string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"l{i}\":\"x\""))}}}"])
        {
            Assert.Equal(422, (int)(await gateway.Owner.PutAsync("/v1/tenants/acme", Json($$"""{"labels":{{wrong}}}"""), Stop)).StatusCode);
        }
    }

    [Fact]
    public async Task A_tenant_named_in_a_header_a_query_or_a_body_is_ignored_or_refused()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme");
        using var globex = await gateway.AdminAsync("globex");
        foreach (var header in (string[])["X-Tenant", "X-Tenant-Id", "Tenant", "X-Crank-Tenant", "X-Forwarded-User", "X-Principal", "Forwarded", "X-Original-URL"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/caller") { Headers = { { header, "globex" } } };
            Assert.Equal("acme", (await (await acme.SendAsync(request, Stop)).JsonAsync()).GetProperty("tenant").GetString());
        }

        Assert.Equal(400, await acme.StatusAsync("/v1/keys?tenant=globex"));
        Assert.Equal(422, (int)(await acme.PostAsync("/v1/keys", Json("""{"tenant":"globex"}"""), Stop)).StatusCode);
    }

    [Fact]
    public async Task Anothers_key_or_principal_is_not_there_in_the_same_words_as_what_is_nowhere()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme");
        using var globex = await gateway.AdminAsync("globex");
        var theirs = (await KeyAsync(globex, "{}")).GetProperty("id").GetString()!;
        await globex.PutAsync("/v1/principals/secret", Json("""{"roles":["agent"]}"""), Stop);
        var nowhere = new SortableId(42).ToString().ToLowerInvariant();
        foreach (var (method, real, none, body) in ((HttpMethod, string, string, string?)[])
        [
            (HttpMethod.Get, $"/v1/keys/{theirs}", $"/v1/keys/{nowhere}", null),
            (HttpMethod.Delete, $"/v1/keys/{theirs}", $"/v1/keys/{nowhere}", null),
            (HttpMethod.Post, $"/v1/keys/{theirs}/rotate", $"/v1/keys/{nowhere}/rotate", "{}"),
            (HttpMethod.Get, "/v1/principals/secret", "/v1/principals/nobody", null),
            (HttpMethod.Delete, "/v1/principals/secret", "/v1/principals/nobody", null),
            (HttpMethod.Post, "/v1/keys", "/v1/keys", """{"principal":"secret"}"""),
        ])
        {
            var (seen, absent) = (await SendAsync(acme, method, real, body), await SendAsync(acme, method, none, body?.Replace("secret", "nobody", StringComparison.Ordinal)));
            Assert.Equal(absent, seen);
            Assert.StartsWith("4", seen, StringComparison.Ordinal);
        }

        Assert.Equal("good", (await (await globex.GetAsync($"/v1/keys/{theirs}", Stop)).JsonAsync()).GetProperty("state").GetString());
        Assert.Equal(200, await globex.StatusAsync("/v1/principals/secret"));
    }

    [Fact]
    public async Task A_file_that_another_tenant_keeps_is_not_there_and_removing_ones_own_leaves_it()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme");
        using var globex = await gateway.AdminAsync("globex");
        var content = "known only to acme"u8.ToArray();
        var (kept, never) = (Convert.ToHexStringLower(SHA256.HashData(content)), new string('0', 64));
        Assert.InRange((int)(await acme.PutAsync($"/v1/blobs/{kept}", new ByteArrayContent(content), Stop)).StatusCode, 200, 299);
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Delete])
        {
            Assert.Equal(await SendAsync(globex, method, $"/v1/blobs/{never}", null), await SendAsync(globex, method, $"/v1/blobs/{kept}", null));
        }

        // The second keeper is told as much as the first one was: nothing says that the bytes are known already.
        Assert.Equal(await SendAsync(globex, HttpMethod.Get, $"/v1/blobs/{never}", null), await SendAsync(globex, HttpMethod.Get, $"/v1/blobs/{kept}", null));
        Assert.InRange((int)(await globex.PutAsync($"/v1/blobs/{kept}", new ByteArrayContent(content), Stop)).StatusCode, 200, 299);
        await globex.DeleteAsync($"/v1/blobs/{kept}", Stop);
        Assert.Equal(content, await acme.GetByteArrayAsync($"/v1/blobs/{kept}", Stop));
    }

    [Fact]
    public async Task An_idempotency_key_is_ones_own()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme");
        using var globex = await gateway.AdminAsync("globex");
        foreach (var (client, message) in ((HttpClient, string)[])[(acme, "one"), (globex, "two"), (acme, "one"), (globex, "two")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/capabilities/echo/invoke") { Content = Json($$$"""{"input":{"message":"{{{message}}}"}}"""), Headers = { { "Idempotency-Key", "the-same-key" } } };
            using var answer = await client.SendAsync(request, Stop);
            Assert.Equal(200, (int)answer.StatusCode);
            Assert.Contains(message, await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }

        Assert.Single((await (await acme.GetAsync("/v1/jobs", Stop)).JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Anothers_job_its_result_receipt_and_explanation_are_not_there()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme");
        using var globex = await gateway.AdminAsync("globex");
        using var ran = await acme.PostAsync("/v1/capabilities/echo/invoke", Json("""{"input":{"message":"mine"}}"""), Stop);
        Assert.Equal(200, (int)ran.StatusCode);
        var job = (await (await acme.GetAsync("/v1/jobs", Stop)).JsonAsync()).GetProperty("items")[0].GetProperty("job").GetString()!;
        var nowhere = new SortableId(42).ToString();
        foreach (var part in (string[])["", "/result", "/receipt", "/explain"])
        {
            Assert.Equal(200, await acme.StatusAsync($"/v1/jobs/{job}{part}"));
            var seen = await SendAsync(globex, HttpMethod.Get, $"/v1/jobs/{job}{part}", null);
            var absent = await SendAsync(globex, HttpMethod.Get, $"/v1/jobs/{nowhere}{part}", null);
            Assert.Equal(absent.Replace(nowhere, "*", StringComparison.Ordinal), seen.Replace(job, "*", StringComparison.Ordinal));
            Assert.StartsWith("404", seen, StringComparison.Ordinal);
        }

        Assert.Empty((await (await globex.GetAsync("/v1/jobs", Stop)).JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Functions_of_the_operator_are_closed_to_every_role_of_a_tenant()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        using var owner = await gateway.PrincipalAsync(admin, "boss", "owner", "admin");
        foreach (var client in (HttpClient[])[admin, owner])
        {
            Assert.Equal(403, await client.StatusAsync("/v1/tenants"));
            Assert.Equal(403, await client.StatusAsync("/v1/tenants/acme"));
            Assert.Equal(403, (int)(await client.PutAsync("/v1/tenants/acme", Json("""{"limitMicros":-9000000000}"""), Stop)).StatusCode);
            Assert.Equal(403, (int)(await client.PostAsync("/v1/tenants", Json("""{"id":"mine"}"""), Stop)).StatusCode);
        }
    }

    [Fact]
    public async Task A_tenant_keeps_nothing_of_one_that_had_its_name()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.AdminAsync("acme");
        Assert.Equal(409, (int)(await gateway.Owner.PostAsync("/v1/tenants", Json("""{"id":"acme"}"""), Stop)).StatusCode);
        Assert.Equal(200, await acme.StatusAsync("/v1/keys"));
    }

    private static (HttpMethod Method, string Path, string? Body)[] Script() =>
    [
        (HttpMethod.Get, "/v1/caller", null),
        (HttpMethod.Get, "/v1/keys", null),
        (HttpMethod.Put, "/v1/principals/builder", """{"roles":["agent"],"name":"Builder"}"""),
        (HttpMethod.Put, "/v1/principals/builder", """{"roles":["agent","viewer"]}"""),
        (HttpMethod.Get, "/v1/principals", null),
        (HttpMethod.Post, "/v1/keys", """{"principal":"builder","name":"one"}"""),
        (HttpMethod.Get, "/v1/keys/{id}", null),
        (HttpMethod.Get, "/v1/keys?limit=1", null),
        (HttpMethod.Post, "/v1/keys/{id}/rotate", """{"overlapHours":1}"""),
        (HttpMethod.Delete, "/v1/keys/{id}", null),
        (HttpMethod.Get, "/v1/keys/{id}", null),
        (HttpMethod.Get, "/v1/capabilities", null),
        (HttpMethod.Get, "/v1/capabilities/echo", null),
        (HttpMethod.Post, "/v1/capabilities/echo/invoke", """{"input":{"message":"hello"}}"""),
        (HttpMethod.Post, "/v1/capabilities/echo/invoke", """{"input":{"message":7}}"""),
        (HttpMethod.Post, "/v1/capabilities/nothing/invoke", """{"input":{}}"""),
        (HttpMethod.Get, "/v1/jobs", null),
        (HttpMethod.Get, "/v1/dead-letters", null),
        (HttpMethod.Get, "/v1/usage", null),
        (HttpMethod.Get, "/v1/tenants", null),
        (HttpMethod.Get, "/v1/principals/nobody", null),
        (HttpMethod.Delete, "/v1/principals/builder", null),
        (HttpMethod.Get, "/v1/nothing", null),
    ];

    private static async Task<string> PlayAsync(HttpClient client, (HttpMethod Method, string Path, string? Body) call, Dictionary<string, string> remembered)
    {
        var answer = await SendAsync(client, call.Method, call.Path.Replace("{id}", remembered.GetValueOrDefault("id", "none"), StringComparison.Ordinal), call.Body, remembered);
        return answer;
    }

    private static async Task<string> SendAsync(HttpClient client, HttpMethod method, string path, string? body, Dictionary<string, string>? remembered = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        using var answer = await client.SendAsync(request, Stop);
        var text = await answer.Content.ReadAsStringAsync(Stop);
        if (remembered is not null && method == HttpMethod.Post && path == "/v1/keys" && Id().Match(text) is { Success: true } id)
        {
            remembered["id"] = id.Groups[1].Value;
        }

        var headers = string.Join(' ', answer.Headers.Concat(answer.Content.Headers).Where(h => h.Key is not ("Date" or "Content-Length")).OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}={string.Join(',', h.Value)}"));
        return Blank($"{(int)answer.StatusCode} {headers} {text}");
    }

    /// <summary>Names of the tenants, and what chance or the log's size makes different each time.</summary>
    private static string Blank(string text) =>
        Chance().Replace(text.Replace("globex", "TENANT", StringComparison.Ordinal).Replace("acme", "TENANT", StringComparison.Ordinal), "*");

    [GeneratedRegex("\"id\":\"([0-9a-z]{26})\"", RegexOptions.None, 5_000)]
    private static partial Regex Id();

    [GeneratedRegex("""crank_[0-9A-Za-z_]+|\b[0-7][0-9A-Za-z]{25}\b|[0-9a-f]{32,64}|(?<=cursor=|"next":")[A-Za-z0-9_-]+|r=\d+;t=\d+|"traceId":"[^"]*"|traceparent=\S+""", RegexOptions.None, 5_000)]
    private static partial Regex Chance();
}
