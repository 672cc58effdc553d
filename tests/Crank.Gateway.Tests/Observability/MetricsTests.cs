using System.Collections.Immutable;
using System.Net;
using Crank.Core;
using Crank.Gateway.Observability;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.Observability;

public sealed class MetricsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Figures_need_the_scope_by_default()
    {
        await using var gateway = await TestGateway.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Anonymous.GetAsync("/metrics", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.GetAsync("/metrics", Stop)).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await gateway.Owner.PostAsync("/metrics", null, Stop)).StatusCode);
    }

    [Fact]
    public async Task Figures_may_be_opened_to_this_machine_but_not_to_whom_a_proxy_on_it_forwards()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Metrics = MetricsAccess.Loopback } });

        Assert.Equal(HttpStatusCode.OK, (await gateway.Anonymous.GetAsync("/metrics", Stop)).StatusCode);
        foreach (var field in new[] { "Forwarded", "X-Forwarded-For" })
        {
            using var forwarded = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { field, "for=192.0.2.1" } } };
            Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Anonymous.SendAsync(forwarded, Stop)).StatusCode);
        }
    }

    [Theory, InlineData(MetricsAccess.Everybody, HttpStatusCode.OK), InlineData(MetricsAccess.Off, HttpStatusCode.NotFound)]
    public async Task Figures_may_be_opened_to_everybody_or_be_off(MetricsAccess access, HttpStatusCode expected)
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Metrics = access } });

        Assert.Equal(expected, (await gateway.Anonymous.GetAsync("/metrics", Stop)).StatusCode);
    }

    [Fact]
    public async Task Jobs_are_counted_by_how_they_ended_with_time_money_and_energy()
    {
        var measured = TestWorkers.Echo with { Id = CapabilityVersion.Parse("measured@1.2.3") };
        await using var gateway = await TestGateway.StartAsync(null, measured);
        await SubmitAsync(gateway, """{"message":"hello"}""");
        await SubmitAsync(gateway, "{}");
        gateway.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(TestWorkers.Failed("declared"));
        await SubmitAsync(gateway, """{"message":"hello"}""");
        gateway.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(TestWorkers.Failed("a-word-of-its-own"));
        await SubmitAsync(gateway, """{"message":"hello"}""");

        (await gateway.Anonymous.GetAsync("/healthz", Stop)).Dispose();

        var figures = await gateway.Owner.GetStringAsync("/metrics", Stop);

        var tags = "crank_capability_name=\"measured\",crank_capability_version=\"1.2.3\"";
        Assert.Matches($"crank_job_duration_seconds_count{{[^}}]*{tags},crank_job_fault=\"none\",crank_job_state=\"done\"}} 1", figures);
        Assert.Matches($"crank_job_duration_seconds_count{{[^}}]*{tags},crank_job_fault=\"caller\",crank_job_state=\"refused\"}} 1", figures);
        Assert.Matches($"crank_job_duration_seconds_count{{[^}}]*{tags},crank_job_fault=\"caller\",crank_job_state=\"failed\"}} 1", figures);
        Assert.Matches($"crank_job_duration_seconds_count{{[^}}]*{tags},crank_job_fault=\"mesh\",crank_job_state=\"failed\"}} 1", figures);
        Assert.Matches($"crank_job_duration_seconds_bucket{{[^}}]*{tags}[^}}]*le=\"0.005\"}}", figures);
        Assert.Matches("crank_job_errors_total{[^}]*crank_capability_name=\"measured\",error_type=\"declared\"} 1", figures);
        Assert.Matches("crank_job_errors_total{[^}]*crank_capability_name=\"measured\",error_type=\"other\"} 1", figures);
        Assert.Matches($"crank_job_charge_total{{[^}}]*{tags},crank_currency=\"EUR\"}} 0.001", figures);
        Assert.Matches($"crank_job_energy_joules_total{{[^}}]*{tags},crank_footprint_tier=\"modelled\"}} ", figures);
        Assert.Matches("crank_step_duration_seconds_count{[^}]*crank_step=\"attest\"}", figures);
        Assert.Contains("http_server_request_duration_seconds", figures, StringComparison.Ordinal);
        Assert.Contains("# HELP crank_job_duration_seconds Time from acceptance of a job to its receipt.", figures, StringComparison.Ordinal);
    }

    private static Task<JobReport> SubmitAsync(TestGateway gateway, string input) => gateway.Controller.SubmitAsync(
        new(TenantId.Owner, PrincipalId.Owner, CapabilityName.Parse("measured"), null, System.Text.Encoding.UTF8.GetBytes(input), ImmutableDictionary<string, BlobSource>.Empty, Terms.Default), null, Stop);
}
