using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Node.Workers;

namespace Crank.Node.Tests.Workers;

/// <summary>A service written with the Sdk, inside all walls.</summary>
public sealed class ServiceTests
{
    private static readonly WorkerProgram Program = new("hash", HostilePool.Executable, ["hash"]);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_describes_itself_and_reads_a_blob_of_many_chunks()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The walls are those of Linux.");
        await using var pool = new WorkerPool(Program, HostilePool.Patient(new WorkerSettings { MaxWorkers = 1 }), TimeProvider.System);
        using var description = JsonDocument.Parse(await pool.DescribeAsync(Stop));
        Assert.Contains("\"hash@1.0.0\"", description.RootElement.GetRawText(), StringComparison.Ordinal);

        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("one of many lines\n", 100_000)));
        var digest = Digest.Parse("sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes)));
        var result = await pool.RunAsync(JobFor(digest, bytes), Stop);
        using var output = JsonDocument.Parse(Assert.IsType<WorkerResult.Done>(result).Output);
        Assert.Equal(digest.Hex, output.RootElement.GetProperty("hex").GetString());
        Assert.Equal(IsolationLevel.Strong, HostilePool.UsageOf(result).Isolation.Level);
    }

    [Fact]
    public async Task Of_an_unknown_version_and_of_wrong_input_the_typed_error_comes_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The walls are those of Linux.");
        await using var pool = new WorkerPool(Program, HostilePool.Patient(new WorkerSettings { MaxWorkers = 1 }), TimeProvider.System);
        var job = JobFor(Digest.Parse("sha256:" + new string('0', 64)), []);
        var unknown = await pool.RunAsync(job with { Capability = CapabilityVersion.Parse("hash@9.0.0") }, Stop);
        Assert.Equal("capability-not-found", Assert.IsType<WorkerResult.Failed>(unknown).Code);
        Assert.Equal("bad-input", Assert.IsType<WorkerResult.Failed>(await pool.RunAsync(job with { Input = "{}"u8.ToArray() }, Stop)).Code);
    }

    private static WorkerJob JobFor(Digest digest, byte[] bytes) => new()
    {
        Capability = CapabilityVersion.Parse("hash@1.0.0"),
        Input = JsonSerializer.SerializeToUtf8Bytes(new { content = new { digest = digest.ToString(), length = bytes.Length } }),
        Blobs = [new(digest.ToString(), bytes.Length, _ => ValueTask.FromResult<Stream>(new MemoryStream(bytes)))],
        Deadline = TimeSpan.FromMinutes(1),
        MaxOutputBytes = 4096,
        Concurrent = true,
    };
}
