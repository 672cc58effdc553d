using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Crank.Core;

namespace Crank.Gateway.Tests.Rest;

/// <summary>Large files pass in pieces. Nothing else runs beside these, because what the whole process takes is counted.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    /// <summary>A run with <c>CRANK_TEST_FILE_MB=1024</c> measures what <c>docs/performance.md</c> says.</summary>
    private static readonly long s_bytes = long.Parse(Environment.GetEnvironmentVariable("CRANK_TEST_FILE_MB") ?? "96", CultureInfo.InvariantCulture) << 20;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_file_goes_in_and_its_result_comes_out_in_a_small_part_of_its_size()
    {
        var large = TestWorkers.Copy with { Limits = TestWorkers.Copy.Limits with { Input = new(s_bytes + (1 << 20)), Output = new(s_bytes + (1 << 20)) } };
        await using var gateway = await TestGateway.StartAsync(capabilities: large);
        gateway.Workers.Run = TestWorkers.CopyAsync;
        using var expected = SHA256.Create();
        await expected.ComputeHashAsync(new Pattern(s_bytes), Stop);
        GC.Collect();
        var (before, peak) = (GC.GetTotalAllocatedBytes(precise: true), GC.GetTotalMemory(forceFullCollection: true));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/capabilities/file.copy/invoke") { Content = new StreamContent(new Pattern(s_bytes)) };

        using var answer = await gateway.Owner.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        Assert.Equal((HttpStatusCode.OK, s_bytes), (answer.StatusCode, answer.Content.Headers.ContentLength));
        var digest = await SHA256.HashDataAsync(await answer.Content.ReadAsStreamAsync(Stop), Stop);

        var (allocated, held) = (GC.GetTotalAllocatedBytes(precise: true) - before, GC.GetTotalMemory(forceFullCollection: false) - peak);
        TestContext.Current.TestOutputHelper?.WriteLine($"{s_bytes >> 20} MiB in and out: {allocated >> 20} MiB allocated, {held >> 20} MiB more held, {Environment.WorkingSet >> 20} MiB resident");
        Assert.Equal(Digest.From(expected.Hash), Digest.From(digest));
        Assert.True(allocated < s_bytes / 4, $"{allocated} bytes were allocated for {s_bytes}.");
    }

    /// <summary>Bytes that are different everywhere and kept nowhere.</summary>
    private sealed class Pattern(long length) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _at; set => _at = value; }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, length - _at);
            for (var i = 0; i < count; i++)
            {
                buffer[i] = unchecked((byte)((_at + i) * 31 >> 7));
            }

            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

        public override long Seek(long offset, SeekOrigin origin) => _at = offset;

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
