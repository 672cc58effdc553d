using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Crank.Core;
using Crank.Gateway.Tests.Hosting;
using static Crank.Gateway.Tests.Rest.HttpExtensions;

namespace Crank.Gateway.Tests.Rest.Uploads;

public sealed class UploadTests
{
    private static readonly byte[] s_bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i:000}\n")));
    private static readonly Digest s_digest = Digest.Of(s_bytes);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_upload_in_parts_becomes_a_file()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var begun = await BeginAsync(gateway.Owner, s_bytes[..1000], ("Upload-Length", "4000"), ("Repr-Digest", $"sha-256=:{Convert.ToBase64String(s_digest.ToBytes())}:"));
        Assert.Equal((HttpStatusCode.Created, "?0", "1000"), (begun.StatusCode, begun.Field("Upload-Complete"), begun.Field("Upload-Offset")));
        Assert.Contains("max-age=86400", begun.Field("Upload-Limit"), StringComparison.Ordinal);
        var place = begun.Field("Location");
        using var more = await AppendAsync(gateway.Owner, place, 1000, s_bytes[1000..3000], last: false);
        Assert.Equal((HttpStatusCode.NoContent, "?0", "3000"), (more.StatusCode, more.Field("Upload-Complete"), more.Field("Upload-Offset")));
        using var look = await gateway.Owner.SendAsync(HttpMethod.Head, place, null);
        Assert.Equal(("?0", "3000", "4000", "no-store"), (look.Field("Upload-Complete"), look.Field("Upload-Offset"), look.Field("Upload-Length"), look.Field("Cache-Control")));
        using var last = await AppendAsync(gateway.Owner, place, 3000, s_bytes[3000..], last: true);

        var kept = await last.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(("?1", s_digest.ToString(), $"/v1/blobs/{s_digest.Hex}"), (last.Field("Upload-Complete"), (string)kept["digest"]!, last.Field("Location")));
        Assert.Equal(s_bytes, await gateway.Owner.GetByteArrayAsync((string)kept["href"]!, Stop));
        using var after = await gateway.Owner.SendAsync(HttpMethod.Head, place, null);
        Assert.Equal(("?1", $"/v1/blobs/{s_digest.Hex}"), (after.Field("Upload-Complete"), after.Field("Content-Location")));
        await (await AppendAsync(gateway.Owner, place, 4000, [], last: true)).ProblemAsync(409, "conflict");
        Assert.Empty(Directory.GetFiles(Path.Combine(gateway.Folder, "uploads"), "*.part"));
    }

    [Fact]
    public async Task A_part_that_begins_elsewhere_is_told_where_to_begin()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var begun = await BeginAsync(gateway.Owner, s_bytes[..1000]);

        using var wrong = await AppendAsync(gateway.Owner, begun.Field("Location"), 999, s_bytes[999..], last: true);

        await wrong.ProblemAsync(409, "conflict");
        Assert.Equal("1000", wrong.Field("Upload-Offset"));
        using var right = await AppendAsync(gateway.Owner, begun.Field("Location"), 1000, s_bytes[1000..], last: true);
        Assert.Equal(HttpStatusCode.Created, right.StatusCode);
    }

    [Fact]
    public async Task A_part_that_a_newer_request_overtakes_is_told_so_and_what_came_of_it_is_kept()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var acme = await gateway.TenantAsync("acme");
        using var begun = await BeginAsync(acme, []);
        var place = begun.Field("Location");
        using var older = await RawClient.ConnectAsync(gateway);
        await older.SendAsync(
            $"PATCH {place} HTTP/1.1\r\nHost: x\r\n{TestIdentity.Field}: acme\r\nContent-Type: application/partial-upload\r\nUpload-Offset: 0\r\nUpload-Complete: ?0\r\nContent-Length: 4000\r\n\r\n"
            + Encoding.ASCII.GetString(s_bytes[..1000]));
        await ArrivedAsync(gateway, 1000);

        using var newer = await acme.SendAsync(HttpMethod.Head, place, null);

        Assert.Equal("1000", newer.Field("Upload-Offset"));
        await older.ReadUntilAsync("HTTP/1.1 409 ");
    }

    [Fact]
    public async Task What_came_before_a_connection_broke_is_kept_and_the_rest_is_sent_later()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var begun = await BeginAsync(gateway.Owner, []);
        var place = begun.Field("Location");
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var broken = new TrickleContent(s_bytes[..1500], s_bytes.Length);
        using var request = Part(place, 0, broken, last: true);
        var sending = gateway.Owner.SendAsync(request, gone.Token);
        await broken.Sent;
        await ArrivedAsync(gateway, 1500);

        // Asking ends the request that hangs, and says what came.
        using var look = await gateway.Owner.SendAsync(HttpMethod.Head, place, null);
        var offset = int.Parse(look.Field("Upload-Offset"), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(1500, offset);
        broken.Break();
        await gone.CancelAsync();
        _ = await Record.ExceptionAsync(() => sending);

        using var rest = await AppendAsync(gateway.Owner, place, offset, s_bytes[offset..], last: true);
        Assert.Equal(s_digest.ToString(), (string)(await rest.JsonAsync(HttpStatusCode.Created))["digest"]!);
    }

    [Fact]
    public async Task An_upload_is_gone_on_with_after_a_restart()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var begun = await BeginAsync(gateway.Owner, s_bytes[..1000]);

        await gateway.RestartAsync();

        using var look = await gateway.Owner.SendAsync(HttpMethod.Head, begun.Field("Location"), null);
        Assert.Equal("1000", look.Field("Upload-Offset"));
        using var rest = await AppendAsync(gateway.Owner, begun.Field("Location"), 1000, s_bytes[1000..], last: true);
        Assert.Equal(s_digest.ToString(), (string)(await rest.JsonAsync(HttpStatusCode.Created))["digest"]!);
    }

    [Fact]
    public async Task An_upload_belongs_to_its_tenant_can_be_cancelled_and_expires()
    {
        await using var gateway = await TestGateway.StartAsync();
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        using var begun = await BeginAsync(acme, s_bytes[..1000]);
        using var second = await BeginAsync(acme, s_bytes[..1000]);

        Assert.Equal(HttpStatusCode.NotFound, (await other.SendAsync(HttpMethod.Head, begun.Field("Location"), null)).StatusCode);
        await (await AppendAsync(other, begun.Field("Location"), 1000, [], last: true)).ProblemAsync(404, "not-found");
        await (await other.SendAsync(HttpMethod.Delete, begun.Field("Location"), null)).ProblemAsync(404, "not-found");
        Assert.Equal(HttpStatusCode.NoContent, (await acme.SendAsync(HttpMethod.Delete, begun.Field("Location"), null)).StatusCode);
        await (await acme.SendAsync(HttpMethod.Delete, begun.Field("Location"), null)).ProblemAsync(404, "not-found");
        gateway.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.NotFound, (await acme.SendAsync(HttpMethod.Head, second.Field("Location"), null)).StatusCode);
        using var third = await BeginAsync(acme, []);
        Assert.Single(Directory.GetFiles(Path.Combine(gateway.Folder, "uploads"), "*.json"));
    }

    [Fact]
    public async Task Uploads_of_one_tenant_are_bounded_in_number_and_bytes_and_leave_room_for_others()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Rest = o.Rest with { UploadsPerTenant = 2, UploadBytesPerTenant = 3000 } });
        var (acme, other) = (await gateway.TenantAsync("acme"), await gateway.TenantAsync("other"));
        using var first = await BeginAsync(acme, s_bytes[..2000]);
        await (await BeginAsync(acme, s_bytes[..1001])).ProblemAsync(413, "too-large");
        using var second = await BeginAsync(acme, s_bytes[..1000]);
        await (await BeginAsync(acme, [])).ProblemAsync(429, "over-quota");
        Assert.Equal(HttpStatusCode.Created, (await BeginAsync(other, s_bytes[..2000])).StatusCode);
        await (await AppendAsync(acme, first.Field("Location"), 2000, s_bytes[..1], last: false)).ProblemAsync(413, "too-large");
        Assert.Equal(HttpStatusCode.NotFound, (await acme.SendAsync(HttpMethod.Head, first.Field("Location"), null)).StatusCode);
    }

    [Theory]
    [InlineData("Upload-Length", "3000", 400)]
    [InlineData("Repr-Digest", "sha-256=:AAAA:", 400)]
    [InlineData("Repr-Digest", "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:", 422)]
    [InlineData("Content-Encoding", "gzip", 415)]
    public async Task What_does_not_agree_is_refused_and_leaves_nothing(string field, string value, int status)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.SendAsync(HttpMethod.Post, "/v1/uploads", Bytes(s_bytes, null), (field, value), ("Upload-Complete", "?1"));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Empty(Directory.GetFiles(gateway.Folder, "*.part", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Combine(gateway.Folder, "blobs"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task More_than_was_announced_ends_the_upload()
    {
        await using var gateway = await TestGateway.StartAsync();
        using var begun = await BeginAsync(gateway.Owner, [], ("Upload-Length", "10"));

        await (await AppendAsync(gateway.Owner, begun.Field("Location"), 0, s_bytes[..11], last: false)).ProblemAsync(400, "bad-request");

        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Owner.SendAsync(HttpMethod.Head, begun.Field("Location"), null)).StatusCode);
    }

    [Fact]
    public async Task Clients_can_find_out_what_is_taken()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Anonymous.SendAsync(HttpMethod.Options, "/v1/uploads", null);

        Assert.Equal((HttpStatusCode.NoContent, "application/partial-upload"), (answer.StatusCode, answer.Field("Accept-Patch")));
        Assert.StartsWith("max-size=", answer.Field("Upload-Limit"), StringComparison.Ordinal);
        using var begun = await BeginAsync(gateway.Owner, []);
        using var wrong = await gateway.Owner.SendAsync(HttpMethod.Patch, begun.Field("Location"), Bytes(s_bytes, "text/plain"), ("Upload-Offset", "0"), ("Upload-Complete", "?1"));
        await wrong.ProblemAsync(415, "unsupported-media-type");
        Assert.Equal("application/partial-upload", wrong.Field("Accept-Patch"));
    }

    private static Task<HttpResponseMessage> BeginAsync(HttpClient client, byte[] bytes, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Post, "/v1/uploads", Bytes(bytes, "text/plain"), [.. headers, ("Upload-Complete", "?0")]);

    private static async Task<HttpResponseMessage> AppendAsync(HttpClient client, string place, long offset, byte[] bytes, bool last)
    {
        using var request = Part(place, offset, new ByteArrayContent(bytes), last);
        return await client.SendAsync(request, Stop);
    }

    /// <summary>Waits until that many bytes of the one upload on its way lie in its file: what left a client has not arrived yet.</summary>
    private static async Task ArrivedAsync(TestGateway gateway, long bytes)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromMinutes(1));
        while (Directory.GetFiles(Path.Combine(gateway.Folder, "uploads"), "*.part") is not [var part] || new FileInfo(part).Length < bytes)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static HttpRequestMessage Part(string place, long offset, HttpContent content, bool last)
    {
        content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/partial-upload");
        var request = new HttpRequestMessage(HttpMethod.Patch, place) { Content = content };
        request.Headers.Add("Upload-Offset", offset.ToString(System.Globalization.CultureInfo.InvariantCulture));
        request.Headers.Add("Upload-Complete", last ? "?1" : "?0");
        return request;
    }
}
