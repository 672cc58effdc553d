using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Mesh.Tests.Path;

public sealed class AdmitTests
{
    private static readonly byte[] s_content = Encoding.UTF8.GetBytes("some content");

    [Fact]
    public async Task A_file_becomes_a_reference_with_the_digest_of_its_bytes()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Assert.Null((await mesh.SubmitAsync(WithFile(new(s_content.Length, () => new MemoryStream(s_content), "a.txt")))).Refusal);
        var seen = Assert.Single(mesh.Workers.Seen);
        Assert.Equal(Digest.Of(s_content), seen.Blobs["file"].Digest);
        Assert.Contains($"\"file\":{{\"digest\":\"{Digest.Of(s_content)}\",\"length\":12,\"name\":\"a.txt\"}}", Encoding.UTF8.GetString(seen.Input.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(11)]
    [InlineData(0)]
    public async Task A_file_of_another_length_than_announced_is_refused(int announced)
    {
        await using var mesh = await TestMesh.OpenAsync();
        Refused(mesh, await mesh.SubmitAsync(WithFile(new(announced, () => new MemoryStream(s_content)))), "bad-input");
    }

    [Fact]
    public async Task A_file_that_never_ends_is_read_no_further_than_announced()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Refused(mesh, await mesh.SubmitAsync(WithFile(new(100, () => new EndlessStream()))), "bad-input");
    }

    [Fact]
    public async Task A_file_that_is_gone_is_refused_with_a_receipt()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync(WithFile(new(12, () => throw new FileNotFoundException("It is not there"))));
        Refused(mesh, report, "bad-input");
        Assert.NotNull(report.Receipt);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task An_impossible_length_is_too_large_and_no_overflow(long length)
    {
        await using var mesh = await TestMesh.OpenAsync();
        var request = TestMesh.Request() with
        {
            Blobs = ImmutableDictionary<string, BlobSource>.Empty.Add("file", new(length, () => Stream.Null)).Add("other", new(long.MaxValue, () => Stream.Null)),
        };
        Refused(mesh, await mesh.SubmitAsync(request), "too-large");
    }

    [Fact]
    public async Task Json_and_files_count_together()
    {
        await using var mesh = await TestMesh.OpenAsync();
        const string json = """{"message":"hello"}""";
        var most = (int)TestMesh.Echo.Limits.Input.Value - json.Length;
        Assert.Null((await mesh.SubmitAsync(WithFile(new(most, () => new MemoryStream(new byte[most]))))).Refusal);
        Refused(mesh, await mesh.SubmitAsync(WithFile(new(most + 1, () => new MemoryStream(new byte[most + 1])))), "too-large");
    }

    [Fact]
    public async Task A_member_given_twice_and_an_input_that_is_no_object_are_refused()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var file = WithFile(new(12, () => new MemoryStream(s_content)));
        Refused(mesh, await mesh.SubmitAsync(file with { Input = """{"message":"a","file":{}}"""u8.ToArray() }), "bad-input");
        Refused(mesh, await mesh.SubmitAsync(file with { Input = "[]"u8.ToArray() }), "bad-input");
    }

    [Fact]
    public async Task Input_nested_too_deep_is_refused()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Refused(mesh, await mesh.SubmitAsync(TestMesh.Request(new string('[', 10_000))), "bad-input");
    }

    [Fact]
    public async Task Taken_back_while_its_files_are_read_there_is_no_job()
    {
        await using var mesh = await TestMesh.OpenAsync();
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => mesh.SubmitAsync(WithFile(new(12, () => new MemoryStream(s_content))), cancel.Token));
        Assert.Empty(mesh.Commits);
    }

    [Fact]
    public async Task Parent_and_trace_are_on_row_and_receipt()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var parent = (await mesh.SubmitAsync()).Job!.Value;
        const string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var report = await mesh.SubmitAsync(TestMesh.Request(parent: parent, trace: trace));
        Assert.Equal((parent, trace), (mesh.ReceiptOf(report).Parent, mesh.ReceiptOf(report).TraceParent));
        Assert.Equal(parent, mesh.Store.FindJob(report.Job!.Value)!.Parent);
        Assert.Equal(trace, mesh.Workers.Seen[^1].TraceParent);
        var refused = await mesh.SubmitAsync(TestMesh.Request("{}", parent: parent, trace: trace));
        Assert.Equal((parent, trace), (mesh.ReceiptOf(refused).Parent, mesh.ReceiptOf(refused).TraceParent));
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-brings", true)]
    [InlineData("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more", false)]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false)]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false)]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-001", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false)]
    [InlineData("00-0af7651916cd43dd8448eb211c80319\ud800-b7ad6b7169203331-01", false)]
    [InlineData("", false)]
    public async Task A_trace_that_is_not_well_formed_is_left_out_and_hurts_no_job(string trace, bool kept)
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync(TestMesh.Request(trace: trace));
        Assert.Null(report.Refusal);
        Assert.Equal(kept ? $"00-{trace[3..55]}" : null, mesh.ReceiptOf(report).TraceParent);
    }

    private static JobRequest WithFile(BlobSource source) =>
        TestMesh.Request() with { Blobs = ImmutableDictionary<string, BlobSource>.Empty.Add("file", source) };

    private static void Refused(TestMesh mesh, JobReport report, string code)
    {
        Assert.Equal(code, report.Refusal?.Code.ToString());
        Assert.DoesNotContain(mesh.Commits.SkipLast(1), c => c.Holds > 0 && c.Receipts == 0 && report.Receipt is null);
        Assert.Empty(mesh.Store.Load().OpenHolds);
    }

    private sealed class EndlessStream : MemoryStream
    {
        private long _read;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _read += buffer.Length;
            Assert.True(_read < 10_000_000, "It was read on and on.");
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
