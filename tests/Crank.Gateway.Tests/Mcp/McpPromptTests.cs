using System.Text.Json;

namespace Crank.Gateway.Tests.Mcp;

public sealed class McpPromptTests
{
    private const string Explain = "explain-job";

    [Theory, MemberData(nameof(McpClientTests.Clients), MemberType = typeof(McpClientTests))]
    public async Task A_person_may_ask_to_explain_a_job_or_to_use_a_capability(string client, string revision)
    {
        await using var mesh = await McpMesh.StartAsync();

        var answer = await mesh.RunAsync(
            client,
            new { @do = "listPrompts" },
            new { @do = "callTool", name = "echo", arguments = new { message = "hello" } },
            new { @do = "getPrompt", name = Explain, arguments = new Dictionary<string, string> { ["job"] = "$1._meta.dev~crank/job" } },
            new { @do = "getPrompt", name = "use-capability", arguments = new { capability = "text.upper", task = "Write my name large." } },
            new { @do = "getPrompt", name = "nothing", arguments = new { job = "x" } },
            new { @do = "getPrompt", name = Explain, arguments = new { job = "x" } });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        Assert.Equal([Explain, "use-capability"], Result(answer, 0).GetProperty("prompts").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
        var receipt = Result(answer, 2).GetProperty("messages")[1].GetProperty("content").GetProperty("resource");
        Assert.Contains("\"payload\"", receipt.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("text.upper", Result(answer, 3).GetProperty("messages")[0].GetProperty("content").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.All([4, 5], i => Assert.True(answer.GetProperty("results")[i].TryGetProperty("error", out _)));
    }

    [Theory, MemberData(nameof(McpClientTests.Clients), MemberType = typeof(McpClientTests))]
    public async Task Arguments_are_completed_from_what_is_there(string client, string revision)
    {
        await using var mesh = await McpMesh.StartAsync();

        var answer = await mesh.RunAsync(
            client,
            new { @do = "callTool", name = "echo", arguments = new { message = "hello" } },
            new { @do = "complete", @ref = new { type = "ref/prompt", name = "use-capability" }, argument = new { name = "capability", value = "te" } },
            new { @do = "complete", @ref = new { type = "ref/prompt", name = Explain }, argument = new { name = "job", value = "" } },
            new { @do = "complete", @ref = new { type = "ref/resource", uri = "crank://jobs/{job}/receipt" }, argument = new { name = "job", value = "" } },
            new { @do = "complete", @ref = new { type = "ref/prompt", name = "nothing" }, argument = new { name = "job", value = "" } });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        Assert.Equal(["text.upper"], Values(1));
        Assert.Equal([Result(answer, 0).GetProperty("_meta").GetProperty("dev.crank/job").GetString()], Values(2));
        Assert.Equal(Values(2), Values(3));
        Assert.Empty(Values(4));

        IEnumerable<string?> Values(int step) => Result(answer, step).GetProperty("completion").GetProperty("values").EnumerateArray().Select(v => v.GetString());
    }

    private static JsonElement Result(JsonElement answer, int step) => answer.GetProperty("results")[step].TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(answer.ToString());
}
