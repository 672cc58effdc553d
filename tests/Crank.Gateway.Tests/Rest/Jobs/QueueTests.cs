using System.Net;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.Rest.Jobs;

public sealed class QueueTests
{
    private const string Echo = "/v1/capabilities/echo/invoke";
    private const string Hello = """{"capability":"echo","input":{"message":"hello"}}""";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_for_later_is_promised_runs_and_is_told_of_until_its_end()
    {
        await using var gateway = await TestGateway.StartAsync();
        var go = new TaskCompletionSource();
        gateway.Workers.Run = async (job, stop) =>
        {
            job.Progress?.Report(new(0.5, "half"));
            await go.Task.WaitAsync(stop);
            return TestWorkers.Done(job.Input);
        };

        using var accepted = await gateway.Owner.PostAsync("/v1/jobs", Hello);
        var promise = await accepted.JsonAsync(HttpStatusCode.Accepted);
        var job = (string)promise["job"]!;
        Assert.Equal(($"/v1/jobs/{job}", "0.001 EUR"), (accepted.Field("Location"), (string)promise["ceiling"]!));
        await using var events = await EventReader.OpenAsync(gateway.Owner, job);
        var first = await events.NextAsync();
        await (await gateway.Owner.AskAsync($"/v1/jobs/{job}/result")).ProblemAsync(409, "conflict");
        await (await gateway.Owner.AskAsync($"/v1/jobs/{job}/receipt")).ProblemAsync(409, "conflict");
        go.SetResult();

        var last = first;
        while ((string)last.Data["state"]! != "done")
        {
            var next = await events.NextAsync();
            Assert.True(next.Id > last.Id);
            last = next;
        }

        Assert.True(await events.HasEndedAsync());
        Assert.Equal("hello", (string)(await (await gateway.Owner.AskAsync($"/v1/jobs/{job}/result")).JsonAsync())["output"]!["message"]!);
        using var seen = await gateway.Owner.AskAsync($"/v1/jobs/{job}/events", ("Last-Event-ID", $"{last.Id}"));
        Assert.Equal(HttpStatusCode.NoContent, seen.StatusCode);
        await using var again = await EventReader.OpenAsync(gateway.Owner, job, last.Id - 1);
        Assert.Equal(last.Id, (await again.NextAsync()).Id);
    }

    [Fact]
    public async Task Respond_async_gives_the_place_of_the_job_and_says_that_it_did()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Workers.Run = WaitForever;

        using var answer = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""", ("Prefer", "respond-async, return=minimal"));

        var job = (string)(await answer.JsonAsync(HttpStatusCode.Accepted))["job"]!;
        Assert.Equal(($"/v1/jobs/{job}", "respond-async"), (answer.Field("Location"), answer.Field("Preference-Applied")));
        Assert.Contains((string)(await (await gateway.Owner.AskAsync($"/v1/jobs/{job}")).JsonAsync())["state"]!, new[] { "queued", "funded" });
    }

    [Fact]
    public async Task Wait_gives_the_result_when_it_comes_in_time()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""", ("Prefer", "respond-async, wait=30"));

        Assert.Equal("x", (string)(await answer.JsonAsync())["output"]!["message"]!);
        Assert.Equal("respond-async, wait=30", answer.Field("Preference-Applied"));
    }

    [Fact]
    public async Task Wait_that_is_over_gives_the_place_of_the_job()
    {
        await using var gateway = await TestGateway.StartAsync();
        var started = new TaskCompletionSource();
        gateway.Workers.Run = (job, stop) =>
        {
            started.TrySetResult();
            return WaitForever(job, stop);
        };
        var asking = gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""", ("Prefer", "wait=5"));
        await started.Task.WaitAsync(s_patience, Stop);

        while (!asking.IsCompleted)
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(asking, Task.Delay(10, Stop));
        }

        using var answer = await asking;
        await answer.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("wait=5", answer.Field("Preference-Applied"));
    }

    [Fact]
    public async Task A_job_that_waits_is_taken_back_and_nobody_elses()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        using var accepted = await acme.PostAsync("/v1/jobs", """{"capability":"echo","input":{"message":"x"},"notBefore":"2026-01-02","priority":"low"}""");
        var job = (string)(await accepted.JsonAsync(HttpStatusCode.Accepted))["job"]!;

        await (await other.SendAsync(HttpMethod.Delete, $"/v1/jobs/{job}", null)).ProblemAsync(404, "not-found");
        await (await other.AskAsync($"/v1/jobs/{job}/events")).ProblemAsync(404, "not-found");
        var waits = await (await acme.AskAsync($"/v1/jobs/{job}")).JsonAsync();
        Assert.Equal(("queued", "low"), ((string)waits["state"]!, (string)waits["queue"]!["priority"]!));
        Assert.Equal(HttpStatusCode.NoContent, (await acme.SendAsync(HttpMethod.Delete, $"/v1/jobs/{job}", null)).StatusCode);
        await (await acme.SendAsync(HttpMethod.Delete, $"/v1/jobs/{job}", null)).ProblemAsync(409, "conflict");
        Assert.Equal("cancelled", (string)(await (await acme.AskAsync($"/v1/jobs/{job}")).JsonAsync())["state"]!);
        await (await acme.AskAsync($"/v1/jobs/{job}/result")).ProblemAsync(409, "cancelled");
    }

    [Fact]
    public async Task A_job_that_runs_is_stopped_when_it_is_taken_back()
    {
        await using var gateway = await TestGateway.StartAsync();
        var started = new TaskCompletionSource();
        gateway.Workers.Run = (job, stop) =>
        {
            started.TrySetResult();
            return WaitForever(job, stop);
        };
        using var accepted = await gateway.Owner.PostAsync("/v1/jobs", Hello);
        var job = (string)(await accepted.JsonAsync(HttpStatusCode.Accepted))["job"]!;
        await using var events = await EventReader.OpenAsync(gateway.Owner, job);
        await started.Task.WaitAsync(s_patience, Stop);

        Assert.Equal(HttpStatusCode.Accepted, (await gateway.Owner.SendAsync(HttpMethod.Delete, $"/v1/jobs/{job}", null)).StatusCode);
        while ((string)(await events.NextAsync()).Data["state"]! != "cancelled")
        {
        }

        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.AskAsync($"/v1/jobs/{job}/receipt")).StatusCode);
    }

    [Theory]
    [InlineData("{}", 422, "/capability")]
    [InlineData("""{"capability":7}""", 422, "/capability")]
    [InlineData("""{"capability":"ecco"}""", 404, "/capability")]
    [InlineData("""{"capability":"echo","priority":"urgent"}""", 422, "/priority")]
    [InlineData("""{"capability":"echo","notBefore":"tomorrow"}""", 422, "/notBefore")]
    [InlineData("""{"capability":"echo","parent":"x"}""", 422, "/parent")]
    [InlineData("""{"capability":"echo","input":{"message":7}}""", 422, "/input/message")]
    [InlineData("""{"capability":"echo","when":"now"}""", 422, "/when")]
    public async Task What_is_wrong_with_a_submission_is_named_by_pointers(string body, int status, string pointer)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.PostAsync("/v1/jobs", body);

        Assert.Equal(pointer, (string)(await answer.ProblemAsync(status, status == 404 ? "not-found" : "bad-input"))["errors"]![0]!["pointer"]!);
    }

    [Fact]
    public async Task Streams_of_one_tenant_are_bounded_and_closing_one_makes_room()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Rest = o.Rest with { EventStreamsPerTenant = 2 } });
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        var job = await WaitingAsync(acme);
        var first = await EventReader.OpenAsync(acme, job);
        await using var second = await EventReader.OpenAsync(acme, job);

        using var third = await acme.AskAsync($"/v1/jobs/{job}/events");
        await third.ProblemAsync(429, "over-quota");
        Assert.Equal("15", third.Field("Retry-After"));
        await using var theirs = await EventReader.OpenAsync(other, await WaitingAsync(other));
        await first.DisposeAsync();
        for (var status = HttpStatusCode.TooManyRequests; status != HttpStatusCode.OK;)
        {
            using var again = await acme.AskAsync($"/v1/jobs/{job}/events");
            status = again.StatusCode;
            await Task.Delay(10, Stop);
        }
    }

    [Fact]
    public async Task A_silent_stream_says_that_it_is_still_there()
    {
        await using var gateway = await TestGateway.StartAsync();
        var job = await WaitingAsync(gateway.Owner);
        await using var events = await EventReader.OpenAsync(gateway.Owner, job);
        await events.NextAsync();

        var comment = events.CommentAsync();
        while (!comment.IsCompleted)
        {
            gateway.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(comment, Task.Delay(10, Stop));
        }

        Assert.Equal(": still here", await comment);
    }

    private static async Task<string> WaitingAsync(HttpClient client)
    {
        using var accepted = await client.PostAsync("/v1/jobs", """{"capability":"echo","input":{"message":"x"},"notBefore":"2026-01-20"}""");
        return (string)(await accepted.JsonAsync(HttpStatusCode.Accepted))["job"]!;
    }

    private static async Task<DispatchResult> WaitForever(Dispatch job, CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
        }

        return new DispatchResult.Stopped(TestWorkers.Usage());
    }
}
