using System.Net;
using System.Text.Json.Nodes;
using Crank.Gateway.Tests.Rest;

namespace Crank.Gateway.Tests.Policies;

public sealed class LockdownTests
{
    private const string Echo = """{"input":{"message":"hello"}}""";
    private const string Path = "/v1/policy/lockdown";

    [Fact]
    public async Task One_request_stops_every_face_from_taking_jobs_and_another_lets_them_go_on()
    {
        await using var gateway = await TestGateway.StartAsync();
        var tenant = await gateway.TenantAsync("acme");
        Assert.Equal("""{"lockedDown":false}""", (await (await gateway.Owner.AskAsync(Path)).JsonAsync()).ToJsonString());

        var locked = await (await gateway.Owner.SendAsync(HttpMethod.Put, Path, HttpExtensions.Json("""{"reason":"A key has leaked."}"""))).JsonAsync();
        Assert.Equal("""{"lockedDown":true,"reason":"A key has leaked.","by":"owner","since":"2026-01-01T00:00:00Z","stopsRunning":false,"running":0,"stopped":0,"waiting":0}""", locked.ToJsonString());

        foreach (var client in new[] { gateway.Owner, tenant })
        {
            var problem = await (await client.PostAsync("/v1/capabilities/echo/invoke", Echo)).ProblemAsync(403, "locked-down");
            Assert.Contains("A key has leaked. (by owner,", (string)problem["detail"]!, StringComparison.Ordinal);
            await (await client.PostAsync("/v1/capabilities/echo/invoke", Echo, ("Prefer", "respond-async"))).ProblemAsync(403, "locked-down");
            Assert.Contains("locked-down", await McpAsync(client), StringComparison.Ordinal);
            Assert.Contains("locked-down", await A2aAsync(client), StringComparison.Ordinal);
        }

        using var ready = await gateway.Owner.AskAsync("/readyz");
        Assert.Contains("locked-down", (string)(await ready.ProblemAsync(503, "unavailable"))["detail"]!, StringComparison.Ordinal);

        Assert.Equal("""{"lockedDown":false,"lifted":true}""", (await (await gateway.Owner.SendAsync(HttpMethod.Delete, Path, null)).JsonAsync()).ToJsonString());
        await (await tenant.PostAsync("/v1/capabilities/echo/invoke", Echo)).JsonAsync();
    }

    [Fact]
    public async Task It_is_for_whoever_runs_the_mesh_alone()
    {
        await using var gateway = await TestGateway.StartAsync();
        var admin = await gateway.TenantAsync("acme", "jobs:write", "jobs:read", "keys:admin", "mesh:read");
        await (await admin.SendAsync(HttpMethod.Put, Path, HttpExtensions.Json("""{"reason":"mine"}"""))).ProblemAsync(403, "forbidden");
        await (await admin.SendAsync(HttpMethod.Delete, Path, null)).ProblemAsync(403, "forbidden");
        await (await admin.AskAsync(Path)).ProblemAsync(403, "forbidden");
        await (await gateway.Anonymous.SendAsync(HttpMethod.Put, Path, HttpExtensions.Json("""{"reason":"mine"}"""))).ProblemAsync(401, "unauthenticated");
        Assert.Null(gateway.Controller.Lockdown.Current);
    }

    [Theory]
    [InlineData("{}", "/reason")]
    [InlineData("""{"reason":""}""", "/reason")]
    [InlineData("""{"reason":"  "}""", "/reason")]
    [InlineData("""{"reason":"a","stopRuning":true}""", "/stopRuning")]
    public async Task A_body_that_says_something_else_locks_nothing(string body, string pointer)
    {
        await using var gateway = await TestGateway.StartAsync();
        var problem = await (await gateway.Owner.SendAsync(HttpMethod.Put, Path, HttpExtensions.Json(body))).ProblemAsync(422, "bad-input");
        Assert.Equal(pointer, (string)problem["errors"]![0]!["pointer"]!);
        Assert.Null(gateway.Controller.Lockdown.Current);
    }

    private static async Task<string> McpAsync(HttpClient client)
    {
        var call = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "tools/call",
            ["params"] = new JsonObject
            {
                ["name"] = "echo",
                ["arguments"] = new JsonObject { ["message"] = "hello" },
                ["_meta"] = new JsonObject
                {
                    ["io.modelcontextprotocol/protocolVersion"] = "2026-07-28",
                    ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "t", ["version"] = "1" },
                    ["io.modelcontextprotocol/clientCapabilities"] = new JsonObject(),
                },
            },
        };
        using var answer = await client.PostAsync(
            "/mcp", call.ToJsonString(), ("Accept", "application/json, text/event-stream"), ("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "echo"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> A2aAsync(HttpClient client)
    {
        using var answer = await client.PostAsync("/a2a", new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = "SendMessage",
            ["params"] = new JsonObject
            {
                ["message"] = new JsonObject
                {
                    ["messageId"] = "m-1",
                    ["role"] = "ROLE_USER",
                    ["parts"] = new JsonArray(new JsonObject { ["data"] = new JsonObject { ["capability"] = "echo", ["input"] = new JsonObject { ["message"] = "hello" } } }),
                },
            },
        }.ToJsonString(), ("A2A-Version", "1.0"));
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
