using System.Net;
using System.Text.Json.Nodes;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Verify;

namespace Crank.Gateway.Tests.Rest.Jobs;

public sealed class JobTests
{
    private const string Echo = "/v1/capabilities/echo/invoke";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_list_goes_on_where_its_cursor_says_and_shows_every_job_once()
    {
        await using var gateway = await TestGateway.StartAsync();
        var jobs = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            jobs.Add(await RunAsync(gateway.Owner, $"m{i}"));
            gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var seen = new List<string>();
        var path = "/v1/jobs?limit=2&capability=echo";
        for (var pages = 0; path is not null && pages < 10; pages++)
        {
            using var answer = await gateway.Owner.AskAsync(path);
            var page = await answer.JsonAsync();
            seen.AddRange(page["items"]!.AsArray().Select(j => (string)j!["job"]!));
            path = page["next"] is { } next ? $"/v1/jobs?limit=2&capability=echo&cursor={next}" : null;
            Assert.Equal(path is null ? "" : $"<{path}>; rel=\"next\"", answer.Field("Link"));
        }

        jobs.Reverse();
        Assert.Equal(jobs, seen);
    }

    [Theory]
    [InlineData("state=done", 1)]
    [InlineData("state=refused", 1)]
    [InlineData("state=cancelled", 0)]
    [InlineData("capability=echo&principal=owner", 2)]
    [InlineData("capability=other", 0)]
    public async Task A_list_shows_only_what_was_asked_for(string query, int count)
    {
        await using var gateway = await TestGateway.StartAsync();
        await RunAsync(gateway.Owner, "x");
        using var refused = await gateway.Owner.PostAsync(Echo, """{"input":{}}""");

        Assert.Equal(count, (await (await gateway.Owner.AskAsync("/v1/jobs?" + query)).JsonAsync())["items"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=many")]
    [InlineData("limit=1&limit=2")]
    [InlineData("state=asleep")]
    [InlineData("cursor=bm90IG91cnM")]
    [InlineData("cursor=%00")]
    [InlineData("tenant=other")]
    public async Task A_query_that_says_nothing_known_is_refused(string query)
    {
        await using var gateway = await TestGateway.StartAsync();

        await (await gateway.Owner.AskAsync("/v1/jobs?" + query)).ProblemAsync(400, "bad-request");
    }

    [Fact]
    public async Task A_job_is_seen_by_its_tenant_alone_in_every_way()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        var job = await RunAsync(acme, "secret");

        foreach (var path in (string[])["", "/result", "/receipt", "/explain"])
        {
            Assert.Equal(HttpStatusCode.OK, (await acme.AskAsync($"/v1/jobs/{job}{path}")).StatusCode);
            var theirs = await (await other.AskAsync($"/v1/jobs/{job}{path}")).ProblemAsync(404, "not-found");
            var nobodys = await (await other.AskAsync($"/v1/jobs/{new string('0', job.Length)}{path}")).ProblemAsync(404, "not-found");
            Assert.Equal(((string)nobodys["detail"]!).Replace(new string('0', job.Length), job, StringComparison.Ordinal), (string)theirs["detail"]!);
        }

        Assert.Empty((await (await other.AskAsync("/v1/jobs")).JsonAsync())["items"]!.AsArray());
    }

    [Fact]
    public async Task A_job_that_has_not_changed_is_not_sent_again()
    {
        await using var gateway = await TestGateway.StartAsync();
        var job = await RunAsync(gateway.Owner, "x");
        foreach (var path in (string[])["", "/receipt"])
        {
            using var first = await gateway.Owner.AskAsync($"/v1/jobs/{job}{path}");
            using var second = await gateway.Owner.AskAsync($"/v1/jobs/{job}{path}", ("If-None-Match", $"\"other\", {first.Field("ETag")}"));
            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
            using var third = await gateway.Owner.AskAsync($"/v1/jobs/{job}{path}", ("If-None-Match", "\"other\""));
            Assert.Equal(HttpStatusCode.OK, third.StatusCode);
            using var fourth = await gateway.Owner.AskAsync($"/v1/jobs/{job}{path}", ("If-Match", "\"other\""));
            await fourth.ProblemAsync(412, "precondition-failed");
        }
    }

    [Fact]
    public async Task A_result_is_gone_after_its_day_and_its_receipt_is_not()
    {
        await using var gateway = await TestGateway.StartAsync();
        var job = await RunAsync(gateway.Owner, "x");
        gateway.Clock.Advance(TimeSpan.FromHours(25));
        await gateway.Controller.HousekeepAsync(Stop);

        await (await gateway.Owner.AskAsync($"/v1/jobs/{job}/result")).ProblemAsync(410, "result-gone");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.AskAsync($"/v1/jobs/{job}/receipt")).StatusCode);
    }

    [Fact]
    public async Task A_receipt_verifies_without_the_gateway_once_its_key_is_known()
    {
        await using var gateway = await TestGateway.StartAsync();
        var job = await RunAsync(gateway.Owner, "x");

        var key = (await gateway.Owner.GetStringAsync("/v1/log/key", Stop)).TrimEnd();
        var file = await gateway.Owner.GetByteArrayAsync($"/v1/jobs/{job}/receipt", Stop);

        Assert.True(VerificationKey.TryParse(key, out var read));
        Assert.IsType<ReceiptVerification.Verified>(ReceiptVerifier.Verify(file, [new(read)]));
        file[file.Length / 2] ^= 1;
        Assert.IsType<ReceiptVerification.Failed>(ReceiptVerifier.Verify(file, [new(read)]));
    }

    [Fact]
    public async Task The_log_proves_that_a_receipt_is_in_it_and_that_it_only_grew()
    {
        await using var gateway = await TestGateway.StartAsync();
        await (await gateway.Owner.AskAsync("/v1/log/checkpoint")).ProblemAsync(404, "not-found");
        await RunAsync(gateway.Owner, "0");
        var before = await CheckpointAsync(gateway.Owner);
        for (var i = 1; i < 7; i++)
        {
            await RunAsync(gateway.Owner, $"{i}");
        }

        var now = await CheckpointAsync(gateway.Owner);
        Assert.Equal((1, 7), (before.Size, now.Size));
        for (var leaf = 0; leaf < 7; leaf++)
        {
            var proof = await (await gateway.Owner.AskAsync($"/v1/log/proof/{leaf}")).JsonAsync();
            Assert.True(LogHash.TryParse((string)proof["leaf"]!, out var hash));
            Assert.True(LogProof.VerifyInclusion(hash, leaf, 7, Hashes(proof), now.Root));
        }

        var grew = await (await gateway.Owner.AskAsync("/v1/log/consistency?from=1")).JsonAsync();
        Assert.True(LogProof.VerifyConsistency(1, before.Root, 7, now.Root, Hashes(grew)));
        var (five, part) = (await (await gateway.Owner.AskAsync("/v1/log/proof/4?size=5")).JsonAsync(), await (await gateway.Owner.AskAsync("/v1/log/consistency?from=5&to=7")).JsonAsync());
        Assert.True(LogHash.TryParse((string)five["leaf"]!, out var fifth));
        var root = Checkpoint.TryParse(NoteOf((string)five["checkpoint"]!), out var at, out _) ? at.Root : default;
        Assert.True(LogProof.VerifyInclusion(fifth, 4, 5, Hashes(five), root));
        Assert.True(LogProof.VerifyConsistency(5, root, 7, now.Root, Hashes(part)));

        await (await gateway.Owner.AskAsync("/v1/log/proof/7")).ProblemAsync(404, "not-found");
        await (await gateway.Owner.AskAsync("/v1/log/proof/-1")).ProblemAsync(404, "not-found");
        await (await gateway.Owner.AskAsync("/v1/log/proof/0?size=8")).ProblemAsync(400, "bad-request");
        await (await gateway.Owner.AskAsync("/v1/log/consistency?from=0")).ProblemAsync(400, "bad-request");
        await (await gateway.Owner.AskAsync("/v1/log/consistency")).ProblemAsync(400, "bad-request");
    }

    [Fact]
    public async Task Usage_and_emissions_add_up_by_tenant_and_period()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        await RunAsync(acme, "1");
        await RunAsync(acme, "2");
        await RunAsync(other, "3");
        gateway.Clock.Advance(TimeSpan.FromDays(40));
        await RunAsync(acme, "4");

        var usage = await (await acme.AskAsync("/v1/usage?from=2026-01-01&to=2026-02-01T00:00:00Z")).JsonAsync();
        Assert.Equal((2, "0.002 EUR", "-0.003 EUR"), ((int)usage["jobs"]!, (string)usage["charged"]!, (string)usage["account"]!["balance"]!));
        Assert.Equal(1, (int)(await (await acme.AskAsync("/v1/usage?to=2026-03-01")).JsonAsync())["jobs"]!);
        var carbon = await (await acme.AskAsync("/v1/carbon?from=2026-01-01&to=2026-03-01")).JsonAsync();
        Assert.Equal(3, (int)carbon["jobs"]!);
        Assert.True((double)carbon["gramsCo2e"]! > 0);
        Assert.Equal((double)carbon["gramsCo2e"]! / 3, (double)carbon["gramsCo2ePerJob"]!, 12);
        await (await acme.AskAsync("/v1/usage?from=2026-03-01&to=2026-02-01")).ProblemAsync(400, "bad-request");
        await (await acme.AskAsync("/v1/usage?from=yesterday")).ProblemAsync(400, "bad-request");
        await (await acme.AskAsync("/v1/usage?tenant=other")).ProblemAsync(400, "bad-request");
    }

    private static async Task<string> RunAsync(HttpClient client, string message)
    {
        using var answer = await client.PostAsync(Echo, $$$"""{"input":{"message":"{{{message}}}"}}""");
        return (string)(await answer.JsonAsync())["job"]!;
    }

    private static async Task<Checkpoint> CheckpointAsync(HttpClient client)
    {
        using var answer = await client.AskAsync("/v1/log/checkpoint");
        Assert.True(Checkpoint.TryParse(NoteOf(await answer.Content.ReadAsStringAsync(Stop)), out var checkpoint, out var why), why);
        return checkpoint;
    }

    private static string NoteOf(string text) => SignedNote.TryParse(text, out var note, out var why) ? note.Text : throw new InvalidDataException(why);

    private static LogHash[] Hashes(JsonNode proof) => [.. proof["hashes"]!.AsArray().Select(h => LogHash.TryParse((string)h!, out var hash) ? hash : throw new InvalidDataException())];
}
