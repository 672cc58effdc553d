using System.Net;
using System.Text.Json.Nodes;
using static Crank.Gateway.Tests.Rest.HttpExtensions;

namespace Crank.Gateway.Tests.Rest.Invoke;

public sealed class InvokeTests
{
    private const string Echo = "/v1/capabilities/echo/invoke";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_run_and_its_result_has_its_receipt_in_fields()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"hello"},"terms":{"budget":0.05,"prefer":"greenest","zones":["de"],"deadline":"10s","isolation":"weak"}}""");

        var json = await answer.JsonAsync();
        Assert.Equal(("hello", "done", "echo@1.0.0", "0.001 EUR"), ((string)json["output"]!["message"]!, (string)json["state"]!, (string)json["capability"]!, (string)json["price"]!));
        Assert.Equal(((string)json["job"]!, "0.001 EUR", (string)json["receipt"]!), (answer.Field("Crank-Job"), answer.Field("Crank-Price"), answer.Field("Crank-Receipt")));
        Assert.NotEqual("", answer.Field("Crank-Carbon"));
        Assert.Equal("greenest", (string)(await (await gateway.Owner.AskAsync($"/v1/jobs/{json["job"]}/explain")).JsonAsync())["receipt"]!["terms"]!["prefer"]!);
    }

    [Theory]
    [InlineData("""{"input":{"massage":"x"}}""", 422, "bad-input", "/input/massage")]
    [InlineData("""{"input":{"message":7}}""", 422, "bad-input", "/input/message")]
    [InlineData("""{"inputs":{}}""", 422, "bad-input", "/inputs")]
    [InlineData("""{"terms":{"budget":"much","dedline":"1s","zones":"de"}}""", 422, "bad-input", "/terms/budget")]
    [InlineData("""[1]""", 422, "bad-input", "")]
    [InlineData("""{"input":{"message":"a","message":"b"}}""", 400, "bad-request", "/input/message")]
    [InlineData("""{"input":""", 400, "bad-request", "/input")]
    public async Task What_is_wrong_with_a_body_is_named_by_pointers(string body, int status, string code, string pointer)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.PostAsync(Echo, body);

        Assert.Equal(pointer, (string)(await answer.ProblemAsync(status, code))["errors"]![0]!["pointer"]!);
    }

    [Fact]
    public async Task An_unknown_capability_is_answered_with_the_nearest_name()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.PostAsync("/v1/capabilities/ecco/invoke", "{}");
        Assert.Contains("echo", (string)(await answer.ProblemAsync(404, "unknown-capability"))["try"]!, StringComparison.Ordinal);
        using var other = await gateway.Owner.PostAsync("/v1/capabilities/echo@2.0.0/invoke", "{}");
        await other.ProblemAsync(404, "unknown-capability");
        using var none = await gateway.Owner.PostAsync("/v1/capabilities/%2e%2e%2fecho/invoke", "{}");
        await none.ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task A_declared_error_is_a_problem_with_its_code_and_the_job_that_has_a_receipt()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Workers.Run = (_, _) => Task.FromResult<Mesh.Run.DispatchResult>(TestWorkers.Failed("declared"));

        using var answer = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""");

        var job = (string)(await answer.ProblemAsync(502, "declared"))["job"]!;
        Assert.Equal(job, answer.Field("Crank-Job"));
        Assert.Equal("0.00 EUR", answer.Field("Crank-Price"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.AskAsync($"/v1/jobs/{job}/receipt")).StatusCode);
    }

    [Theory]
    [InlineData("k-1", "k-1")]
    [InlineData("\"k-1\"", "k-1")]
    [InlineData("\"a\\\"b\"", "\"a\\\"b\"")]
    public async Task The_same_key_gives_the_same_job_and_another_request_under_it_a_conflict(string first, string second)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var one = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""", ("Idempotency-Key", first));
        using var two = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""", ("Idempotency-Key", second));
        using var other = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"y"}}""", ("Idempotency-Key", second));

        Assert.Equal(one.Field("Crank-Job"), two.Field("Crank-Job"));
        Assert.Equal(("", "true"), (one.Field("Crank-Repeated"), two.Field("Crank-Repeated")));
        Assert.True((bool)(await two.JsonAsync())["repeated"]!);
        await other.ProblemAsync(409, "key-conflict");
        using var bad = await gateway.Owner.PostAsync(Echo, "{}", ("Idempotency-Key", "\"half"));
        await bad.ProblemAsync(400, "bad-request");
    }

    [Fact]
    public async Task Parameters_in_a_query_or_a_form_are_typed_by_the_schema()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var query = await gateway.Owner.SendAsync(HttpMethod.Post, Echo + "?message=7", null);
        Assert.Equal("7", (string)(await query.JsonAsync())["output"]!["message"]!);
        using var form = await gateway.Owner.SendAsync(HttpMethod.Post, Echo, new FormUrlEncodedContent([new("message", "a&b=ü")]));
        Assert.Equal("a&b=ü", (string)(await form.JsonAsync())["output"]!["message"]!);
        using var unknown = await gateway.Owner.SendAsync(HttpMethod.Post, Echo + "?masage=7", null);
        var problem = await unknown.ProblemAsync(422, "bad-input");
        Assert.Equal(("/input/masage", "Did you mean 'message'?"), ((string)problem["errors"]![0]!["pointer"]!, (string)problem["try"]!));
        using var mixed = await gateway.Owner.PostAsync(Echo + "?message=7", "{}");
        await mixed.ProblemAsync(400, "bad-request");
    }

    [Fact]
    public async Task The_trace_of_the_caller_is_on_the_receipt()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using var gateway = await TestGateway.StartAsync();
        var seen = "";
        gateway.Workers.Run = (job, _) =>
        {
            seen = job.TraceParent;
            return Task.FromResult<Mesh.Run.DispatchResult>(TestWorkers.Done(job.Input));
        };

        using var answer = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""", ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));

        var receipt = (await (await gateway.Owner.AskAsync($"/v1/jobs/{answer.Field("Crank-Job")}/explain")).JsonAsync())["receipt"]!;
        Assert.Contains(Trace, (string)receipt["traceParent"]!, StringComparison.Ordinal);
        Assert.Contains(Trace, seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_in_another_charset_or_coding_is_refused_by_name_and_gzip_is_taken_within_the_same_bounds()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var latin = await gateway.Owner.SendAsync(HttpMethod.Post, Echo, Bytes("{}"u8.ToArray(), "application/json; charset=iso-8859-1"));
        await latin.ProblemAsync(415, "unsupported-media-type");
        using var zip = await gateway.Owner.SendAsync(HttpMethod.Post, Echo, Json("{}"), ("Content-Encoding", "br"));
        await zip.ProblemAsync(415, "unsupported-media-type");
        Assert.Equal("gzip", zip.Field("Accept-Encoding"));
        using var packed = await gateway.Owner.SendAsync(HttpMethod.Post, Echo, Bytes(Gzip("""{"input":{"message":"x"}}"""u8.ToArray()), "application/json"), ("Content-Encoding", "gzip"));
        Assert.Equal("x", (string)(await packed.JsonAsync())["output"]!["message"]!);
        using var bomb = await gateway.Owner.SendAsync(HttpMethod.Post, Echo, Bytes(Gzip(new byte[64 << 20]), "application/json"), ("Content-Encoding", "gzip"));
        await bomb.ProblemAsync(413, "too-large");
        using var broken = await gateway.Owner.SendAsync(HttpMethod.Post, Echo, Bytes("not gzip"u8.ToArray(), "application/json"), ("Content-Encoding", "gzip"));
        await broken.ProblemAsync(400, "bad-request");
    }

    [Fact]
    public async Task Who_takes_no_JSON_is_told_before_anything_runs()
    {
        await using var gateway = await TestGateway.StartAsync();
        gateway.Workers.Run = (_, _) => throw new InvalidOperationException("It ran.");

        using var answer = await gateway.Owner.PostAsync(Echo, """{"input":{"message":"x"}}""", ("Accept", "text/html"));

        await answer.ProblemAsync(406, "not-acceptable");
        Assert.Empty((JsonArray)(await (await gateway.Owner.AskAsync("/v1/jobs")).JsonAsync())["items"]!);
    }

    private static byte[] Gzip(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
