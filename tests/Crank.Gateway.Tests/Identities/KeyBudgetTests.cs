using System.Net;
using Crank.Gateway.Tests.Rest;
using static Crank.Gateway.Tests.Identities.Callers;

namespace Crank.Gateway.Tests.Identities;

/// <summary>One echo costs 0.001 EUR.</summary>
public sealed class KeyBudgetTests
{
    private const string Echo = "/v1/capabilities/echo/invoke";
    private const string Hello = """{"input":{"message":"hello"}}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Jobs_at_the_same_time_cannot_spend_more_than_the_key_may()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var made = await KeyAsync(admin, """{"budget":{"total":"0.0025 EUR"}}""");
        using var client = gateway.With(made.GetProperty("key").GetString()!);
        var (running, go) = (new SemaphoreSlim(0), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        gateway.Workers.Run = async (job, stop) =>
        {
            running.Release();
            await go.Task.WaitAsync(stop);
            return TestWorkers.Done(job.Input);
        };

        var asked = Enumerable.Range(0, 5).Select(_ => client.PostAsync(Echo, Json(Hello), Stop)).ToList();
        var refused = 0;
        while (asked.Count > 2)
        {
            var first = await Task.WhenAny(asked);
            asked.Remove(first);
            await (await first).ProblemAsync(402, "key-budget-spent");
            refused++;
        }

        await running.WaitAsync(Stop);
        await running.WaitAsync(Stop);
        go.SetResult();
        Assert.All(await Task.WhenAll(asked), answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
        Assert.Equal(3, refused);
        await (await client.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(402, "key-budget-spent");
        var budget = (await (await admin.GetAsync($"/v1/keys/{made.GetProperty("id").GetString()}", Stop)).JsonAsync()).GetProperty("budget");
        Assert.Equal(("0.002 EUR", "0.0025 EUR"), (budget.GetProperty("spent").GetString(), budget.GetProperty("total").GetString()));
        Assert.Equal(200, (int)(await admin.PostAsync(Echo, Json(Hello), Stop)).StatusCode);
    }

    [Fact]
    public async Task What_was_not_done_costs_the_budget_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = await PoorAsync(gateway, """{"budget":{"total":"0.001 EUR"}}""");
        gateway.Workers.Run = (_, _) => Task.FromResult<Crank.Mesh.Run.DispatchResult>(TestWorkers.Failed("declared"));
        for (var i = 0; i < 3; i++)
        {
            await (await client.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(502, "declared");
        }

        gateway.Workers.Run = (job, _) => Task.FromResult<Crank.Mesh.Run.DispatchResult>(TestWorkers.Done(job.Input));
        Assert.Equal(200, (int)(await client.PostAsync(Echo, Json(Hello), Stop)).StatusCode);
        await (await client.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(402, "key-budget-spent");
    }

    [Fact]
    public async Task A_budget_of_a_day_is_there_again_on_the_next()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = await PoorAsync(gateway, """{"budget":{"perDay":"0.001 EUR","total":"0.002 EUR"}}""");
        for (var day = 0; day < 2; day++)
        {
            Assert.Equal(200, (int)(await client.PostAsync(Echo, Json(Hello), Stop)).StatusCode);
            var empty = await (await client.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(402, "key-budget-spent");
            Assert.Contains("0.00 EUR left", (string)empty["detail"]!, StringComparison.Ordinal);
            gateway.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.DoesNotContain("a day", (string)(await (await client.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(402, "key-budget-spent"))["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repetition_costs_the_budget_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var client = await PoorAsync(gateway, """{"budget":{"total":"0.001 EUR"}}""");
        for (var i = 0; i < 2; i++)
        {
            using var answer = await client.SendAsync(HttpMethod.Post, Echo, Json(Hello), ("Idempotency-Key", "once"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("rest")]
    [InlineData("later")]
    [InlineData("submit")]
    [InlineData("requeue")]
    [InlineData("mcp")]
    [InlineData("a2a")]
    public async Task No_way_in_goes_round_the_budget(string way)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        using var client = gateway.With((await KeyAsync(admin, """{"budget":{"total":"0.0009 EUR"}}""")).GetProperty("key").GetString()!);
        var dead = way == "requeue" ? await DieAsync(gateway, admin) : "";

        using var answer = way switch
        {
            "rest" => await client.PostAsync(Echo, Json(Hello), Stop),
            "later" => await client.SendAsync(HttpMethod.Post, Echo, Json(Hello), ("Prefer", "respond-async")),
            "submit" => await client.PostAsync("/v1/jobs", Json("""{"capability":"echo","input":{"message":"x"}}"""), Stop),
            "requeue" => await client.PostAsync($"/v1/dead-letters/{dead}/requeue", null, Stop),
            "mcp" => await client.SendAsync(
                HttpMethod.Post, "/mcp",
                Json(
                    """{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"message":"x"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"""),
                ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo"), ("Accept", "application/json, text/event-stream")),
            _ => await client.SendAsync(
                HttpMethod.Post, "/a2a",
                Json("""{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":{"message":{"messageId":"m","role":"ROLE_USER","parts":[{"text":"x"}],"metadata":{"dev.crank/capability":"echo"}}}}"""),
                ("A2A-Version", "1.0")),
        };

        Assert.Contains("key-budget-spent", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_cannot_get_round_its_budget_with_another_key()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var free = (await KeyAsync(admin, "{}")).GetProperty("id").GetString()!;
        using var poor = gateway.With((await KeyAsync(admin, """{"budget":{"total":"0.001 EUR"}}""")).GetProperty("key").GetString()!);

        await (await poor.PostAsync("/v1/keys", Json("""{"budget":{"total":"50 EUR"}}"""), Stop)).ProblemAsync(422, "bad-input");
        await (await poor.PostAsync($"/v1/keys/{free}/rotate", Json("{}"), Stop)).ProblemAsync(403, "forbidden");
        using var child = gateway.With((await KeyAsync(poor, "{}")).GetProperty("key").GetString()!);
        Assert.Equal(200, (int)(await child.PostAsync(Echo, Json(Hello), Stop)).StatusCode);
        await (await child.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(402, "key-budget-spent");
        await (await poor.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(402, "key-budget-spent");
    }

    [Fact]
    public async Task A_successor_goes_on_with_what_is_left()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var admin = await gateway.AdminAsync("acme");
        var made = await KeyAsync(admin, """{"budget":{"total":"0.002 EUR"}}""");
        using var first = gateway.With(made.GetProperty("key").GetString()!);
        Assert.Equal(200, (int)(await first.PostAsync(Echo, Json(Hello), Stop)).StatusCode);
        using var rotated = await admin.PostAsync($"/v1/keys/{made.GetProperty("id").GetString()}/rotate", Json("{}"), Stop);
        using var next = gateway.With((await rotated.JsonAsync()).GetProperty("key").GetString()!);

        Assert.Equal(200, (int)(await next.PostAsync(Echo, Json(Hello), Stop)).StatusCode);
        await (await next.PostAsync(Echo, Json(Hello), Stop)).ProblemAsync(402, "key-budget-spent");
    }

    [Theory]
    [InlineData("""{"budget":{}}""")]
    [InlineData("""{"budget":{"total":"1 USD"}}""")]
    [InlineData("""{"budget":{"total":"-1 EUR"}}""")]
    [InlineData("""{"budget":{"total":5}}""")]
    [InlineData("""{"budget":{"perMonth":"5 EUR"}}""")]
    public async Task A_budget_that_is_none_is_refused(string body)
    {
        await using var gateway = await TestGateway.StartAsync();

        await (await gateway.Owner.PostAsync("/v1/keys", Json(body), Stop)).ProblemAsync(422, "bad-input");
    }

    private static async Task<HttpClient> PoorAsync(TestGateway gateway, string body)
    {
        using var admin = await gateway.AdminAsync("acme");
        return gateway.With((await KeyAsync(admin, body)).GetProperty("key").GetString()!);
    }

    private static async Task<string> DieAsync(TestGateway gateway, HttpClient client)
    {
        gateway.Workers.Run = (_, _) => Task.FromResult<Crank.Mesh.Run.DispatchResult>(TestWorkers.Failed("declared"));
        using var accepted = await client.PostAsync("/v1/jobs", Json("""{"capability":"echo","input":{"message":"x"}}"""), Stop);
        var job = (await accepted.JsonAsync()).GetProperty("job").GetString()!;
        using var events = await client.GetAsync($"/v1/jobs/{job}/events", Stop);
        return job;
    }
}
