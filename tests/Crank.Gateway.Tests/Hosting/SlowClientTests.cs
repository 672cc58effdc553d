using System.Net.Sockets;
using System.Text;

namespace Crank.Gateway.Tests.Hosting;

public sealed class SlowClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_never_finishes_its_header_is_cut_off()
    {
        await using var gateway = await TestGateway.StartAsync(o => o with { Limits = o.Limits with { HeadersTimeout = TimeSpan.FromSeconds(1) } });
        Assert.Contains("408", await TalkAsync(gateway, "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_fields_that_are_too_many_or_too_large_are_refused()
    {
        await using var gateway = await TestGateway.StartAsync();
        AssertCut(await TalkAsync(gateway, $"GET /healthz HTTP/1.1\r\nHost: x\r\n{string.Concat(Enumerable.Range(0, 101).Select(i => $"X-{i}: 1\r\n"))}\r\n"));
        AssertCut(await TalkAsync(gateway, $"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Large: {new string('a', 33 * 1024)}\r\n\r\n"));
        Assert.Contains("200 OK", await TalkAsync(gateway, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
    }

    /// <summary>An answer that says so; or none, when the connection was closed while more was still on its way.</summary>
    private static void AssertCut(string answer) => Assert.True(answer.Length == 0 || answer.Contains("431", StringComparison.Ordinal), answer);

    [Theory]
    [InlineData("POST /v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("POST /v1/keys HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n")]
    public async Task Framing_that_two_readers_could_understand_in_two_ways_gets_at_most_one_answer_and_no_second_request(string request)
    {
        await using var gateway = await TestGateway.StartAsync();
        var answer = await TalkAsync(gateway, request);
        Assert.DoesNotContain("200 OK", answer, StringComparison.Ordinal);
        Assert.True(answer.Split("HTTP/1.1 ").Length <= 2, answer);
    }

    /// <summary>Sends bytes and reads until the server closes.</summary>
    private static async Task<string> TalkAsync(TestGateway gateway, string request)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        using var client = new TcpClient();
        await client.ConnectAsync(gateway.Address.Host, gateway.Address.Port, patience.Token);
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience.Token);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // It was refused before all was sent.
        }

        var (text, buffer) = (new StringBuilder(), new byte[4096]);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, patience.Token)) > 0)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return text.ToString();
    }
}
