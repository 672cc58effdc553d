using System.IO.Compression;
using System.Net;
using Crank.Gateway.Tests.Rest;
using static Crank.Gateway.Tests.Rest.HttpExtensions;

namespace Crank.Gateway.Tests.Hosting;

public sealed class HttpTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Text_that_is_worth_it_is_packed_as_the_caller_accepts(string coding)
    {
        await using var gateway = await TestGateway.StartAsync(capabilities: [TestWorkers.Echo, TestWorkers.Copy]);
        var plain = await gateway.Owner.GetStringAsync("/v1/capabilities", Stop);

        using var answer = await gateway.Owner.AskAsync("/v1/capabilities", ("Accept-Encoding", coding));

        Assert.Equal((coding, "Accept-Encoding"), (answer.Field("Content-Encoding"), answer.Field("Vary")));
        await using var body = await answer.Content.ReadAsStreamAsync(Stop);
        await using Stream unpacked = coding == "br" ? new BrotliStream(body, CompressionMode.Decompress) : new GZipStream(body, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        Assert.Equal(plain, await reader.ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task What_is_small_secret_or_named_by_its_bytes_is_sent_plain()
    {
        await using var gateway = await TestGateway.StartAsync();
        var bytes = new byte[10_000];
        var path = $"/v1/blobs/{Core.Digest.Of(bytes).Hex}";
        using var put = await gateway.Owner.SendAsync(HttpMethod.Put, path, Bytes(bytes, "text/plain"), ("Accept-Encoding", "br"));
        using var blob = await gateway.Owner.AskAsync(path, ("Accept-Encoding", "br"));
        using var health = await gateway.Owner.AskAsync("/healthz", ("Accept-Encoding", "br"));

        Assert.Equal(("", "", ""), (put.Field("Content-Encoding"), blob.Field("Content-Encoding"), health.Field("Content-Encoding")));
        Assert.Equal(bytes, await blob.Content.ReadAsByteArrayAsync(Stop));
    }

    [Theory]
    [InlineData("/v1/jobs", "GET, HEAD, POST, OPTIONS")]
    [InlineData("/healthz", "GET, HEAD, OPTIONS")]
    [InlineData("/v1/capabilities/echo/invoke", "POST, OPTIONS")]
    public async Task OPTIONS_says_which_methods_there_are(string path, string methods)
    {
        await using var gateway = await TestGateway.StartAsync();

        using var answer = await gateway.Anonymous.SendAsync(HttpMethod.Options, path, null);

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Subset(methods.Split(", ").ToHashSet(StringComparer.Ordinal), answer.Field("Allow").Split(", ").ToHashSet(StringComparer.Ordinal));
        Assert.Contains("OPTIONS", answer.Field("Allow"), StringComparison.Ordinal);
        await (await gateway.Anonymous.SendAsync(HttpMethod.Options, "/nowhere", null)).ProblemAsync(404, "not-found");
    }
}
