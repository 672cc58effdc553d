using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.Mcp;

/// <summary>The server as the public JavaScript clients see it: v1 speaks 2025-11-25, v2 speaks 2026-07-28.</summary>
public sealed class McpClientTests
{
    public static TheoryData<string, string> Clients => new() { { "v1", "2025-11-25" }, { "v2", "2026-07-28" } };

    [Theory, MemberData(nameof(Clients))]
    public async Task Capabilities_are_tools_with_schemas_and_facts(string client, string revision)
    {
        await using var mesh = await StartAsync();

        var answer = await mesh.RunAsync(client, new { @do = "listTools" });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        var tools = Result(answer, 0).GetProperty("tools");
        Assert.Equal(["echo", "text.upper"], tools.EnumerateArray().Select(t => t.GetProperty("name").GetString()));
        var upper = tools[1];
        Assert.Equal("Writes a file in capitals.", upper.GetProperty("description").GetString());
        Assert.Equal(["text", "base64", "uri", "name"], upper.GetProperty("inputSchema").GetProperty("properties").GetProperty("file").GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Equal("object", upper.GetProperty("outputSchema").GetProperty("type").GetString());
        Assert.Equal("""{"destructiveHint":false,"idempotentHint":false,"openWorldHint":false,"readOnlyHint":false}""", Sorted(upper.GetProperty("annotations")));
        Assert.Equal("text.upper@1.2.0", upper.GetProperty("_meta").GetProperty("dev.crank/capability").GetString());
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task A_call_is_a_job_with_a_structured_result_and_a_receipt(string client, string revision)
    {
        await using var mesh = await StartAsync();

        var answer = await mesh.RunAsync(
            client,
            new { @do = "callTool", name = "echo", arguments = new { message = "hello" } },
            new { @do = "readResource", uri = "$0.content.1.uri" });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        var result = Result(answer, 0);
        Assert.Equal("hello", result.GetProperty("structuredContent").GetProperty("message").GetString());
        var job = JobId.Parse(result.GetProperty("_meta").GetProperty("dev.crank/job").GetString()!);
        Assert.Equal(JobState.Done, mesh.Gateway.Store.FindJob(job)!.State);
        var receipt = Result(answer, 1).GetProperty("contents")[0];
        Assert.Equal(mesh.Gateway.Controller.ReceiptFile(TenantId.Owner, job), System.Text.Encoding.UTF8.GetBytes(receipt.GetProperty("text").GetString()!));
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task A_file_goes_in_as_text_and_its_result_goes_into_the_next_call_by_address(string client, string revision)
    {
        await using var mesh = await StartAsync();

        var answer = await mesh.RunAsync(
            client,
            new { @do = "callTool", name = "text.upper", arguments = new { file = new { text = "straw", name = "a.txt" } } },
            new { @do = "callTool", name = "text.upper", arguments = new { file = new { uri = "$0.content.1.resource.uri" } } },
            new { @do = "callTool", name = "text.upper", arguments = new { file = new { base64 = "aGF5" } } },
            new { @do = "readResource", uri = "$2.content.1.resource.uri" });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        Assert.Equal("STRAW", Result(answer, 0).GetProperty("content")[1].GetProperty("resource").GetProperty("text").GetString());
        Assert.Equal("STRAW", Result(answer, 1).GetProperty("content")[1].GetProperty("resource").GetProperty("text").GetString());
        Assert.Equal("HAY", Result(answer, 3).GetProperty("contents")[0].GetProperty("text").GetString());
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task A_refusal_is_a_tool_error_that_says_what_to_try(string client, string revision)
    {
        await using var mesh = await StartAsync();

        var answer = await mesh.RunAsync(
            client,
            new { @do = "callTool", name = "echo", arguments = new { message = 5 } },
            new { @do = "callTool", name = "echo", arguments = new { message = "hello" }, meta = Terms(new { budget = "0.0001 EUR" }) },
            new { @do = "callTool", name = "echo", arguments = new { message = "hello" }, meta = Terms(new { budget = "lots" }) },
            new { @do = "callTool", name = "text.upper", arguments = new { file = new { uri = "http://169.254.169.254/latest/meta-data" } } },
            new { @do = "callTool", name = "ecko", arguments = new { } });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        AssertRefused(Result(answer, 0), "bad-input");
        AssertRefused(Result(answer, 1), "over-budget");
        AssertRefused(Result(answer, 2), "bad-input");
        AssertRefused(Result(answer, 3), "bad-input");
        Assert.Contains("did you mean echo?", answer.GetProperty("results")[4].GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task Progress_reaches_the_client_in_order_before_the_result(string client, string revision)
    {
        await using var mesh = await StartAsync();
        mesh.Gateway.Workers.Run = (job, _) =>
        {
            job.Progress!.Report(new(0.25, "reading"));
            job.Progress.Report(new(0.5, null));
            job.Progress.Report(new(0.4, "never backwards"));
            job.Progress.Report(new(0.75, "writing"));
            return Task.FromResult<DispatchResult>(TestWorkers.Done(job.Input));
        };

        var answer = await mesh.RunAsync(client, new { @do = "callTool", name = "echo", arguments = new { message = "hello" }, progress = true });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        Assert.Equal([0.25, 0.5, 0.75], Result(answer, 0).GetProperty("progress").EnumerateArray().Select(p => p.GetProperty("progress").GetDouble()));
        Assert.Equal("reading", Result(answer, 0).GetProperty("progress")[0].GetProperty("message").GetString());
    }

    [Theory, MemberData(nameof(Clients))]
    public async Task A_call_that_is_taken_back_ends_the_job_as_cancelled(string client, string revision)
    {
        await using var mesh = await StartAsync();
        JobId? cancelled = null;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        mesh.Gateway.Workers.Run = async (job, stop) =>
        {
            cancelled = job.Job;
            job.Progress!.Report(new(0.1, null));
            try
            {
                await Task.Delay(Timeout.Infinite, stop);
            }
            catch (OperationCanceledException)
            {
                ended.SetResult();
            }

            return new DispatchResult.Stopped(TestWorkers.Usage());
        };

        var answer = await mesh.RunAsync(client, new { @do = "callTool", name = "echo", arguments = new { message = "hello" }, cancelOnProgress = true });

        Assert.Equal(revision, answer.GetProperty("version").GetString());
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Cancelled, await mesh.EndOfAsync(cancelled!.Value));
    }

    private static Dictionary<string, object> Terms(object terms) => new() { ["dev.crank/terms"] = terms };

    private static JsonElement Result(JsonElement answer, int step) =>
        answer.GetProperty("results")[step] is var one && one.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(one.GetRawText());

    private static void AssertRefused(JsonElement result, string code)
    {
        Assert.True(result.GetProperty("isError").GetBoolean());
        Assert.Equal(code, result.GetProperty("_meta").GetProperty("dev.crank/code").GetString());
        Assert.StartsWith(code + ": ", result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Contains("\nTry: ", result.GetProperty("content")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    private static string Sorted(JsonElement json) => JsonSerializer.Serialize(json.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).ToDictionary(p => p.Name, p => p.Value));

    private static Task<McpMesh> StartAsync() => McpMesh.StartAsync();
}
