using Crank.Gateway.Tests.Peers;

namespace Crank.Gateway.Tests.Opa;

/// <summary>OPA's own client for JavaScript asks this gateway as it asks OPA.</summary>
public sealed class OpaSdkTests
{
    private const string Rego =
        """
        package authz

        default allow := false

        allow if input.user == "alice"

        broken := to_number(input.text)
        """;

    [Fact]
    public async Task The_public_client_asks_in_every_way_it_knows()
    {
        await using var asked = await AskedGateway.StartAsync(Rego);
        await asked.PutAsync("main", "package system\n\nmain := {\"hello\": input.user}");
        await using var port = new OwnerPort(asked.Gateway.Socket);

        var answer = await NodePeers.RunAsync("opa.mjs", new
        {
            url = port.Address,
            steps = new object[]
            {
                new { call = "evaluate", path = "authz/allow", input = new { user = "alice" } },
                new { call = "evaluate", path = "authz/allow" },
                new { call = "evaluate", path = "authz/nothing", input = new { } },
                new { call = "evaluateDefault", input = new { user = "alice" } },
                new { call = "evaluateBatch", path = "authz/allow", inputs = new { a = new { user = "alice" }, b = new { user = "bob" } } },
                new { call = "evaluate", path = "authz/broken", input = new { text = "x" } },
                new { call = "getFilters", path = "authz/allow", input = new { } },
                new { call = "health" },
            },
        });

        var results = answer.GetProperty("results").EnumerateArray().Select(r => r.GetRawText()).ToArray();
        Assert.Equal(
            [
                """{"value":true}""", """{"value":false}""", "{}", """{"value":{"hello":"alice"}}""", """{"value":{"a":true,"b":false}}""",
            ], results[..5]);
        Assert.Contains("""{"error":"ServerError","code":"internal_error","errors":["eval_builtin_error"]""", results[5], StringComparison.Ordinal);
        Assert.Contains("Status 501", results[6], StringComparison.Ordinal);
        Assert.Equal("""{"value":{}}""", results[7]);
    }
}
