using Crank.Sdk;
using Crank.Sdk.Testing;

namespace Words;

public sealed class CountWordsTests
{
    [Fact]
    public async Task Words_of_three_letters_are_counted()
    {
        await using var host = CapabilityTest.For(new CountWords());
        var run = await host.RunAsync(new CountWordsInput(host.AddBlob("to be or not to be"), MinLength: 3));
        Assert.Equal(new CountWordsOutput(1, "not"), run.Output);
    }

    [Fact]
    public async Task A_binary_file_is_a_declared_error()
    {
        await using var host = CapabilityTest.For(new CountWords());
        var refused = await Assert.ThrowsAsync<CapabilityException>(() => host.RunAsync(new CountWordsInput(host.AddBlob("a\0b"))));
        Assert.Equal("binary", refused.Code);
    }
}
