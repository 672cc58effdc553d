using System.Text.Json;
using Crank.Sdk;
using Crank.Sdk.Testing;
using CsCheck;

namespace Crank.Echo.Tests;

public sealed class EchoCapabilityTests
{
    [Theory]
    [InlineData("\"hello\"")]
    [InlineData("null")]
    [InlineData("[1,2,{\"a\":[]}]")]
    [InlineData("1e400")]
    public async Task A_message_comes_back_as_it_went(string message)
    {
        await using var echo = CapabilityTest.For(new EchoCapability());
        var run = await echo.RunJsonAsync($$"""{"message":{{message}}}""");
        Assert.Equal($$"""{"message":{{message}}}""", run.Json);
    }

    [Fact]
    public async Task Any_text_comes_back_as_it_went()
    {
        await using var echo = CapabilityTest.For(new EchoCapability());
        await Gen.String.SampleAsync(async text =>
        {
            var sent = JsonSerializer.SerializeToElement(text);
            var run = await echo.RunAsync(new EchoMessage(sent));
            return run.Output.Message.GetString() == sent.GetString();
        });
    }

    [Theory]
    [InlineData("{}", "message")]
    [InlineData("{\"message\":1,\"mesage\":2}", "mesage")]
    [InlineData("[]", "object")]
    [InlineData("{\"message\":1", "read")]
    [InlineData("{\"message\":1,\"message\":2}", "message")]
    public async Task An_input_that_does_not_fit_is_bad_input_and_says_why(string json, string why)
    {
        await using var echo = CapabilityTest.For(new EchoCapability());
        var refused = await Assert.ThrowsAsync<CapabilityException>(() => echo.RunJsonAsync(json));
        Assert.Equal("bad-input", refused.Code);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_byte_past_the_limit_is_refused()
    {
        await using var echo = CapabilityTest.For(new EchoCapability());
        var frame = "{\"message\":\"\"}".Length;
        var most = new string('x', (1 << 20) - frame);
        Assert.Equal(most, (await echo.RunJsonAsync($$"""{"message":"{{most}}"}""")).Output.Message.GetString());
        Assert.Equal("bad-input", (await Assert.ThrowsAsync<CapabilityException>(() => echo.RunJsonAsync($$"""{"message":"{{most}}x"}"""))).Code);
    }

    [Fact]
    public void The_service_hosts_it()
    {
        var echo = Assert.Single(EchoService.Create().Capabilities).Descriptor;
        Assert.Equal("echo@1.0.0", echo.Id.ToString());
        Assert.Equal("Returns its message unchanged.", echo.Summary);
        Assert.True(echo.Concurrent);
    }
}
