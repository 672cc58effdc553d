using Crank.Gateway.Hosting;

namespace Crank.Gateway.Tests.Hosting;

public sealed class ListenRuleTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8420"), InlineData("http://localhost:8420"), InlineData("http://[::1]:8420"), InlineData("http://127.9.9.9:1"), InlineData("https://0.0.0.0:8420"), InlineData("https://[::]:443")]
    public void Loopback_and_TLS_need_no_saying(string address) => Assert.Null(ListenRule.Fault(new(address), allowed: false, confirmed: false));

    [Theory]
    [InlineData("http://0.0.0.0:8420"), InlineData("http://[::]:8420"), InlineData("http://10.0.0.5:8420"), InlineData("http://192.168.1.2:80"), InlineData("http://[fe80::1]:80"), InlineData("http://203.0.113.7:80"), InlineData("http://[::ffff:10.0.0.1]:80")]
    public void Plain_HTTP_beyond_this_machine_must_be_said_twice(string address)
    {
        Assert.NotNull(ListenRule.Fault(new(address), allowed: false, confirmed: false));
        Assert.Contains("--plaintext is missing", ListenRule.Fault(new(address), allowed: true, confirmed: false), StringComparison.Ordinal);
        Assert.Contains("listen.plaintext is not set", ListenRule.Fault(new(address), allowed: false, confirmed: true), StringComparison.Ordinal);
        Assert.Null(ListenRule.Fault(new(address), allowed: true, confirmed: true));
    }

    [Theory]
    [InlineData("ftp://127.0.0.1"), InlineData("http://example.com"), InlineData("https://example.com")]
    public void What_cannot_be_listened_on_is_refused(string address) => Assert.NotNull(ListenRule.Fault(new(address), allowed: true, confirmed: true));

    [Fact]
    public async Task A_gateway_asked_to_do_it_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<ListenRefusedException>(() => TestGateway.StartAsync(o => o with { Listen = o.Listen with { Addresses = [new("http://0.0.0.0:0")], Plaintext = true } }));
        Assert.Contains("in the clear", refused.Message, StringComparison.Ordinal);
    }
}
