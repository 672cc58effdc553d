using System.Net;
using System.Text.Json.Nodes;

namespace Crank.Gateway.Tests.Rest.Jobs;

public sealed class DeadLetterTests
{
    private const string Hello = """{"capability":"echo","input":{"message":"hello"}}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_was_not_done_is_listed_and_asked_for_again()
    {
        await using var gateway = await TestGateway.StartAsync();
        var acme = await gateway.TenantAsync("acme");
        var dead = await DieAsync(gateway, acme);
        Assert.Equal("declared", (string)(await LettersAsync(acme)).Single()!["error"]!);
        Assert.NotNull((await LettersAsync(acme)).Single()!["queue"]!["deadUntil"]);

        using var requeued = await acme.SendAsync(HttpMethod.Post, $"/v1/dead-letters/{dead}/requeue", null);
        var again = (string)(await requeued.JsonAsync(HttpStatusCode.Accepted))["job"]!;

        Assert.NotEqual(dead, again);
        Assert.Equal($"/v1/jobs/{again}", requeued.Field("Location"));
        await EndAsync(acme, again);
        Assert.Equal("hello", (string)(await (await acme.AskAsync($"/v1/jobs/{again}/result")).JsonAsync())["output"]!["message"]!);
        Assert.Empty(await LettersAsync(acme));
        Assert.Equal("failed", (string)(await (await acme.AskAsync($"/v1/jobs/{dead}")).JsonAsync())["state"]!);
        await (await acme.SendAsync(HttpMethod.Post, $"/v1/dead-letters/{dead}/requeue", null)).ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task A_dead_letter_that_is_removed_leaves_its_job_and_receipt()
    {
        await using var gateway = await TestGateway.StartAsync();
        var acme = await gateway.TenantAsync("acme");
        var dead = await DieAsync(gateway, acme);

        Assert.Equal(HttpStatusCode.NoContent, (await acme.SendAsync(HttpMethod.Delete, $"/v1/dead-letters/{dead}", null)).StatusCode);

        Assert.Empty(await LettersAsync(acme));
        await (await acme.SendAsync(HttpMethod.Delete, $"/v1/dead-letters/{dead}", null)).ProblemAsync(404, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await acme.AskAsync($"/v1/jobs/{dead}/receipt")).StatusCode);
    }

    [Fact]
    public async Task Anothers_dead_letter_is_not_there()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        var dead = await DieAsync(gateway, acme);

        Assert.Empty(await LettersAsync(other));
        await (await other.SendAsync(HttpMethod.Post, $"/v1/dead-letters/{dead}/requeue", null)).ProblemAsync(404, "not-found");
        await (await other.SendAsync(HttpMethod.Delete, $"/v1/dead-letters/{dead}", null)).ProblemAsync(404, "not-found");
        await (await other.SendAsync(HttpMethod.Delete, "/v1/dead-letters/nothing", null)).ProblemAsync(404, "not-found");
        Assert.Single(await LettersAsync(acme));
    }

    private static async Task<string> DieAsync(TestGateway gateway, HttpClient client)
    {
        var works = gateway.Workers.Run;
        gateway.Workers.Run = (_, _) => Task.FromResult<Crank.Mesh.Run.DispatchResult>(TestWorkers.Failed("declared"));
        using var accepted = await client.PostAsync("/v1/jobs", Hello);
        var job = (string)(await accepted.JsonAsync(HttpStatusCode.Accepted))["job"]!;
        await EndAsync(client, job);
        gateway.Workers.Run = works;
        return job;
    }

    private static async Task EndAsync(HttpClient client, string job)
    {
        using var events = await client.AskAsync($"/v1/jobs/{job}/events");
        await events.Content.CopyToAsync(Stream.Null, Stop);
    }

    private static async Task<JsonArray> LettersAsync(HttpClient client) => (await (await client.AskAsync("/v1/dead-letters")).JsonAsync())["items"]!.AsArray();
}
