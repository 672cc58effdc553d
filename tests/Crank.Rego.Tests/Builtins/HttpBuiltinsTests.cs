using System.Net;
using System.Net.Sockets;
using System.Text;
using Crank.Rego.Builtins;

namespace Crank.Rego.Tests.Builtins;

public sealed class HttpBuiltinsTests
{
    [Fact]
    public void Nothing_is_asked_that_is_not_allowed()
    {
        var error = Assert.Throws<BuiltinException>(() => Calls.Call("http.send", """[{"method": "get", "url": "http://127.0.0.1:1/"}]"""));
        Assert.Contains("unallowed host: 127.0.0.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("unallowed host", Calls.Error("net.lookup_ip_addr", """["service.example"]"""), StringComparison.Ordinal);
        Assert.Contains("unallowed host", Calls.Error("http.send", """[{"method": "get", "url": "http://127.0.0.1:1/", "raise_error": false}]"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_are_checked_before_they_are_sent()
    {
        Assert.Equal("operand 1 missing required request parameters(s): {\"url\"}", Calls.Error("http.send", """[{"method": "get"}]""", BuiltinError.WrongType));
        Assert.Contains("tls_client_key", Calls.Error("http.send", """[{"method": "get", "url": "https://a.example/", "tls_client_key": "k"}]"""), StringComparison.Ordinal);
        Assert.Contains("no absolute", Calls.Error("http.send", """[{"method": "get", "url": "file:///etc/passwd"}]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_allowed_host_is_asked_and_its_answer_decoded()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = ServeAsync(listener, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\nConnection: close\r\n\r\n{\"a\": 1}\n");
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var answer = await Task.Run(
            () => Calls.Call("http.send", $$$"""[{"method": "post", "url": "http://127.0.0.1:{{{port}}}/x", "body": {"q": 2}, "headers": {"X-A": "b"}}]""", Allowing()),
            TestContext.Current.CancellationToken);
        var request = await served;
        Assert.Equal("200", answer.Get("status_code").ToString());
        Assert.Equal("{\"a\": 1}", answer.Get("body").ToString());
        Assert.StartsWith("POST /x HTTP/1.1", request, StringComparison.Ordinal);
        Assert.Contains("X-A: b", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_does_not_leave_the_allowed_hosts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var served = ServeAsync(listener, "HTTP/1.1 302 Found\r\nLocation: http://localhost:1/secret\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var error = await Task.Run(
            () => Assert.Throws<BuiltinException>(() => Calls.Call("http.send", $$"""[{"method": "get", "url": "http://127.0.0.1:{{port}}/", "enable_redirect": true}]""", Allowing())),
            TestContext.Current.CancellationToken);
        await served;
        Assert.Contains("unallowed host: localhost", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_needs_no_asking_is_answered()
    {
        Assert.Equal("[\"10.0.0.1\"]", Calls.Json("net.lookup_ip_addr", """["10.0.0.1"]"""));
        Assert.Equal("[\"127.0.0.1\",\"::1\"]", Calls.Json("net.lookup_ip_addr", """["localhost"]"""));
    }

    [Fact]
    public void Requests_to_aws_are_signed()
    {
        var signed = Calls.Call("providers.aws.sign_req", """
            [{"method": "get", "url": "http://example.com"},
             {"aws_access_key": "MYAWSACCESSKEYGOESHERE", "aws_secret_access_key": "MYAWSSECRETACCESSKEYGOESHERE", "aws_service": "s3", "aws_region": "us-east-1"},
             1451606400000000000]
            """);
        var authorization = signed.Get("headers").Get("Authorization").AsString();
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=MYAWSACCESSKEYGOESHERE/20160101/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-content-sha256;x-amz-date,Signature=", authorization, StringComparison.Ordinal);
        Assert.Equal("\"20160101T000000Z\"", signed.Get("headers").Get("x-amz-date").ToString());
    }

    private static BuiltinContext Allowing() => Calls.Context(capabilities: new() { AllowedHosts = new HashSet<string> { "127.0.0.1" } });

    private static async Task<string> ServeAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var buffer = new byte[4096];
        var request = new StringBuilder();
        do
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken)));
        }
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), TestContext.Current.CancellationToken);
        return request.ToString();
    }
}
