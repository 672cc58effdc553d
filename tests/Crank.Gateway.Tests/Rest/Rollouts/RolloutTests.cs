using System.Net;
using Crank.Core;
using Crank.Gateway.Rest.Rollouts;
using Crank.Mesh.Run;
using Microsoft.Extensions.Logging;
using static Crank.Gateway.Tests.Rest.HttpExtensions;

namespace Crank.Gateway.Tests.Rest.Rollouts;

public sealed class RolloutTests
{
    private const string Path = "/v1/rollouts/echo";
    private const string Wanted = """{"stable":"1.0.0","candidate":"1.1.0","steps":[50,100],"stepFor":"10m","limits":{"maxErrorRate":0.1,"minJobs":20,"window":"1h"}}""";

    private static readonly SemanticVersion s_candidate = new(1, 1, 0);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rollout_is_set_seen_decided_and_removed()
    {
        await using var gateway = await StartAsync();

        var set = await (await gateway.Owner.SendAsync(HttpMethod.Put, Path, Json(Wanted))).JsonAsync();
        Assert.Equal(("running", 50, "hold"), ((string)set["state"]!, (int)set["weight"]!, (string)set["verdict"]!["answer"]!));
        Assert.Equal("10m", (string)set["stepFor"]!);
        Assert.Equal("echo", (string)(await (await gateway.Owner.AskAsync("/v1/rollouts")).JsonAsync())["items"]![0]!["capability"]!);
        var raised = await (await gateway.Owner.PostAsync(Path + "/decide", """{"answer":"promote"}""")).JsonAsync();
        Assert.Equal((100, "raised"), ((int)raised["weight"]!, (string)raised["history"]![1]!["event"]!));
        var back = await (await gateway.Owner.PostAsync(Path + "/decide", """{"answer":"roll-back"}""")).JsonAsync();
        Assert.Equal(("rolled-back", 0, "owner said so"), ((string)back["state"]!, (int)back["weight"]!, (string)back["history"]![2]!["why"]!));
        await (await gateway.Owner.PostAsync(Path + "/decide", """{"answer":"promote"}""")).ProblemAsync(409, "conflict");

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.Owner.SendAsync(HttpMethod.Delete, Path, null)).StatusCode);
        await (await gateway.Owner.AskAsync(Path)).ProblemAsync(404, "not-found");
        await (await gateway.Owner.SendAsync(HttpMethod.Delete, Path, null)).ProblemAsync(404, "not-found");
        await (await gateway.Owner.PostAsync(Path + "/decide", """{"answer":"promote"}""")).ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task Jobs_that_fail_roll_it_back_and_an_explanation_says_which_share_chose()
    {
        await using var gateway = await StartAsync();
        gateway.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(job.Offer.Capability.Version == s_candidate ? TestWorkers.Failed("broken") : TestWorkers.Done(job.Input));
        await (await gateway.Owner.SendAsync(HttpMethod.Put, Path, Json(Wanted))).JsonAsync();
        for (var i = 0; i < 40; i++)
        {
            using var answer = await gateway.Owner.PostAsync("/v1/capabilities/echo/invoke", """{"input":{"message":"x"}}""");
            var job = answer.Field("Crank-Job");
            var share = (await (await gateway.Owner.AskAsync($"/v1/jobs/{job}/explain")).JsonAsync())["rollout"]!;
            Assert.Equal(answer.IsSuccessStatusCode ? "stable" : "candidate", (string)share["share"]!);
        }

        var ended = await (await gateway.Owner.AskAsync(Path)).JsonAsync();
        Assert.Equal(("rolled-back", 3), ((string)ended["state"]!, (int)ended["figures"]!["candidate"]!["errors"]!));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.PostAsync("/v1/capabilities/echo/invoke", """{"input":{"message":"x"}}""")).StatusCode);
    }

    [Fact]
    public async Task A_roll_back_is_a_warning_in_the_log()
    {
        await using var gateway = await StartAsync();
        var log = new Lines();
        using var writes = new RolloutLog(gateway.Controller.Rollouts, log);
        await (await gateway.Owner.SendAsync(HttpMethod.Put, Path, Json(Wanted))).JsonAsync();
        await (await gateway.Owner.PostAsync(Path + "/decide", """{"answer":"roll-back"}""")).JsonAsync();

        Assert.Equal([LogLevel.Information, LogLevel.Warning], log.Written.Select(r => r.Level));
        Assert.Equal("echo 1.1.0 was rolled back to 1.0.0: owner said so.", log.Written[1].Text);
    }

    [Theory]
    [InlineData("""{}""", "/stable")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.0.0"}""", "/candidate")]
    [InlineData("""{"stable":"9.0.0","candidate":"1.0.0"}""", "/stable")]
    [InlineData("""{"stable":"1.0","candidate":"1.1.0"}""", "/stable")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","steps":[50,20]}""", "/steps")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","steps":[]}""", "/steps")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","steps":[0.5]}""", "/steps")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","stepFor":"40d"}""", "/stepFor")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","limits":{}}""", "/limits")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","limits":{"maxErrorRate":2}}""", "/limits/maxErrorRate")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","limits":{"maxP95":"soon"}}""", "/limits/maxP95")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","limits":{"maxErrorRate":0.1,"window":"1s"}}""", "/limits/window")]
    [InlineData("""{"stable":"1.0.0","candidate":"1.1.0","share":5}""", "/share")]
    public async Task What_is_wrong_with_a_rollout_is_named_by_pointers(string body, string pointer)
    {
        await using var gateway = await StartAsync();

        var problem = await (await gateway.Owner.SendAsync(HttpMethod.Put, Path, Json(body))).ProblemAsync(422, "bad-input");

        Assert.Equal(pointer, (string)problem["errors"]![0]!["pointer"]!);
        Assert.Empty(gateway.Controller.Rollouts.List());
    }

    [Fact]
    public async Task Nobody_but_the_operator_moves_the_shares_of_all()
    {
        await using var gateway = await StartAsync();
        var tenant = await gateway.TenantAsync("acme", "mesh:read", "jobs:write", "keys:admin");

        await (await tenant.AskAsync("/v1/rollouts")).ProblemAsync(403, "forbidden");
        await (await tenant.SendAsync(HttpMethod.Put, Path, Json(Wanted))).ProblemAsync(403, "forbidden");
        await (await tenant.SendAsync(HttpMethod.Delete, Path, null)).ProblemAsync(403, "forbidden");
        await (await tenant.PostAsync(Path + "/decide", """{"answer":"promote"}""")).ProblemAsync(403, "forbidden");
    }

    private static Task<TestGateway> StartAsync() =>
        TestGateway.StartAsync(null, TestWorkers.Echo, TestWorkers.Echo with { Id = new(TestWorkers.Echo.Id.Name, s_candidate) });

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string Text)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add((logLevel, formatter(state, exception)));
    }
}
