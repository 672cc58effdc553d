using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.Health;

public sealed class ReadinessTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ready_means_that_a_job_with_a_receipt_was_just_done()
    {
        await using var gateway = await TestGateway.StartAsync();

        var ready = await gateway.Owner.GetFromJsonAsync<JsonElement>("/readyz", Stop);

        using var receipt = await gateway.Owner.GetAsync($"/v1/jobs/{ready.GetProperty("job").GetString()}/receipt", Stop);
        Assert.Equal(HttpStatusCode.OK, receipt.StatusCode);
    }

    [Fact]
    public async Task A_mesh_whose_workers_do_not_work_is_not_ready_says_when_to_ask_again_and_tells_strangers_no_more()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(TestWorkers.Failed("watchdog"));

        using var stranger = await gateway.Anonymous.GetAsync("/readyz", Stop);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(5)), (stranger.StatusCode, stranger.Headers.RetryAfter!.Delta!.Value));
        Assert.DoesNotContain("watchdog", await stranger.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        using var owner = await gateway.Owner.GetAsync("/readyz", Stop);
        Assert.Contains("watchdog", await owner.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        gateway.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(TestWorkers.Done(job.Input));
        gateway.Clock.Advance(TimeSpan.FromSeconds(6));
        using var again = await gateway.Anonymous.GetAsync("/readyz", Stop);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task However_many_ask_one_job_is_run_in_five_seconds()
    {
        await using var gateway = await TestGateway.StartAsync();
        var runs = 0;
        gateway.Workers.Run = (job, _) =>
        {
            Interlocked.Increment(ref runs);
            return Task.FromResult<DispatchResult>(TestWorkers.Done(job.Input));
        };

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => gateway.Anonymous.GetAsync("/readyz", Stop)));

        Assert.Equal(1, runs);
    }
}
