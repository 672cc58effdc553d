using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Tests.Agents;
using Crank.Gateway.Tests.Peers;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.A2a;

/// <summary>The mesh as the public JavaScript client of A2A sees it.</summary>
public sealed class A2aClientTests
{
    [Fact]
    public async Task A_card_leads_to_the_agent_and_its_signature_holds_for_that_alone()
    {
        await using var gateway = await StartAsync();

        var answer = await RunAsync(gateway, new { @do = "extendedCard" });

        Assert.Equal("1.0", answer.GetProperty("version").GetString());
        Assert.Equal("true", answer.GetProperty("verified").GetRawText());
        Assert.Equal("false", answer.GetProperty("forged").GetRawText());
        Assert.Equal(new Uri(gateway.Address, "/a2a").ToString(), answer.GetProperty("card").GetProperty("supportedInterfaces")[0].GetProperty("url").GetString());
        Assert.Equal(["capabilities"], Skills(answer.GetProperty("card")));
        Assert.Equal(["echo", "text.upper"], Skills(Result(answer, 0)));
    }

    [Fact]
    public async Task A_message_is_a_job_and_its_task_has_what_was_delivered()
    {
        await using var gateway = await StartAsync();

        var answer = await RunAsync(
            gateway,
            Send("m-1", "echo", new { data = new { message = "hello" } }),
            new { @do = "get", @params = new { id = "$0.id", historyLength = 5 } },
            Send("m-2", "text.upper", new { text = "straw", filename = "a.txt", mediaType = "text/plain" }),
            Send("m-3", "text.upper", new { url = "$2.artifacts.0.parts.1.metadata.dev~crank/uri" }));

        var task = Result(answer, 0);
        Assert.Equal("TASK_STATE_COMPLETED", State(task));
        Assert.Equal("hello", task.GetProperty("artifacts")[0].GetProperty("parts")[0].GetProperty("data").GetProperty("message").GetString());
        Assert.Equal(JobState.Done, gateway.Store.FindJob(JobId.Parse(task.GetProperty("id").GetString()!))!.State);
        Assert.Equal("m-1", Result(answer, 1).GetProperty("history")[0].GetProperty("messageId").GetString());
        Assert.Equal("STRAW", Text(Result(answer, 2).GetProperty("artifacts")[0].GetProperty("parts")[1]));
        Assert.Equal("STRAW", Text(Result(answer, 3).GetProperty("artifacts")[0].GetProperty("parts")[1]));
    }

    [Fact]
    public async Task A_stream_begins_with_the_task_and_ends_with_its_result_and_its_end()
    {
        await using var gateway = await StartAsync();

        var answer = await RunAsync(gateway, new { @do = "stream", @params = new { message = Message("m-1", "echo", [new { text = "hello" }]) } });

        var events = Result(answer, 0).EnumerateArray().ToList();
        Assert.Equal("m-1", events[0].GetProperty("task").GetProperty("history")[0].GetProperty("messageId").GetString());
        if (State(events[0].GetProperty("task")) != "TASK_STATE_COMPLETED")
        {
            Assert.Equal("hello", events[^2].GetProperty("artifactUpdate").GetProperty("artifact").GetProperty("parts")[0].GetProperty("data").GetProperty("message").GetString());
            Assert.Equal("TASK_STATE_COMPLETED", State(events[^1].GetProperty("statusUpdate")));
        }
    }

    [Fact]
    public async Task Progress_reaches_whoever_watches_and_a_task_that_is_taken_back_ends_as_canceled()
    {
        await using var gateway = await StartAsync();
        gateway.Workers.Run = async (job, stop) =>
        {
            try
            {
                // Again and again: whoever comes late to watch sees one of them.
                for (var tenth = 1; ; tenth = (tenth % 9) + 1)
                {
                    job.Progress!.Report(new(tenth / 10.0, "working"));
                    await Task.Delay(TimeSpan.FromMilliseconds(50), stop);
                }
            }
            catch (OperationCanceledException)
            {
                return new DispatchResult.Stopped(TestWorkers.Usage());
            }
        };

        var answer = await RunAsync(
            gateway,
            new { @do = "stream", until = "working", @params = new { message = Message("m-1", "echo", [new { text = "hello" }]) } },
            new { @do = "cancel", @params = new { id = "$0.0.task.id" } },
            new { @do = "cancel", @params = new { id = "$0.0.task.id" } },
            new { @do = "subscribe", @params = new { id = "$0.0.task.id" } });

        Assert.Equal("TASK_STATE_WORKING", State(Result(answer, 0).EnumerateArray().Last().GetProperty("statusUpdate")));
        Assert.Equal("TASK_STATE_CANCELED", State(Result(answer, 1)));
        Assert.Equal("JsonRpcTaskNotCancelableError", Error(answer, 2));
        Assert.Equal("JsonRpcUnsupportedOperationError", Error(answer, 3));
    }

    [Fact]
    public async Task A_refusal_of_the_path_is_a_rejected_task_that_says_what_to_try()
    {
        await using var gateway = await StartAsync();

        var answer = await RunAsync(
            gateway,
            Send("m-1", "echo", new { data = new { message = 5 } }),
            new { @do = "send", @params = new { message = Message("m-2", "echo", [new { text = "hello" }], new { budget = "0.0001 EUR" }) } },
            Send("m-3", "ecko", new { text = "hello" }),
            Send("m-4", "text.upper", new { url = "http://169.254.169.254/latest/meta-data" }),
            new { @do = "get", @params = new { id = "nothing" } },
            new { @do = "push", @params = new { taskId = "x", url = "http://127.0.0.1:1/" } });

        AssertRejected(Result(answer, 0), "bad-input: ");
        AssertRejected(Result(answer, 1), "over-budget: ");
        Assert.Equal("JsonRpcRequestMalformedError", Error(answer, 2));
        Assert.Equal("JsonRpcRequestMalformedError", Error(answer, 3));
        Assert.Equal("JsonRpcTaskNotFoundError", Error(answer, 4));
        Assert.Equal("PushNotificationNotSupportedError", Error(answer, 5));
    }

    [Fact]
    public async Task Tasks_are_listed_by_conversation_and_the_same_message_is_one_task()
    {
        await using var gateway = await StartAsync();

        var answer = await RunAsync(
            gateway,
            new { @do = "send", @params = new { message = Message("m-1", "echo", [new { text = "one" }], contextId: "talk") } },
            new { @do = "send", @params = new { message = Message("m-1", "echo", [new { text = "one" }], contextId: "talk") } },
            Send("m-2", "echo", new { text = "two" }),
            new { @do = "list", @params = new { contextId = "talk" } },
            new { @do = "list", @params = new { pageSize = 1 } },
            new { @do = "list", @params = new { pageSize = 1, pageToken = "$4.nextPageToken" } });

        Assert.Equal(Id(answer, 0), Id(answer, 1));
        Assert.Equal([Id(answer, 0)], Ids(Result(answer, 3)));
        Assert.Equal([Id(answer, 2)], Ids(Result(answer, 4)));
        Assert.Equal([Id(answer, 0)], Ids(Result(answer, 5)));
        Assert.Equal(2, Result(answer, 4).GetProperty("totalSize").GetInt32());
    }

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync(null, TestWorkers.Echo, AgentCapabilities.Upper);
        gateway.Workers.Run = AgentCapabilities.RunAsync;
        return gateway;
    }

    private static async Task<JsonElement> RunAsync(TestGateway gateway, params object[] steps)
    {
        using var tenant = await gateway.TenantAsync("acme");
        return await NodePeers.RunAsync("a2a.mjs", new { url = gateway.Address, headers = tenant.DefaultRequestHeaders.ToDictionary(h => h.Key, h => h.Value.Single()), steps });
    }

    private static object Send(string id, string capability, object part) => new { @do = "send", @params = new { message = Message(id, capability, [part]) } };

    private static Dictionary<string, object?> Message(string id, string capability, object[] parts, object? terms = null, string contextId = "")
    {
        var metadata = new Dictionary<string, object> { ["dev.crank/capability"] = capability };
        if (terms is not null)
        {
            metadata["dev.crank/terms"] = terms;
        }

        return new() { ["messageId"] = id, ["role"] = "ROLE_USER", ["parts"] = parts, ["metadata"] = metadata, ["contextId"] = contextId };
    }

    private static JsonElement Result(JsonElement answer, int step) =>
        answer.GetProperty("results")[step] is var one && one.TryGetProperty("result", out var result) ? result : throw new InvalidOperationException(one.GetRawText());

    private static string? Error(JsonElement answer, int step) =>
        answer.GetProperty("results")[step] is var one && one.TryGetProperty("error", out var error) ? error.GetProperty("name").GetString() : one.GetRawText();

    private static void AssertRejected(JsonElement task, string begins)
    {
        Assert.Equal("TASK_STATE_REJECTED", State(task));
        Assert.StartsWith(begins, Text(task.GetProperty("status").GetProperty("message").GetProperty("parts")[0]), StringComparison.Ordinal);
        Assert.Contains("\nTry: ", Text(task.GetProperty("status").GetProperty("message").GetProperty("parts")[0]), StringComparison.Ordinal);
    }

    private static string? State(JsonElement task) => task.GetProperty("status").GetProperty("state").GetString();

    private static string? Text(JsonElement part) => part.GetProperty("text").GetString();

    private static string? Id(JsonElement answer, int step) => Result(answer, step).GetProperty("id").GetString();

    private static IEnumerable<string?> Ids(JsonElement list) => list.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("id").GetString());

    private static IEnumerable<string?> Skills(JsonElement card) => card.GetProperty("skills").EnumerateArray().Select(s => s.GetProperty("id").GetString());
}
