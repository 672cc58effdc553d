using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Crank.Core;
using Crank.Gateway.A2a;
using Crank.Gateway.Tests.Agents;

namespace Crank.Gateway.Tests.A2a;

/// <summary>Calls as they come over the wire, good and bad.</summary>
public sealed partial class A2aCallTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{", -32700)]
    [InlineData("[]", -32600)]
    [InlineData("""{"jsonrpc":"1.0","id":1,"method":"GetTask"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","method":"GetTask"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"id":2,"method":"GetTask"}""", -32600)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"Nothing"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":5}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"x"}}""", -32001)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"x","url":"y"}]}}}""", -32602)]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"ListTasks","params":{"pageSize":101}}""", -32602)]
    public async Task What_cannot_be_done_is_an_error_of_the_protocol(string body, int code)
    {
        await using var gateway = await TestGateway.StartAsync();

        Assert.Equal(code, (await CallAsync(gateway.Owner, body)).GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0.3")]
    [InlineData("2.0")]
    public async Task Another_version_of_the_protocol_is_refused_by_name(string? version)
    {
        await using var gateway = await TestGateway.StartAsync();

        var error = (await CallAsync(gateway.Owner, Get("x"), version)).GetProperty("error");

        Assert.Equal(-32009, error.GetProperty("code").GetInt32());
        Assert.Equal("VERSION_NOT_SUPPORTED", error.GetProperty("data")[0].GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Methods_that_are_not_offered_are_refused_by_name_and_the_documents_list_them()
    {
        await using var gateway = await TestGateway.StartAsync();
        var documented = Row().Matches(await File.ReadAllTextAsync(Peers.NodePeers.Document("agents.md"), Stop)).Select(m => m.Groups["name"].Value).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(A2aUnsupported.Push.Concat(A2aUnsupported.Older).Order(StringComparer.Ordinal), documented);
        foreach (var method in documented)
        {
            var error = (await CallAsync(gateway.Owner, $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{} }""")).GetProperty("error");
            Assert.Equal(A2aUnsupported.Push.Contains(method) ? -32003 : -32601, error.GetProperty("code").GetInt32());
        }
    }

    [Fact]
    public async Task Another_tenants_task_is_not_there()
    {
        await using var gateway = await StartAsync();
        using var one = await gateway.TenantAsync("one");
        using var two = await gateway.TenantAsync("two");
        var id = await SendAsync(one);

        foreach (var method in new[] { "GetTask", "CancelTask", "SubscribeToTask" })
        {
            var answer = await CallAsync(two, $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{"id":"{{id}}"} }""");
            Assert.Equal(-32001, answer.GetProperty("error").GetProperty("code").GetInt32());
        }

        Assert.Empty((await CallAsync(two, """{"jsonrpc":"2.0","id":1,"method":"ListTasks"}""")).GetProperty("result").GetProperty("tasks").EnumerateArray());
        var stolen = await CallAsync(two, Send("m-2", $$"""{"url":"crank://jobs/{{id}}/blobs/{{Digest.Of("STRAW"u8)}}"}"""));
        Assert.Equal(-32602, stolen.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_tenant_named_in_a_call_is_refused_whatever_it_names()
    {
        await using var gateway = await StartAsync();
        using var one = await gateway.TenantAsync("one");

        var answer = await CallAsync(one, """{"jsonrpc":"2.0","id":1,"method":"ListTasks","params":{"tenant":"owner"}}""");

        Assert.Equal(-32602, answer.GetProperty("error").GetProperty("code").GetInt32());
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"CancelTask","params":{"id":"x"}}""")]
    public async Task What_a_key_may_not_do_an_agent_with_it_may_not_either(string body)
    {
        await using var gateway = await StartAsync();
        using var reader = await gateway.TenantAsync("one", "mesh:read", "jobs:read");

        using var answer = await PostAsync(reader, body, "1.0");

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("jobs:write", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_identity_there_is_the_public_card_and_nothing_else()
    {
        await using var gateway = await StartAsync();

        using var call = await PostAsync(gateway.Anonymous, Get("x"), "1.0");
        var card = await gateway.Anonymous.GetStringAsync("/.well-known/agent-card.json", Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, call.StatusCode);
        Assert.DoesNotContain("text.upper", card, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_card_never_leads_where_a_request_says_this_is()
    {
        await using var gateway = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/agent-card.json");
        request.Headers.Host = "evil.example";
        request.Headers.Add("X-Forwarded-Host", "evil.example");

        using var answer = await gateway.Anonymous.SendAsync(request, Stop);

        Assert.DoesNotContain("evil.example", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_origin_does_not_call_it()
    {
        await using var gateway = await StartAsync();
        using var request = Request(Get("x"), "1.0");
        request.Headers.Add("Origin", "https://evil.example");

        using var answer = await gateway.Owner.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_tenant_has_a_maximum_of_open_streams()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Agents = o.Agents with { Streams = 1 } }, AgentCapabilities.Upper);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Workers.Run = async (_, stop) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return new Mesh.Run.DispatchResult.Stopped(TestWorkers.Usage());
        };
        using var one = await gateway.TenantAsync("one");
        using var open = await one.SendAsync(Request(Send("m-1", """{"text":"x"}""", "SendStreamingMessage"), "1.0"), HttpCompletionOption.ResponseHeadersRead, Stop);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Stop);

        using var second = await PostAsync(one, Send("m-2", """{"text":"x"}""", "SendStreamingMessage"), "1.0");

        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
    }

    [Fact]
    public async Task A_message_waits_at_the_door_of_its_capability_like_every_other_request()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Quotas = o.Quotas with { Running = 1, Waiting = 0 } }, AgentCapabilities.Upper);
        var (begun, go) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        gateway.Workers.Run = async (job, stop) =>
        {
            begun.TrySetResult();
            await go.Task.WaitAsync(stop);
            return await AgentCapabilities.RunAsync(job, stop);
        };
        using var one = await gateway.TenantAsync("one");
        var first = SendAsync(one);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(120), Stop);

        using var away = await PostAsync(one, Send("m-2", """{"text":"x"}"""), "1.0");
        using var streamed = await PostAsync(one, Send("m-3", """{"text":"x"}""", "SendStreamingMessage"), "1.0");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (away.StatusCode, streamed.StatusCode));
        Assert.Equal(TimeSpan.FromSeconds(1), away.Headers.RetryAfter?.Delta);
        Assert.Single(gateway.Store.ListJobs(TenantId.Parse("one"), null, 10));
        go.SetResult();
        await first;
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(one, Send("m-2", """{"text":"x"}"""), "1.0")).StatusCode);
    }

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync(null, TestWorkers.Echo, AgentCapabilities.Upper);
        gateway.Workers.Run = AgentCapabilities.RunAsync;
        return gateway;
    }

    private static async Task<string> SendAsync(HttpClient client) =>
        (await CallAsync(client, Send("m-1", """{"text":"straw"}"""))).GetProperty("result").GetProperty("task").GetProperty("id").GetString()!;

    private static string Send(string id, string part, string method = "SendMessage") =>
        $$"""{"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{"message":{"messageId":"{{id}}","role":"ROLE_USER","parts":[{{part}}],"metadata":{"dev.crank/capability":"text.upper"} } } }""";

    private static string Get(string id) => $$"""{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"{{id}}"} }""";

    private static async Task<JsonElement> CallAsync(HttpClient client, string body, string? version = "1.0")
    {
        using var answer = await PostAsync(client, body, version);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Stop));
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string body, string? version) => client.SendAsync(Request(body, version), Stop);

    private static HttpRequestMessage Request(string body, string? version)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/a2a") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (version is not null)
        {
            request.Headers.Add("A2A-Version", version);
        }

        return request;
    }

    [GeneratedRegex(@"^\| `(?<name>[\w/]+)` \| refused: ", RegexOptions.Multiline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Row();
}
