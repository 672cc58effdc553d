using System.Diagnostics;

namespace Crank.Storage.Tests;

/// <summary>A real file system that is full: a small one in memory, which only root may mount.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly bool _mounted;

    public FullDiskTests() => _mounted = Environment.IsPrivilegedProcess && Directory.CreateDirectory(Disk).Exists && Run("mount", "-t", "tmpfs", "-o", "size=4m", "none", Disk);

    private string Disk => _folder["disk"];

    public void Dispose()
    {
        if (_mounted)
        {
            Run("umount", Disk);
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_full_disk_fails_both_commits_of_a_job_and_loses_nothing()
    {
        Assert.SkipUnless(_mounted, "Only root may mount a small file system.");
        await using (var store = SqliteStore.Open(Path.Combine(Disk, "crank.db")))
        {
            store.Commit(Rows.Full(1));
            var ended = Rows.Batch(batch =>
            {
                batch.Holds.Add(Rows.Hold(1) with { Status = HoldStatus.Settled, Version = 2 });
                batch.Receipts.Add(new(Rows.Job(8).Id, 8, new byte[100_000]));
            });
            var next = Rows.Full(2);
            next.Snapshots.Add(new(Rows.Digest(99), new byte[100_000]));
            Fill();
            for (var again = 0; again < 3; again++)
            {
                Assert.Throws<StoreFullException>(() => store.Commit(next));
                Assert.Throws<StoreFullException>(() => store.Commit(ended));
                Assert.Null(store.FindJob(Rows.Job(2).Id));
                Assert.Equal(Rows.Hold(1), store.FindHold(Rows.Job(1).Id));
            }

            Empty();
            store.Commit(next);
            store.Commit(ended);
            Fill();
        }

        await using var reopened = SqliteStore.Open(Path.Combine(Disk, "crank.db"));
        Rows.AssertSame(Rows.Job(2), reopened.FindJob(Rows.Job(2).Id));
        Assert.Equal(HoldStatus.Settled, reopened.FindHold(Rows.Job(1).Id)?.Status);
    }

    [Fact]
    public async Task A_full_disk_keeps_no_part_of_a_blob()
    {
        Assert.SkipUnless(_mounted, "Only root may mount a small file system.");
        var store = BlobStore.Open(Path.Combine(Disk, "blobs"), BlobLimits.Default, TimeProvider.System);
        await Assert.ThrowsAsync<StoreFullException>(() => store.PutAsync(new byte[5_000_000], CancellationToken.None));
        Assert.Equal(0, store.UsedBytes);
        Assert.Empty(Directory.GetFiles(Path.Combine(Disk, "blobs"), "*", SearchOption.AllDirectories));
        await store.PutAsync(new byte[1_000_000], CancellationToken.None);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private void Fill()
    {
        using var filler = new FileStream(Path.Combine(Disk, "filler"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full, as was wanted.
        }
    }

    private void Empty() => File.Delete(Path.Combine(Disk, "filler"));
}
