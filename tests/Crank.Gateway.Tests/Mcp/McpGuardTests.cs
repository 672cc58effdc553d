using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Crank.Gateway.Tests.Mcp;

public sealed class McpGuardTests
{
    private const string Initialize =
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_gets_in_without_an_identity()
    {
        await using var mesh = await McpMesh.StartAsync();

        using var answer = await mesh.Gateway.Anonymous.SendAsync(Request("/mcp"), Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("https://chat.example", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.OK)]
    public async Task A_page_calls_it_only_when_its_origin_is_allowed(string? origin, HttpStatusCode expected)
    {
        await using var mesh = await McpMesh.StartAsync(o => o with { Agents = o.Agents with { AllowedOrigins = ["https://chat.example"] } });
        using var request = Request("/mcp");
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await mesh.Gateway.Owner.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("rebound.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("crank.acme.example", HttpStatusCode.OK)]
    public async Task A_name_that_was_bound_to_this_machine_behind_its_back_does_not_reach_it(string host, HttpStatusCode expected)
    {
        var guard = new Gateway.Agents.OriginGuard(new(new() { Agents = new() { PublicUrl = new("https://crank.acme.example") } }));
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Connection.LocalIpAddress = IPAddress.Loopback;
        context.Request.Host = new(host);

        Assert.Equal(expected == HttpStatusCode.OK, await guard.PassesAsync(context));
        Assert.Equal((int)expected, context.Response.StatusCode);
    }

    [Fact]
    public async Task Idle_sessions_have_a_maximum()
    {
        await using var mesh = await McpMesh.StartAsync(o => o with { Agents = o.Agents with { Sessions = 2 } });
        var first = await SessionAsync(mesh);
        for (var i = 0; i < 3; i++)
        {
            await SessionAsync(mesh);
        }

        using var request = Request("/mcp", """{"jsonrpc":"2.0","id":2,"method":"ping"}""");
        request.Headers.Add("Mcp-Session-Id", first);
        using var answer = await mesh.Gateway.Owner.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static async Task<string> SessionAsync(McpMesh mesh)
    {
        using var answer = await mesh.Gateway.Owner.SendAsync(Request("/mcp"), Stop);
        await answer.Content.ReadAsStringAsync(Stop);
        return answer.Headers.GetValues("Mcp-Session-Id").Single();
    }

    private static HttpRequestMessage Request(string path, string body = Initialize) => new(HttpMethod.Post, path)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
        Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/json"), new MediaTypeWithQualityHeaderValue("text/event-stream") } },
    };
}
