using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Gateway.Observability.Objectives;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Mesh.Run;
using Crank.Mesh.Telemetry;
using CsCheck;

namespace Crank.Gateway.Tests.Observability.Objectives;

public sealed class ObjectiveBookTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Budget_and_burn_rates_follow_the_jobs()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, OpenSloTests.Availability.Replace("echo", "kept", StringComparison.Ordinal).Replace("0.99", "0.5", StringComparison.Ordinal), Stop);
        await using var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Objectives = [file] } }, TestWorkers.Echo with { Id = CapabilityVersion.Parse("kept@1.0.0") });

        for (var i = 0; i < 3; i++)
        {
            await SubmitAsync(gateway);
        }

        gateway.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(TestWorkers.Failed("declared"));
        await SubmitAsync(gateway);
        gateway.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(TestWorkers.Failed("broken"));
        await SubmitAsync(gateway);

        var now = await FirstAsync(gateway);
        Assert.Equal((3, 4), (now.GetProperty("good").GetInt64(), now.GetProperty("total").GetInt64()));
        Assert.Equal(0.5, now.GetProperty("errorBudgetRemaining").GetDouble(), 9);
        Assert.Equal(0.5, now.GetProperty("burnRates").GetProperty("5m").GetDouble(), 9);
        Assert.Matches("crank_slo_burn_rate{[^}]*crank_capability_name=\"kept\",crank_slo_name=\"kept-availability\",crank_slo_window=\"1h\"} 0.5", await gateway.Owner.GetStringAsync("/metrics", Stop));

        gateway.Clock.Advance(TimeSpan.FromMinutes(20));
        var later = await FirstAsync(gateway);
        Assert.Equal(0, later.GetProperty("burnRates").GetProperty("5m").GetDouble());
        Assert.Equal(0.5, later.GetProperty("burnRates").GetProperty("30m").GetDouble(), 9);
        File.Delete(file);
    }

    [Fact]
    public async Task Counts_survive_a_restart_by_the_hour()
    {
        await using var gateway = await TestGateway.StartAsync();
        var objectives = OpenSlo.Parse("a.yaml", OpenSloTests.Availability);
        await using (new ObjectiveBook(objectives, gateway.Controller, gateway.Clock))
        {
            await SubmitAsync(gateway, "echo");
        }

        await using var again = new ObjectiveBook(objectives, gateway.Controller, gateway.Clock);
        Assert.Equal(new(1, 1), again.Tracks[0].Over(gateway.Clock.GetUtcNow(), TimeSpan.FromDays(30)));
        Assert.Equal(new(0, 0), again.Tracks[0].Over(gateway.Clock.GetUtcNow(), TimeSpan.FromMinutes(5)));
    }

    [Fact]
    public void Both_windows_of_a_pair_must_burn_before_anybody_is_called() =>
        Assert.Equal([14.4, 6, 1], BurnAlert.All.Select(a => a.Threshold(TimeSpan.FromDays(30))));

    [Theory]
    [InlineData(JobFault.None, 100, null, true)]
    [InlineData(JobFault.None, 100, 200, true)]
    [InlineData(JobFault.None, 300, 200, false)]
    [InlineData(JobFault.Mesh, 100, null, false)]
    [InlineData(JobFault.Mesh, 100, 200, null)]
    [InlineData(JobFault.Caller, 100, null, null)]
    [InlineData(JobFault.Caller, 300, 200, null)]
    public void What_counts_is_what_the_mesh_answers_for(JobFault fault, int took, int? within, bool? good)
    {
        var echo = CapabilityVersion.Parse("echo@1.0.0");
        var objective = new Objective("o", "o", echo.Name, 0.9, TimeSpan.FromDays(1), within is { } ms ? TimeSpan.FromMilliseconds(ms) : null);

        Assert.Equal(good, objective.IsGood(new(echo, JobState.Done, fault, TimeSpan.FromMilliseconds(took), TestGateway.Start)));
        Assert.Null(objective.IsGood(new(CapabilityVersion.Parse("other@1.0.0"), JobState.Done, fault, TimeSpan.Zero, TestGateway.Start)));
    }

    [Fact]
    public void A_ring_forgets_what_leaves_its_window_and_nothing_else() =>
        Gen.Select(Gen.Int[0, 40], Gen.Bool).Array[0, 60].Sample(steps =>
        {
            var ring = new TallyRing(TimeSpan.FromMinutes(1), 16);
            var (now, all) = (TestGateway.Start, new List<(DateTimeOffset At, Tally Tally)>());
            foreach (var (forward, good) in steps)
            {
                now += TimeSpan.FromSeconds(forward);
                all.Add((now, new(good ? 1 : 0, 1)));
                ring.Add(ring.SlotOf(now), all[^1].Tally);
            }

            foreach (var minutes in new[] { 1, 5, 16 })
            {
                var expected = all.Where(a => ring.SlotOf(a.At) > ring.SlotOf(now) - minutes).Aggregate(default(Tally), (sum, a) => sum + a.Tally);
                Assert.Equal(expected, ring.Sum(now, TimeSpan.FromMinutes(minutes)));
            }
        });

    private static async Task<JsonElement> FirstAsync(TestGateway gateway) =>
        JsonElement.Parse(await gateway.Owner.GetStringAsync("/v1/slo", Stop)).GetProperty("objectives")[0];

    private static Task<JobReport> SubmitAsync(TestGateway gateway, string capability = "kept") => gateway.Controller.SubmitAsync(
        new(TenantId.Owner, PrincipalId.Owner, CapabilityName.Parse(capability), null, """{"message":"hello"}"""u8.ToArray(), ImmutableDictionary<string, BlobSource>.Empty, Terms.Default), null, Stop);
}
