using System.Collections.Immutable;
using System.Net.Http.Headers;
using Crank.Core;
using Crank.Mesh;
using Crank.Mesh.Path;
using Crank.Mesh.Run;

namespace Crank.Gateway.Tests.Observability;

public sealed class TracingTests
{
    private const string Caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_one_trace_from_its_caller_down_to_the_worker()
    {
        await using var sink = await OtlpSink.StartAsync();
        string? given = null;
        await using (var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Otlp = new(sink.Address) { Headers = ImmutableDictionary<string, string>.Empty.Add("x-collector-key", "k=1,2") } } }))
        {
            gateway.Workers.Run = (job, _) =>
            {
                given = job.TraceParent;
                return Task.FromResult<DispatchResult>(TestWorkers.Done(job.Input));
            };
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz?q=1") { Headers = { { "traceparent", Caller }, { "tracestate", "vendor=a" } } };
            (await gateway.Anonymous.SendAsync(request, Stop)).Dispose();
            await SubmitAsync(gateway, Caller);
            await sink.UntilAsync(s => s.Spans.Count(span => span.Trace == Caller[3..35]) >= 10);
        }

        var spans = sink.Spans.Where(s => s.Trace == Caller[3..35]).ToList();
        var server = Assert.Single(spans, s => s.Name == "GET /healthz");
        Assert.Equal(("b7ad6b7169203331", "vendor=a", "Microsoft.AspNetCore"), (server.Parent, server.State, server.Source));
        Assert.Equal("/healthz", server.Tags["http.route"]);
        Assert.Equal(["http.request.method", "http.response.status_code", "http.route", "network.protocol.version", "url.path", "url.scheme"], server.Tags.Keys.Order());

        var job = Assert.Single(spans, s => s.Name == "crank.job echo");
        Assert.Equal("b7ad6b7169203331", job.Parent);
        Assert.Equal("done", job.Tags["crank.job.state"]);
        var steps = spans.Where(s => s.Parent == job.Id).Select(s => s.Name).ToList();
        Assert.Equal(["crank.admit", "crank.attest", "crank.authorize", "crank.fund", "crank.place", "crank.run", "crank.settle"], steps.Order());
        var attempt = Assert.Single(spans, s => s.Name == "crank.attempt");
        Assert.Equal(spans.Single(s => s.Name == "crank.run").Id, attempt.Parent);
        Assert.Equal($"00-{attempt.Trace}-{attempt.Id}-01", given);
        Assert.All(sink.Received, r => Assert.Equal("k=1,2", r.Key));
        Assert.Contains(sink.Received, r => r.Path == "/v1/metrics");
    }

    [Fact]
    public async Task Without_a_collector_a_worker_gets_what_the_caller_sent()
    {
        await using var gateway = await TestGateway.StartAsync();
        string? given = null;
        gateway.Workers.Run = (job, _) =>
        {
            given = job.TraceParent;
            return Task.FromResult<DispatchResult>(TestWorkers.Done(job.Input));
        };

        await SubmitAsync(gateway, Caller);
        Assert.Equal(Caller, given);

        given = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/capabilities/echo/invoke") { Headers = { { "traceparent", Caller } }, Content = new StringContent("""{"input":{"message":"hello"}}""", new MediaTypeHeaderValue("application/json")) };
        (await gateway.Owner.SendAsync(request, Stop)).Dispose();
        Assert.Equal(Caller, given);
    }

    [Fact]
    public async Task A_trace_that_its_caller_does_not_record_is_not_recorded()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using (var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Otlp = new(sink.Address), SampleRatio = 1 } }))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "traceparent", "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00" } } };
            (await gateway.Anonymous.SendAsync(request, Stop)).Dispose();
            await RecordedAsync(gateway, sink);
        }

        Assert.DoesNotContain(sink.Spans, s => s.Trace == "1af7651916cd43dd8448eb211c80319c");
    }

    [Theory, InlineData(0, false), InlineData(1, true)]
    public async Task A_trace_that_begins_here_is_recorded_as_often_as_the_operator_says(double ratio, bool recorded)
    {
        await using var sink = await OtlpSink.StartAsync();
        string trace;
        await using (var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Otlp = new(sink.Address), SampleRatio = ratio } }))
        {
            trace = await TraceIdOfAProblemAsync(gateway, "not a traceparent");
            await RecordedAsync(gateway, sink);
        }

        Assert.Equal(recorded, sink.Spans.Any(s => s.Trace == trace));
    }

    [Fact]
    public async Task A_problem_names_the_callers_trace_and_a_new_one_when_the_header_is_malformed()
    {
        await using var gateway = await TestGateway.StartAsync();

        Assert.Equal(Caller[3..35], await TraceIdOfAProblemAsync(gateway, Caller));
        Assert.NotEqual(Caller[3..35], await TraceIdOfAProblemAsync(gateway, Caller.ToUpperInvariant()));
        Assert.NotEqual(Caller[3..35], await TraceIdOfAProblemAsync(gateway, Caller, Caller));
    }

    [Fact]
    public async Task Nothing_secret_or_personal_leaves_in_traces_metrics_or_logs()
    {
        const string secret = "planted";
        await using var sink = await OtlpSink.StartAsync();
        string figures;
        await using (var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Otlp = new(sink.Address), SampleRatio = 1 } }))
        {
            foreach (var path in new[] { $"/{secret}-path", $"/healthz?token={secret}-query", $"/v1/capabilities/{secret}-name", "/v1/slo" })
            {
                using var request = new HttpRequestMessage(new($"{secret.ToUpperInvariant()}"), path);
                request.Headers.UserAgent.Add(new ProductInfoHeaderValue($"{secret}-agent", "1"));
                request.Headers.Authorization = new("Bearer", $"crank_{secret}-key");
                request.Headers.Add("Cookie", $"s={secret}-cookie");
                request.Headers.Add("X-Tenant", $"{secret}-tenant");
                request.Headers.Add("tracestate", $"{secret}=1");
                request.Headers.Add("baggage", $"user={secret}-baggage");
                (await gateway.Anonymous.SendAsync(request, Stop)).Dispose();
                using var get = new HttpRequestMessage(HttpMethod.Get, path);
                get.Headers.Authorization = new("Bearer", $"crank_{secret}-key");
                get.Headers.Host = $"{secret}-host";
                (await gateway.Anonymous.SendAsync(get, Stop)).Dispose();
            }

            gateway.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(TestWorkers.Failed($"{secret}-code"));
            await SubmitAsync(gateway, null, $$"""{"message":"{{secret}}-input"}""", $"{secret}-who", $"{secret}-idempotency");
            gateway.Workers.Run = (_, _) => throw new InvalidOperationException($"{secret}-message");
            await SubmitAsync(gateway, null, $$"""{"message":"{{secret}}-input"}""", $"{secret}-who", $"{secret}-idempotency-2");
            figures = await gateway.Owner.GetStringAsync("/metrics", Stop);
            await RecordedAsync(gateway, sink);
        }

        Assert.NotEmpty(sink.Spans);
        Assert.DoesNotContain(secret, sink.Everything, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(secret, figures, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_planted_word_would_be_seen()
    {
        await using var sink = await OtlpSink.StartAsync();
        await using (var gateway = await TestGateway.StartAsync(o => o with { Observability = new() { Otlp = new(sink.Address), SampleRatio = 1 } }))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "traceparent", Caller }, { "tracestate", "vendor=planted" } } };
            (await gateway.Anonymous.SendAsync(request, Stop)).Dispose();
            await sink.UntilAsync(s => s.Spans.Any(span => span.State == "vendor=planted"));
        }

        Assert.Contains("planted", sink.Everything, StringComparison.Ordinal);
    }

    /// <summary>Sends a request that is recorded, and waits for its span: what came before it has arrived too.</summary>
    private static async Task RecordedAsync(TestGateway gateway, OtlpSink sink)
    {
        var trace = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { { "traceparent", $"00-{trace}-b7ad6b7169203331-01" } } };
        (await gateway.Anonymous.SendAsync(request, Stop)).Dispose();
        await sink.UntilAsync(s => s.Spans.Any(span => span.Trace == trace));
    }

    private static async Task<string> TraceIdOfAProblemAsync(TestGateway gateway, params string[] traceParents)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere");
        foreach (var field in traceParents)
        {
            request.Headers.TryAddWithoutValidation("traceparent", field);
        }

        using var answer = await gateway.Anonymous.SendAsync(request, Stop);
        return (string)System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!["traceId"]!;
    }

    private static Task<JobReport> SubmitAsync(TestGateway gateway, string? traceParent, string input = """{"message":"hello"}""", string principal = "owner", string? key = null) =>
        gateway.Controller.SubmitAsync(
            new(TenantId.Owner, PrincipalId.Parse(principal), CapabilityName.Parse("echo"), null, System.Text.Encoding.UTF8.GetBytes(input), ImmutableDictionary<string, BlobSource>.Empty, Terms.Default, key, TraceParent: traceParent),
            null, Stop);
}
