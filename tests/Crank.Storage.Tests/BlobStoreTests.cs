using System.Text;
using Crank.Core;
using Microsoft.Extensions.Time.Testing;

namespace Crank.Storage.Tests;

public sealed class BlobStoreTests : IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromHours(1);
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Rows.At(0));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(131_072)]
    [InlineData(1_000_000)]
    public async Task What_was_put_is_named_by_its_digest_and_comes_back_also_after_a_restart(int length)
    {
        var content = Content(length);
        var info = await Open().PutAsync(new MemoryStream(content), CancellationToken.None);
        Assert.Equal(new(Digest.Of(content), length), info);
        var again = Open();
        Assert.True(again.Contains(info.Digest));
        Assert.Equal(length, again.UsedBytes);
        Assert.Equal(content, await ReadAsync(again, info));
        Assert.Equal(content, ReadSynchronously(again, info));
    }

    [Fact]
    public async Task The_name_has_two_levels_and_everything_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }

        var info = await Open().PutAsync("hello"u8.ToArray(), CancellationToken.None);
        var hex = info.Digest.Hex;
        var path = Path.Combine(_folder["blobs"], hex[..2], hex[2..4], hex);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        foreach (var folder in Directory.GetDirectories(_folder["blobs"], "*", SearchOption.AllDirectories).Append(_folder["blobs"]))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
    }

    [Fact]
    public async Task Equal_bytes_are_stored_once_also_when_they_race()
    {
        var store = Open();
        var content = Content(300_000);
        var infos = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => store.PutAsync(content, CancellationToken.None))));
        Assert.Single(infos.Distinct());
        Assert.Equal(300_000, store.UsedBytes);
        Assert.Equal(content, await ReadAsync(store, infos[0]));
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_blob_of_the_greatest_size_fits_and_one_byte_more_leaves_nothing()
    {
        var store = Open(new(MaxBlobBytes: 200_000, MaxTotalBytes: 1_000_000));
        await store.PutAsync(new MemoryStream(Content(200_000)), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<BlobTooLargeException>(() => store.PutAsync(new MemoryStream(Content(200_001)), CancellationToken.None));
        Assert.Equal(200_000, refused.MaxBytes);
        Assert.Equal(200_000, store.UsedBytes);
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task The_total_has_a_limit_that_a_collection_makes_room_under()
    {
        var limits = new BlobLimits(MaxBlobBytes: 600, MaxTotalBytes: 1_000);
        var first = await Open(limits).PutAsync(Content(600), CancellationToken.None);
        var store = Open(limits);
        await Assert.ThrowsAsync<StoreFullException>(() => store.PutAsync(Content(401), CancellationToken.None));
        Assert.Equal(600, store.UsedBytes);
        Assert.Empty(Leftovers());
        await store.PutAsync(Content(400), CancellationToken.None);
        _clock.Advance(s_grace);
        Assert.Equal(new(1, 400), store.Collect(new HashSet<Digest> { first.Digest }, s_grace));
        await store.PutAsync(Content(399), CancellationToken.None);
    }

    [Fact]
    public async Task A_changed_byte_is_noticed_before_the_last_bytes_are_handed_out()
    {
        var store = Open();
        var info = await store.PutAsync(Content(1_000), CancellationToken.None);
        var path = PathOf(info);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[500] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        await Assert.ThrowsAsync<BlobDamagedException>(() => ReadAsync(store, info));
        Assert.Throws<BlobDamagedException>(() => ReadSynchronously(store, info));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1_001)]
    [InlineData(0)]
    public async Task Another_length_is_noticed_when_it_is_opened(int length)
    {
        var store = Open();
        var info = await store.PutAsync(Content(1_000), CancellationToken.None);
        using (var file = File.OpenWrite(PathOf(info)))
        {
            file.SetLength(length);
        }

        Assert.Equal(info.Digest, Assert.Throws<BlobDamagedException>(() => store.OpenRead(info.Digest, info.Bytes)).Blob);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1_000)]
    public async Task Putting_a_blob_again_repairs_it_once_its_damage_was_seen(int length)
    {
        var store = Open();
        var info = await store.PutAsync(Content(1_000), CancellationToken.None);
        await File.WriteAllBytesAsync(PathOf(info), new byte[length]);
        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<BlobDamagedException>(() => ReadAsync(store, info));
        await store.PutAsync(Content(1_000), CancellationToken.None);
        Assert.Equal(Content(1_000), await ReadAsync(store, info));
    }

    [Fact]
    public void What_was_never_put_is_not_there()
    {
        var store = Open();
        Assert.Null(store.OpenRead(Rows.Digest(1), 4));
        Assert.False(store.Contains(Rows.Digest(1)));
    }

    [Fact]
    public async Task A_collection_removes_what_nothing_refers_to_once_its_grace_is_over()
    {
        var store = Open();
        var kept = await store.PutAsync("kept"u8.ToArray(), CancellationToken.None);
        var gone = await store.PutAsync("gone"u8.ToArray(), CancellationToken.None);
        var renewed = await store.PutAsync("renewed"u8.ToArray(), CancellationToken.None);
        var mark = new HashSet<Digest> { kept.Digest };

        _clock.Advance(s_grace - TimeSpan.FromTicks(1));
        Assert.Equal(new(0, 0), store.Collect(mark, s_grace));
        await store.PutAsync("renewed"u8.ToArray(), CancellationToken.None);
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(new(1, 4), store.Collect(mark, s_grace));

        Assert.True(store.Contains(kept.Digest));
        Assert.False(store.Contains(gone.Digest));
        Assert.True(store.Contains(renewed.Digest));
        Assert.Equal(11, store.UsedBytes);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_begins_the_grace_anew()
    {
        var info = await Open().PutAsync("x"u8.ToArray(), CancellationToken.None);
        var clock = new FakeTimeProvider(_clock.GetUtcNow().AddYears(-1));
        var store = BlobStore.Open(_folder["blobs"], BlobLimits.Default, clock);
        Assert.Equal(new(0, 0), store.Collect(new HashSet<Digest>(), s_grace));
        clock.Advance(s_grace);
        Assert.Equal(new(1, 1), store.Collect(new HashSet<Digest>(), s_grace));
        Assert.False(store.Contains(info.Digest));
    }

    [Fact]
    public async Task A_crash_in_the_middle_leaves_no_blob_and_its_leftover_goes_at_the_next_start()
    {
        var store = Open();
        await Assert.ThrowsAsync<InvalidDataException>(() => store.PutAsync(new BreakingStream(), CancellationToken.None));
        Assert.Empty(Leftovers());
        Assert.Equal(0, store.UsedBytes);

        await File.WriteAllTextAsync(Path.Combine(_folder["blobs"], "tmp", "17"), "half");
        Assert.Equal(0, Open().UsedBytes);
        Assert.Empty(Leftovers());
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing()
    {
        var store = Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutAsync(new MemoryStream(Content(10)), new(canceled: true)));
        Assert.Empty(Leftovers());
        Assert.Equal(0, store.UsedBytes);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_folder["blobs"], "a file, not a folder");
        Assert.Contains(_folder["blobs"], Assert.Throws<StoreException>(() => Open()).Message, StringComparison.Ordinal);
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(n => (byte)(((n * 31L) + length) & 0xff))];

    private static async Task<byte[]> ReadAsync(BlobStore store, BlobInfo info)
    {
        await using var stream = store.OpenRead(info.Digest, info.Bytes)!;
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    private static byte[] ReadSynchronously(BlobStore store, BlobInfo info)
    {
        using var stream = store.OpenRead(info.Digest, info.Bytes)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private BlobStore Open(BlobLimits? limits = null) => BlobStore.Open(_folder["blobs"], limits ?? BlobLimits.Default, _clock);

    private string PathOf(BlobInfo info) => Directory.GetFiles(_folder["blobs"], info.Digest.Hex, SearchOption.AllDirectories).Single();

    [Fact]
    public async Task Bytes_that_are_not_what_was_announced_leave_nothing()
    {
        var store = Open();
        var (content, other) = (Content(200_000), Digest.Of(Content(7)));
        var refused = await Assert.ThrowsAsync<BlobMismatchException>(() => store.PutAsync(new MemoryStream(content), other, CancellationToken.None));
        Assert.Equal(Digest.Of(content), refused.Found);
        Assert.Equal((0, false, false), (store.UsedBytes, store.Contains(other), store.Contains(refused.Found)));
        Assert.Empty(Leftovers());
        Assert.Equal(200_000, (await store.PutAsync(new MemoryStream(content), refused.Found, CancellationToken.None)).Bytes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(299_999)]
    [InlineData(300_000)]
    public async Task A_part_begins_where_it_was_asked_for(int from)
    {
        var store = Open();
        var content = Content(300_000);
        var info = await store.PutAsync(content, CancellationToken.None);
        await using var part = store.OpenPart(info.Digest, info.Bytes, from)!;
        var read = new MemoryStream();
        await part.CopyToAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal(content[from..], read.ToArray());
        Assert.Null(store.OpenPart(Digest.Of("nobody put this"u8), 1, 0));
        Assert.Throws<BlobDamagedException>(() => store.OpenPart(info.Digest, 1, 0));
    }

    private string[] Leftovers() => Directory.GetFiles(Path.Combine(_folder["blobs"], "tmp"));

    /// <summary>Gives some bytes and then fails, as a caller does that goes away.</summary>
    private sealed class BreakingStream : MemoryStream
    {
        private bool _gave;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_gave)
            {
                throw new InvalidDataException("The caller went away.");
            }

            _gave = true;
            return ValueTask.FromResult(Encoding.ASCII.GetBytes("some", buffer.Span));
        }
    }
}
