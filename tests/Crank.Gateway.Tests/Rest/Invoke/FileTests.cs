using System.Net;
using System.Text;
using Crank.Core;
using static Crank.Gateway.Tests.Rest.HttpExtensions;

namespace Crank.Gateway.Tests.Rest.Invoke;

public sealed class FileTests
{
    private const string Copy = "/v1/capabilities/file.copy/invoke";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/csv; charset=utf-8")]
    [InlineData(null)]
    public async Task A_file_as_the_whole_body_gives_the_file_of_the_result_as_the_whole_answer(string? mediaType)
    {
        await using var gateway = await StartAsync();
        var bytes = Encoding.UTF8.GetBytes(new string('x', 100_000));

        using var answer = await gateway.Owner.SendAsync(HttpMethod.Post, Copy + "?to=none&times=3", Bytes(bytes, mediaType), ("Accept", "*/*"), ("Crank-Budget", "0.05"));

        Assert.Equal((HttpStatusCode.OK, "text/plain", 100_000L), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType, answer.Content.Headers.ContentLength));
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(Stop));
        Assert.Equal(("0.002 EUR", "nosniff", "attachment"), (answer.Field("Crank-Price"), answer.Field("X-Content-Type-Options"), answer.Field("Content-Disposition")));
        var result = await (await gateway.Owner.AskAsync($"/v1/jobs/{answer.Field("Crank-Job")}/result")).JsonAsync();
        Assert.Equal("none", (string)result["output"]!["to"]!);
    }

    [Fact]
    public async Task The_same_result_is_JSON_for_whoever_asks_for_it_and_its_file_has_a_place_of_its_own()
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.Owner.SendAsync(HttpMethod.Post, Copy, Bytes("hello"u8.ToArray(), "text/plain"), ("Accept", "application/json"));

        var digest = Digest.Of("hello"u8);
        var json = await answer.JsonAsync();
        Assert.Equal(digest.ToString(), (string)json["output"]!["copy"]!["digest"]!);
        var file = json["files"]![digest.ToString()]!;
        Assert.Equal((5, "text/plain"), ((int)file["bytes"]!, (string)file["mediaType"]!));
        Assert.Equal("hello", await gateway.Owner.GetStringAsync((string)file["href"]!, Stop));
        using var part = await gateway.Owner.AskAsync((string)file["href"]!, ("Range", "bytes=1-2"));
        Assert.Equal("el", await part.Content.ReadAsStringAsync(Stop));
        using var raw = await gateway.Owner.AskAsync($"/v1/jobs/{json["job"]}/result", ("Accept", "text/plain"));
        Assert.Equal("hello", await raw.Content.ReadAsStringAsync(Stop));
        using var stranger = await (await gateway.TenantAsync("acme")).AskAsync((string)file["href"]!);
        await stranger.ProblemAsync(404, "not-found");
    }

    [Fact]
    public async Task A_form_may_hold_a_file_and_parameters()
    {
        await using var gateway = await StartAsync();
        string? name = null;
        gateway.Workers.Run = (job, stop) =>
        {
            name = job.Blobs["document"].Source.Name;
            return TestWorkers.CopyAsync(job, stop);
        };
        using var form = new MultipartFormDataContent
        {
            { new StringContent("none"), "to" },
            { new ByteArrayContent("hello"u8.ToArray()), "anything", "C:\\folder/../a ü.txt" },
        };

        using var answer = await gateway.Owner.SendAsync(HttpMethod.Post, Copy, form);

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal("a ü.txt", name);
    }

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"document\"\r\n\r\nhel", 400)]
    [InlineData("--b\r\n\r\nhello\r\n--b--\r\n", 400)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"document\"\r\n\r\nx\r\n--b\r\nContent-Disposition: form-data; name=\"document\"\r\n\r\ny\r\n--b--\r\n", 422)]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"color\"\r\n\r\nred\r\n--b--\r\n", 422)]
    public async Task A_form_that_is_none_is_refused(string body, int status)
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.Owner.SendAsync(HttpMethod.Post, Copy, Bytes(Encoding.UTF8.GetBytes(body), "multipart/form-data; boundary=b"));

        await answer.ProblemAsync(status, status == 400 ? "bad-request" : "bad-input");
    }

    [Theory]
    [InlineData("""{"text":"héllo"}""", "héllo")]
    [InlineData("""{"base64":"aGVsbG8=","name":"a.txt"}""", "hello")]
    public async Task A_small_file_may_stand_in_the_JSON(string file, string expected)
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.Owner.PostAsync(Copy, "{\"input\":{\"document\":" + file + "}}", ("Accept", "text/plain, application/json;q=0.5"));

        Assert.Equal(expected, await answer.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData("""{"base64":"a"}""", "/input/document/base64")]
    [InlineData("""{"digest":"sha256:00"}""", "/input/document/digest")]
    [InlineData("""{"digest":"sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}""", "/input/document/digest")]
    [InlineData("""{"text":"a","base64":"aGVsbG8="}""", "/input/document")]
    [InlineData("""{"path":"/etc/passwd"}""", "/input/document/path")]
    [InlineData("\"/etc/passwd\"", "/input/document")]
    public async Task A_file_that_is_not_there_or_not_one_is_refused_with_its_place(string file, string pointer)
    {
        await using var gateway = await StartAsync();

        using var answer = await gateway.Owner.PostAsync(Copy, "{\"input\":{\"document\":" + file + "}}");

        Assert.Equal(pointer, (string)(await answer.ProblemAsync(422, "bad-input"))["errors"]![0]!["pointer"]!);
    }

    [Fact]
    public async Task A_file_that_was_uploaded_is_taken_by_its_digest_and_only_by_whoever_uploaded_it()
    {
        await using var gateway = await StartAsync();
        var digest = Digest.Of("hello"u8);
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, $"/v1/blobs/{digest.Hex}", Bytes("hello"u8.ToArray(), "text/plain"));
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        var body = "{\"input\":{\"document\":{\"digest\":\"" + digest + "\"}}}";

        using var answer = await gateway.Owner.PostAsync(Copy, body, ("Accept", "text/plain"));
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync(Stop));
        using var stranger = await (await gateway.TenantAsync("acme")).PostAsync(Copy, body);
        await stranger.ProblemAsync(422, "bad-input");
    }

    [Fact]
    public async Task A_file_for_a_capability_that_takes_none_is_refused_by_name()
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Owner.SendAsync(HttpMethod.Post, "/v1/capabilities/echo/invoke", Bytes("x"u8.ToArray(), "application/pdf"));

        await answer.ProblemAsync(415, "unsupported-media-type");
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_by_its_announcement_or_where_it_passes_the_bound()
    {
        var small = TestWorkers.Copy with { Limits = TestWorkers.Copy.Limits with { Input = new(1000) } };
        await using var gateway = await TestGateway.StartAsync(capabilities: small);
        gateway.Workers.Run = TestWorkers.CopyAsync;

        using var announced = await gateway.Owner.SendAsync(HttpMethod.Post, Copy, Bytes(new byte[1001], "text/plain"));
        await announced.ProblemAsync(413, "too-large");
        using var streamed = await gateway.Owner.SendAsync(HttpMethod.Post, Copy, new StreamContent(new Unseekable(new byte[1001])));
        await streamed.ProblemAsync(413, "too-large");
        using var fits = await gateway.Owner.SendAsync(HttpMethod.Post, Copy, new StreamContent(new Unseekable(new byte[900])));
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        Assert.Empty(Directory.GetFiles(Path.Combine(gateway.Folder, "blobs", "tmp")));
    }

    private static async Task<TestGateway> StartAsync()
    {
        var gateway = await TestGateway.StartAsync(capabilities: TestWorkers.Copy);
        gateway.Workers.Run = TestWorkers.CopyAsync;
        return gateway;
    }

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
