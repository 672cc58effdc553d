using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Load.Large;

/// <summary>One large file in and out, at once and from the queue: how much memory the controller takes for it.</summary>
internal static class LargeCommand
{
    private static readonly CapabilityName s_copy = CapabilityName.Parse("copy");

    public static async Task<int> RunAsync(Options options)
    {
        var bytes = options.Number("--megabytes", 1_000) * 1_000_000L;
        using var scratch = new Scratch();
        var folder = scratch.Folder("mesh");
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        await using var mesh = await LoadMesh.OpenAsync(folder, StoreDurability.Full, new Copier(), Queue.QueueWorker.Claimed, [Copy()], s => s);
        var request = Requests.Of(s_copy, "{}"u8.ToArray(), content: new BlobSource(bytes, () => new Noise(bytes), "noise.bin"), member: "file");
        Say("before", TimeSpan.Zero);
        var began = Stopwatch.GetTimestamp();
        var report = await mesh.Controller.SubmitAsync(request, null, CancellationToken.None);
        var isWhole = report.Delivery?.BlobOf("file")?.Length == bytes;
        Say("at once", Stopwatch.GetElapsedTime(began));
        began = Stopwatch.GetTimestamp();
        var accepted = await mesh.Controller.AcceptAsync(request, Schedule.Soon, CancellationToken.None);
        await foreach (var _ in mesh.Controller.Watch(TenantId.Owner, accepted.Job!.Value, -1, CancellationToken.None)!)
        {
        }

        isWhole &= mesh.Controller.Find(TenantId.Owner, accepted.Job.Value)?.Delivery?.BlobOf("file")?.Length == bytes;
        Say("from the queue", Stopwatch.GetElapsedTime(began));
        Console.WriteLine(isWhole ? "both came out whole" : $"FAILED: {report.Refusal?.Message}");
        return isWhole ? 0 : 1;
    }

    private static void Say(string what, TimeSpan took)
    {
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}: {took.TotalSeconds:0.0} s, largest resident size so far {self.PeakWorkingSet64 / 1_000_000} MB, managed heap {GC.GetTotalMemory(false) / 1_000_000} MB"));
    }

    private static Capability Copy()
    {
        var schema = JsonElement.Parse("""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"file":{"type":"object"}},"required":["file"]}""");
        return new(
            new(s_copy, SemanticVersion.Parse("1.0.0")), "Gives a file back.", schema, schema, "file", "file",
            new(new(2_000_000_000), new(2_000_000_000), ByteCount.FromMiB(512), Duration.FromSeconds(600), ImmutableDictionary<Unit, long>.Empty), [],
            new(Currency.Eur, [new(Unit.Job, new(1_000, Currency.Eur))]), true, true);
    }

    private sealed class Copier : IDispatcher
    {
        public async Task<DispatchResult> RunAsync(Dispatch job, CancellationToken cancellationToken)
        {
            var input = job.Blobs["file"].Source.Open();
            await using (input.ConfigureAwait(false))
            {
                var blob = await job.Spool.KeepAsync("application/octet-stream", input, cancellationToken);
                return new DispatchResult.Done(
                    Encoding.UTF8.GetBytes($$"""{"file":{"digest":"{{blob.Digest}}","length":{{blob.Length}} } }"""), [blob], ImmutableDictionary<Unit, Quantity>.Empty,
                    new(WorkerId.Parse("load-1"), Queue.QueueWorker.Claimed, Duration.FromSeconds(1), Duration.FromSeconds(1), ByteCount.FromMiB(20), null));
            }
        }
    }

    /// <summary>So many bytes that nobody has to store first.</summary>
    private sealed class Noise(long length) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position
        {
            get => _at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - _at);
            for (var i = 0; i < read; i++)
            {
                buffer[offset + i] = unchecked((byte)((_at + i) * 167 >> 3));
            }

            _at += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
