using System.Net;
using Crank.Core;
using Crank.Gateway.Tests.Rest;
using static Crank.Gateway.Tests.Rest.HttpExtensions;

namespace Crank.Gateway.Tests.Hosting;

/// <summary>What clients do that mean harm, or have bad luck.</summary>
public sealed class HostileClientTests
{
    private const string Caller = "Host: x\r\nTest-Caller: acme\r\n";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n-1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n2\r\n{}x\r\n0\r\n\r\n")]
    [InlineData("Content-Length: -1\r\n\r\n")]
    [InlineData("Content-Length: 0x2\r\n\r\n{}")]
    [InlineData("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("X-Folded: a\r\n b\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("X-Null: a\0b\r\nContent-Length: 0\r\n\r\n")]
    public async Task Framing_that_is_wrong_or_could_be_read_in_two_ways_gets_one_refusal_and_no_second_request(string rest)
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.TenantAsync("acme");
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync($"POST /v1/capabilities/echo/invoke?message=x HTTP/1.1\r\n{Caller}{rest}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");

        var answer = await client.ReadToEndAsync();
        Assert.DoesNotContain("\nok\n", answer, StringComparison.Ordinal);
        Assert.True(answer.Split("HTTP/1.1 ") is ["", var only] && only.StartsWith('4'), answer);
    }

    [Theory]
    [InlineData("GET /v1/blobs/..%2f..%2fhealthz HTTP/1.1", "404")]
    [InlineData("GET /v1/capabilities/../../../../etc/passwd HTTP/1.1", "404")]
    [InlineData("GET /v1/capabilities/%00 HTTP/1.1", "400")]
    [InlineData("GET /v1/capabilities/%ff%fe HTTP/1.1", "40")]
    [InlineData("GET http://other.example/v1/jobs HTTP/1.1", "40")]
    [InlineData("CONNECT other.example:443 HTTP/1.1", "40")]
    [InlineData("TRACE /v1/jobs HTTP/1.1", "405")]
    [InlineData("GE\u00d1 /v1/jobs HTTP/1.1", "400")]
    public async Task A_target_that_leads_out_of_its_place_leads_nowhere(string line, string status)
    {
        await using var gateway = await TestGateway.StartAsync();
        await gateway.TenantAsync("acme");
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync($"{line}\r\n{Caller}Connection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status}", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_comes_too_slowly_is_cut_off_and_leaves_nothing()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Limits = o.Limits with { MinDataRate = 1_000_000, DataRateGrace = TimeSpan.FromSeconds(2) } });
        await gateway.TenantAsync("acme");
        using var client = await RawClient.ConnectAsync(gateway);

        await client.SendAsync($"PUT /v1/blobs/{Digest.Of("x"u8).Hex} HTTP/1.1\r\n{Caller}Content-Length: 1000000\r\n\r\nsome");

        Assert.DoesNotContain("HTTP/1.1 2", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await UntilAsync(() => Spooled(gateway) == 0);
    }

    [Fact]
    public async Task A_client_that_does_not_read_its_answer_is_cut_off()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Limits = o.Limits with { MinDataRate = 100_000_000, DataRateGrace = TimeSpan.FromSeconds(2) } });
        var acme = await gateway.TenantAsync("acme");
        var bytes = new byte[32 << 20];
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, $"/v1/blobs/{Digest.Of(bytes).Hex}", Bytes(bytes, null));
        await gateway.Controller.Blobs.KeepAsync(TenantId.Parse("acme"), new(Digest.Of(bytes), bytes.Length), "text/plain", null, TimeSpan.FromDays(1));
        var aborted = new TaskCompletionSource();
        gateway.Identity.Seen = context => context.RequestAborted.Register(() => aborted.TrySetResult());
        using var client = await RawClient.ConnectAsync(gateway, receiveBuffer: 4096);

        await client.SendAsync($"GET /v1/blobs/{Digest.Of(bytes).Hex} HTTP/1.1\r\n{Caller}\r\n");

        await aborted.Task.WaitAsync(s_patience, Stop);
    }

    [Theory]
    [InlineData("PUT /v1/blobs/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")]
    [InlineData("POST /v1/capabilities/file.copy/invoke")]
    [InlineData("POST /v1/uploads")]
    public async Task An_upload_that_is_broken_off_leaves_nothing(string line)
    {
        await using var gateway = await TestGateway.StartAsync(capabilities: TestWorkers.Copy);
        var acme = await gateway.TenantAsync("acme");
        using var client = await RawClient.ConnectAsync(gateway);
        await client.SendAsync($"{line} HTTP/1.1\r\n{Caller}Content-Type: text/plain\r\nContent-Length: 10000000\r\n\r\n{new string('x', 1_000_000)}");
        await UntilAsync(() => Spooled(gateway) > 0);

        client.Break();

        await UntilAsync(() => Spooled(gateway) == 0);
        Assert.Empty((await (await acme.AskAsync("/v1/jobs")).JsonAsync())["items"]!.AsArray());
        Assert.Equal(0, gateway.Blobs.UsedBytes);
    }

    [Fact]
    public async Task A_caller_that_goes_away_takes_its_job_back_and_pays_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();
        var acme = await gateway.TenantAsync("acme");
        var started = new TaskCompletionSource();
        gateway.Workers.Run = async (_, stop) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return TestWorkers.Failed("declared");
        };
        using var client = await RawClient.ConnectAsync(gateway);
        await client.SendAsync($"POST /v1/capabilities/echo/invoke?message=x HTTP/1.1\r\n{Caller}Content-Length: 0\r\n\r\n");
        await started.Task.WaitAsync(s_patience, Stop);

        client.Break();

        var state = "";
        await UntilAsync(async () => (state = (string)(await (await acme.AskAsync("/v1/jobs")).JsonAsync())["items"]![0]!["state"]!) != "funded");
        Assert.Equal("cancelled", state);
        Assert.Equal("0.00 EUR", (string)(await (await acme.AskAsync("/v1/usage")).JsonAsync())["charged"]!);
    }

    [Fact]
    public async Task A_thousand_silent_connections_keep_nobody_out()
    {
        await using var gateway = await TestGateway.StartAsync();
        var silent = new List<RawClient>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                silent.Add(await RawClient.ConnectAsync(gateway));
            }

            Assert.Equal("ok\n", await gateway.Anonymous.GetStringAsync("/healthz", Stop));
        }
        finally
        {
            silent.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Connections_beyond_the_most_are_turned_away_and_the_others_go_on()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Limits = o.Limits with { Connections = 2 } });
        using var first = await RawClient.ConnectAsync(gateway);
        using var second = await RawClient.ConnectAsync(gateway);
        await AskAsync(first);
        await AskAsync(second);

        using var third = await RawClient.ConnectAsync(gateway);
        await third.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");

        Assert.Equal("", await third.ReadToEndAsync());
        await AskAsync(first);
        await AskAsync(second);

        static async Task AskAsync(RawClient client)
        {
            await client.SendAsync("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
            await client.ReadUntilAsync("ok\n");
        }
    }

    [Theory]
    [InlineData("{\"input\":{\"message\":\"a\",\"message\":\"b\"}}", 400)]
    [InlineData("{\"input\":{\"message\":\"\u00ff\u00fe\"}}", 400)]
    [InlineData("{\"input\":{\"message\":\"\\ud800\"}}", 400)]
    [InlineData("{\"input\":{}} {}", 400)]
    public async Task A_body_that_two_readers_could_read_in_two_ways_is_refused(string body, int status)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.SendAsync(
            HttpMethod.Post, "/v1/capabilities/echo/invoke", Bytes(System.Text.Encoding.Latin1.GetBytes(body), "application/json"));

        await answer.ProblemAsync(status, "bad-request");
    }

    [Fact]
    public async Task A_body_that_is_too_deep_or_too_large_is_refused_also_when_it_does_not_say_how_large_it_is()
    {
        await using var gateway = await TestGateway.StartAsync();
        const string Path = "/v1/capabilities/echo/invoke";

        using var deep = await gateway.Owner.PostAsync(Path, "{\"input\":" + new string('[', 500_000));
        await deep.ProblemAsync(400, "bad-request");
        await gateway.TenantAsync("acme");
        using var announced = await RawClient.ConnectAsync(gateway);
        await announced.SendAsync($"POST {Path} HTTP/1.1\r\n{Caller}Content-Type: application/json\r\nContent-Length: 1048577\r\nConnection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 413", await announced.ReadToEndAsync(), StringComparison.Ordinal);
        using var streamed = await RawClient.ConnectAsync(gateway);
        await streamed.SendAsync(
            $"POST {Path} HTTP/1.1\r\n{Caller}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n100001\r\n{new string(' ', 0x100001)}\r\n");
        var answer = await streamed.ReadToEndAsync();

        // A connection that is closed while more is on its way may lose the answer.
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 413", StringComparison.Ordinal), answer);
    }

    [Theory]
    [InlineData("attachment; filename*=UTF-8''a%0d%0aX-Evil:%201")]
    [InlineData("attachment; filename=\"..\"")]
    [InlineData("attachment; filename=\"\"")]
    public async Task A_file_name_that_could_do_harm_is_dropped(string disposition)
    {
        await using var gateway = await TestGateway.StartAsync();
        var path = $"/v1/blobs/{Digest.Of("x"u8).Hex}";
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, path, Bytes("x"u8.ToArray(), null), ("Content-Disposition", disposition));

        using var get = await gateway.Owner.AskAsync(path);

        Assert.Equal((HttpStatusCode.OK, "attachment", ""), (get.StatusCode, get.Field("Content-Disposition"), get.Field("X-Evil")));
    }

    [Fact]
    public async Task A_form_of_endless_parts_is_refused()
    {
        await using var gateway = await TestGateway.StartAsync(capabilities: TestWorkers.Copy);
        using var form = new MultipartFormDataContent();
        for (var i = 0; i < 300; i++)
        {
            form.Add(new StringContent("x"), $"p{i}");
        }

        using var answer = await gateway.Owner.SendAsync(HttpMethod.Post, "/v1/capabilities/file.copy/invoke", form);

        await answer.ProblemAsync(413, "too-large");
    }

    private static int Spooled(TestGateway gateway) =>
        Directory.GetFiles(Path.Combine(gateway.Folder, "blobs", "tmp")).Length
        + (Directory.Exists(Path.Combine(gateway.Folder, "uploads")) ? Directory.GetFiles(Path.Combine(gateway.Folder, "uploads"), "*.part").Length : 0);

    private static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(s_patience);
        while (!await holds())
        {
            await Task.Delay(10, patience.Token);
        }
    }
}
