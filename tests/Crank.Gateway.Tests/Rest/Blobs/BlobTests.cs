using System.Net;
using System.Text;
using Crank.Core;
using static Crank.Gateway.Tests.Rest.HttpExtensions;

namespace Crank.Gateway.Tests.Rest.Blobs;

public sealed class BlobTests
{
    private static readonly byte[] s_bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i:000}\n")));
    private static readonly string s_path = $"/v1/blobs/{Digest.Of(s_bytes).Hex}";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_kept_under_its_digest_and_comes_back_as_it_was()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, "text/plain"), ("Content-Disposition", "attachment; filename=\"../../a.txt\""));
        var kept = await put.JsonAsync(HttpStatusCode.Created);
        Assert.Equal((4000, "text/plain", "a.txt", s_path), ((int)kept["bytes"]!, (string)kept["mediaType"]!, (string)kept["name"]!, put.Field("Location")));
        Assert.Equal(TestGateway.Start + TimeSpan.FromHours(24), (DateTimeOffset)kept["until"]!);

        using var get = await gateway.Owner.AskAsync(s_path.Replace("/v1/blobs/", "/v1/blobs/sha256:", StringComparison.Ordinal));
        Assert.Equal(s_bytes, await get.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(("text/plain", "bytes"), (get.Field("Content-Type"), get.Field("Accept-Ranges")));
        Assert.Equal($"sha-256=:{Convert.ToBase64String(Digest.Of(s_bytes).ToBytes())}:", get.Field("Repr-Digest"));
        Assert.Equal(("nosniff", "default-src 'none'; sandbox", "attachment; filename=a.txt; filename*=UTF-8''a.txt"), (get.Field("X-Content-Type-Options"), get.Field("Content-Security-Policy"), get.Field("Content-Disposition")));
        using var head = await gateway.Owner.SendAsync(HttpMethod.Head, s_path, null);
        Assert.Equal((4000L, get.Field("ETag")), (head.Content.Headers.ContentLength, head.Field("ETag")));
    }

    [Theory]
    [InlineData("bytes=0-3", 206, 0, 4)]
    [InlineData("bytes=3996-", 206, 3996, 4)]
    [InlineData("bytes=3996-9999", 206, 3996, 4)]
    [InlineData("bytes=-4", 206, 3996, 4)]
    [InlineData("bytes=-9999", 206, 0, 4000)]
    [InlineData("bytes=4000-", 416, 0, 0)]
    [InlineData("bytes=-0", 416, 0, 0)]
    [InlineData("bytes=0-1,5-6", 200, 0, 4000)]
    [InlineData("lines=1-2", 200, 0, 4000)]
    [InlineData("bytes=5-2", 200, 0, 4000)]
    [InlineData("bytes=99999999999999999999-", 200, 0, 4000)]
    public async Task A_part_is_what_was_asked_for_and_what_cannot_be_read_is_the_whole(string range, int status, int from, int length)
    {
        await using var gateway = await TestGateway.StartAsync();
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, null));

        using var answer = await gateway.Owner.AskAsync(s_path, ("Range", range));

        if (status == 416)
        {
            await answer.ProblemAsync(416, "range-not-satisfiable");
            Assert.Equal("bytes */4000", answer.Field("Content-Range"));
            return;
        }

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(s_bytes.AsSpan(from, length).ToArray(), await answer.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(status == 206 ? $"bytes {from}-{from + length - 1}/4000" : "", answer.Field("Content-Range"));
    }

    [Fact]
    public async Task Conditions_over_the_tag_are_kept()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, null));
        var tag = put.Field("ETag");

        Assert.Equal(HttpStatusCode.NotModified, (await gateway.Owner.AskAsync(s_path, ("If-None-Match", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, (await gateway.Owner.AskAsync(s_path, ("If-None-Match", "*"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.AskAsync(s_path, ("If-None-Match", "\"x\""))).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await gateway.Owner.AskAsync(s_path, ("If-Match", "W/" + tag))).StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, (await gateway.Owner.AskAsync(s_path, ("Range", "bytes=0-0"), ("If-Range", tag))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Owner.AskAsync(s_path, ("Range", "bytes=0-0"), ("If-Range", "\"x\""))).StatusCode);
        using var once = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, null), ("If-None-Match", "*"));
        await once.ProblemAsync(412, "precondition-failed");
        using var longer = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, null));
        Assert.Equal(HttpStatusCode.OK, longer.StatusCode);
    }

    [Fact]
    public async Task Bytes_that_are_not_those_of_the_digest_leave_nothing()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes("other"u8.ToArray(), null));

        await put.ProblemAsync(422, "bad-input");
        await (await gateway.Owner.AskAsync(s_path)).ProblemAsync(404, "not-found");
        Assert.Empty(Directory.GetFiles(Path.Combine(gateway.Folder, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Nobody_learns_from_any_answer_that_somebody_else_has_the_same_bytes()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        using var first = await acme.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, "text/html"));

        await (await other.AskAsync(s_path)).ProblemAsync(404, "not-found");
        await (await other.SendAsync(HttpMethod.Delete, s_path, null)).ProblemAsync(404, "not-found");
        using var second = await other.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, "text/html"), ("If-None-Match", "*"));
        Assert.Equal((HttpStatusCode.Created, await first.Content.ReadAsStringAsync(Stop)), (second.StatusCode, await second.Content.ReadAsStringAsync(Stop)));
        Assert.Equal(HttpStatusCode.NoContent, (await other.SendAsync(HttpMethod.Delete, s_path, null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await acme.AskAsync(s_path)).StatusCode);
        await (await other.AskAsync(s_path)).ProblemAsync(404, "not-found");
    }

    [Theory]
    [InlineData("..%2f..%2fledger.db")]
    [InlineData("sha256:..%2f..%2f")]
    [InlineData("2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824")]
    [InlineData("2cf2")]
    public async Task A_name_that_is_no_digest_is_never_looked_for(string name)
    {
        await using var gateway = await TestGateway.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(gateway.Folder, "ledger.db"), "secret", Stop);

        await (await gateway.Owner.AskAsync("/v1/blobs/" + name)).ProblemAsync(404, "not-found");
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, "/v1/blobs/" + name, Bytes(s_bytes, null));
        await put.ProblemAsync(404, "not-found");
    }

    [Theory]
    [InlineData("Content-Encoding", "gzip", 415, "unsupported-media-type")]
    [InlineData("Content-Range", "bytes 0-1/2", 400, "bad-request")]
    public async Task What_would_make_other_bytes_of_them_is_refused_by_name(string field, string value, int status, string code)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, null), (field, value));

        await put.ProblemAsync(status, code);
    }

    [Fact]
    public async Task A_file_that_was_damaged_is_never_sent_as_if_it_were_whole()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, s_path, Bytes(s_bytes, null));
        var file = Directory.GetFiles(Path.Combine(gateway.Folder, "blobs"), "*", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, [.. s_bytes[..^1], (byte)'X'], Stop);

        var failed = await Record.ExceptionAsync(async () =>
        {
            using var answer = await gateway.Owner.AskAsync(s_path);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync(Stop);
        });

        Assert.IsType<HttpRequestException>(failed, exactMatch: false);
    }
}
