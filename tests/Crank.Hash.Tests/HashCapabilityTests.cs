using System.Security.Cryptography;
using Crank.Sdk;
using Crank.Sdk.Testing;

namespace Crank.Hash.Tests;

public sealed class HashCapabilityTests
{
    [Theory]
    [InlineData("", HashAlgorithm.Sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", HashAlgorithm.Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abc", HashAlgorithm.Sha512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")]
    public async Task The_examples_of_the_standard_hash_as_it_says(string text, HashAlgorithm algorithm, string expected)
    {
        await using var hash = CapabilityTest.For(new HashCapability());
        var run = await hash.RunAsync(new HashInput(hash.AddBlob(text), algorithm));
        Assert.Equal(new HashOutput(algorithm, expected, text.Length), run.Output);
    }

    [Fact]
    public async Task A_large_file_is_hashed_as_it_streams_and_progress_is_told()
    {
        var bytes = new byte[40_000_000];
        new Random(1).NextBytes(bytes);
        await using var hash = CapabilityTest.For(new HashCapability());
        var run = await hash.RunAsync(new HashInput(hash.AddBlob(bytes)));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), run.Output.Hex);
        Assert.Equal(2, run.Progress.Count);
        Assert.True(run.Progress[0].Fraction < run.Progress[1].Fraction);
    }

    [Fact]
    public async Task The_algorithm_is_sha256_unless_said_and_only_what_the_list_has()
    {
        await using var hash = CapabilityTest.For(new HashCapability());
        var blob = hash.AddBlob("abc");
        var run = await hash.RunJsonAsync($$$"""{"content":{"digest":"{{{blob.Digest}}}","length":3}}""");
        Assert.Equal(HashAlgorithm.Sha256, run.Output.Algorithm);
        Assert.StartsWith("{\"algorithm\":\"sha256\",", run.Json, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<CapabilityException>(() => hash.RunJsonAsync($$"""{"content":{"digest":"{{blob.Digest}}","length":3},"algorithm":"md5"}"""));
        Assert.Equal("bad-input", refused.Code);
        Assert.Contains("sha512", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_blob_that_was_named_and_not_given_is_bad_input()
    {
        await using var hash = CapabilityTest.For(new HashCapability());
        var stranger = new Blob(Core.Digest.Of("not here"u8), 8);
        Assert.Equal("bad-input", (await Assert.ThrowsAsync<CapabilityException>(() => hash.RunAsync(new HashInput(stranger)))).Code);
    }

    [Fact]
    public void A_file_on_the_command_line_fills_its_content()
    {
        var descriptor = Assert.Single(HashService.Create().Capabilities).Descriptor;
        Assert.Equal("content", descriptor.BlobInput);
        Assert.Equal("sha256", descriptor.Input.GetProperty("properties").GetProperty("algorithm").GetProperty("default").GetString());
    }
}
