using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Crank.Core;

namespace Crank.Storage;

/// <summary>A folder of blobs named by their SHA-256, two levels deep: <c>ab/cd/abcd…</c>. Safe for many threads of one process.</summary>
/// <remarks>
/// A blob is complete and flushed before its name exists, so that a crash leaves at most a temporary file, which the next start removes.
/// Who puts a blob commits a reference to it within the grace period of the garbage collection; putting it again begins that period anew.
/// </remarks>
public sealed class BlobStore
{
    private const int BufferBytes = 128 * 1024;
    private const string Temporary = "tmp";
    private readonly string _folder;
    private readonly BlobLimits _limits;
    private readonly TimeProvider _clock;
    private readonly Lock _names = new();
    private readonly ConcurrentDictionary<string, bool> _durable = new();
    private readonly Lazy<long> _usedAtStart;
    private long _change;
    private long _lastTemporary;

    private BlobStore(string folder, BlobLimits limits, TimeProvider clock)
    {
        _folder = folder;
        _limits = limits;
        _clock = clock;
        _usedAtStart = new(() => Files().Sum(file => file.Length));
    }

    /// <summary>How many bytes all blobs have together, those that are being written included.</summary>
    public long UsedBytes => _usedAtStart.Value + Interlocked.Read(ref _change);

    /// <summary>Opens a folder, makes it for its owner only when it is missing, and removes what a crash left half written.</summary>
    /// <exception cref="StoreException">The folder cannot be made or written.</exception>
    public static BlobStore Open(string folder, BlobLimits limits, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(clock);
        return Guard(folder, () =>
        {
            OwnerOnly.CreateFolder(folder);
            OwnerOnly.CreateFolder(Path.Combine(folder, Temporary));
            foreach (var leftover in Directory.EnumerateFiles(Path.Combine(folder, Temporary)))
            {
                File.Delete(leftover);
            }

            return new BlobStore(folder, limits, clock);
        });
    }

    /// <summary>Stores bytes at hand. Equal bytes are stored once.</summary>
    /// <inheritdoc cref="PutAsync(Stream, CancellationToken)" path="/exception" />
    public async Task<BlobInfo> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var write = new Write(this);
        await write.AppendAsync(content, cancellationToken);
        return write.Keep();
    }

    /// <summary>Stores a stream to its end, in pieces. Equal bytes are stored once.</summary>
    /// <returns>Its digest and length, once it would survive a power cut.</returns>
    /// <exception cref="BlobTooLargeException">More bytes came than one blob may have.</exception>
    /// <exception cref="StoreFullException">The disk is full, or all blobs together have reached their limit.</exception>
    /// <exception cref="StoreException">The folder cannot be written.</exception>
    public Task<BlobInfo> PutAsync(Stream content, CancellationToken cancellationToken) => PutAsync(content, null, cancellationToken);

    /// <summary>Stores a stream to its end, in pieces, when its bytes are those that were announced.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="expected">What their digest must be; null for whatever it is.</param>
    /// <param name="cancellationToken">Gives it up; nothing is kept then.</param>
    /// <exception cref="BlobMismatchException">They have another digest; nothing was kept.</exception>
    /// <inheritdoc cref="PutAsync(Stream, CancellationToken)" path="/exception" />
    public async Task<BlobInfo> PutAsync(Stream content, Digest? expected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var write = new Write(this);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int read;
            while ((read = await content.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                await write.AppendAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return write.Keep(expected);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Opens a blob to be read once, from start to end.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="bytes">How many bytes it has, as its reference says.</param>
    /// <returns>A stream whose last read throws <see cref="BlobDamagedException"/> when the bytes are not those of the digest; null when there is no such blob.</returns>
    /// <exception cref="BlobDamagedException">It has another length.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public Stream? OpenRead(Digest blob, long bytes) => Guard(
        _folder, () => OpenFile(blob, bytes) is { } file ? new VerifyingStream(file, blob, bytes, () => Condemn(blob)) : null);

    /// <summary>Opens a part of a blob, to be read once. What is read is not checked against the digest, which only the whole can be.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="bytes">How many bytes the whole has, as its reference says.</param>
    /// <param name="from">The first byte wanted, counted from 0.</param>
    /// <returns>A stream that stands there and goes on to the end; null when there is no such blob.</returns>
    /// <exception cref="BlobDamagedException">It has another length.</exception>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public Stream? OpenPart(Digest blob, long bytes, long from) => Guard(_folder, () =>
    {
        if (OpenFile(blob, bytes) is not { } file)
        {
            return null;
        }

        file.Position = from;
        return file;
    });

    /// <summary>True when there is such a blob.</summary>
    public bool Contains(Digest blob) => File.Exists(PathOf(blob));

    /// <summary>Removes every blob that nothing refers to and that was put longer ago than the grace period.</summary>
    /// <param name="referenced">The mark: what <see cref="IStore.ReferencedBlobs"/> said after this call was decided on.</param>
    /// <param name="grace">Longer than any job takes from putting a blob to committing its reference.</param>
    /// <exception cref="StoreException">The folder cannot be read or written.</exception>
    public Collected Collect(IReadOnlySet<Digest> referenced, TimeSpan grace)
    {
        ArgumentNullException.ThrowIfNull(referenced);
        return Guard(_folder, () =>
        {
            var (blobs, bytes) = (0, 0L);
            _ = _usedAtStart.Value;
            foreach (var file in Files())
            {
                if (!Digest.TryParse("sha256:" + file.Name, null, out var blob) || referenced.Contains(blob))
                {
                    continue;
                }

                lock (_names)
                {
                    var length = file.Length;
                    if (Remove(file, grace))
                    {
                        blobs++;
                        bytes += length;
                    }
                }
            }

            return new Collected(blobs, bytes);
        });
    }

    private FileStream? OpenFile(Digest blob, long bytes)
    {
        FileStream file;
        try
        {
            file = new(PathOf(blob), new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0, Share = FileShare.Read | FileShare.Delete });
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        if (file.Length == bytes)
        {
            return file;
        }

        var found = file.Length;
        file.Dispose();
        throw new BlobDamagedException(blob, $"it has {found} bytes instead of {bytes}");
    }

    /// <summary>Empties a file whose bytes are not those of its name: it stays known as damaged, and putting the blob again repairs it.</summary>
    private void Condemn(Digest blob)
    {
        _ = _usedAtStart.Value;
        lock (_names)
        {
            try
            {
                using var file = new FileStream(PathOf(blob), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                if (Digest.From(SHA256.HashData(file)) == blob)
                {
                    return; // put again meanwhile
                }

                Interlocked.Add(ref _change, -file.Length);
                file.SetLength(0);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The reader hears of the damage all the same.
            }
        }
    }

    private bool Remove(FileInfo file, TimeSpan grace)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        file.Refresh();
        if (file.LastWriteTimeUtc > now)
        {
            // The clock was set back: its grace begins now.
            file.LastWriteTimeUtc = now;
        }

        if (now - file.LastWriteTimeUtc < grace)
        {
            return false;
        }

        Interlocked.Add(ref _change, -file.Length);
        file.Delete();
        return true;
    }

    private IEnumerable<FileInfo> Files() =>
        from first in new DirectoryInfo(_folder).EnumerateDirectories("??")
        from second in first.EnumerateDirectories("??")
        from file in second.EnumerateFiles()
        select file;

    private string FolderOf(Digest blob) => Path.Combine(_folder, blob.Hex[..2], blob.Hex[2..4]);

    private string PathOf(Digest blob) => Path.Combine(FolderOf(blob), blob.Hex);

    /// <summary>Makes a folder and its parent, and flushes their names once in the life of this store.</summary>
    private void MakeDurable(string folder)
    {
        if (_durable.ContainsKey(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        OwnerOnly.CreateFolder(parent);
        OwnerOnly.CreateFolder(folder);
        Posix.FlushFolder(parent);
        Posix.FlushFolder(_folder);
        _durable[folder] = true;
    }

    private static T Guard<T>(string folder, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Failed(folder, failure);
        }
    }

    private static StoreException Failed(string folder, Exception failure) => failure is IOException io && Posix.IsFull(io)
        ? new StoreFullException($"No room is left for blobs in {folder}. Nothing was kept; free some space and try again.", failure)
        : new StoreException($"The blobs in {folder} cannot be read or written ({failure.Message}). Check the rights of the folder, and the disk.", failure);

    /// <summary>One blob on its way: a temporary file that gets its name at the end, or goes.</summary>
    private sealed class Write : IDisposable
    {
        private readonly BlobStore _store;
        private readonly string _path;
        private readonly FileStream _file;
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long _bytes;
        private long _reserved;

        internal Write(BlobStore store)
        {
            _store = store;
            _path = Path.Combine(store._folder, Temporary, Interlocked.Increment(ref store._lastTemporary).ToString(CultureInfo.InvariantCulture));
            _file = Guard(store._folder, () => OwnerOnly.Open(_path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        }

        internal async ValueTask AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
        {
            if (_bytes + piece.Length > _store._limits.MaxBlobBytes)
            {
                throw new BlobTooLargeException(_store._limits.MaxBlobBytes);
            }

            Interlocked.Add(ref _store._change, piece.Length);
            _reserved += piece.Length;
            if (_store.UsedBytes > _store._limits.MaxTotalBytes)
            {
                throw new StoreFullException($"The blobs in {_store._folder} have reached their limit of {_store._limits.MaxTotalBytes} bytes. Wait until older results expire, or raise the limit.");
            }

            try
            {
                await _file.WriteAsync(piece, cancellationToken);
            }
            catch (IOException failure)
            {
                throw Failed(_store._folder, failure);
            }

            _hash.AppendData(piece.Span);
            _bytes += piece.Length;
        }

        internal BlobInfo Keep(Digest? expected = null) => Guard(_store._folder, () =>
        {
            var blob = Digest.From(_hash.GetHashAndReset());
            if (expected is { } announced && announced != blob)
            {
                throw new BlobMismatchException(announced, blob);
            }

            var (folder, path, now) = (_store.FolderOf(blob), _store.PathOf(blob), _store._clock.GetUtcNow().UtcDateTime);
            if (Touch(path, now))
            {
                return new(blob, _bytes);
            }

            _file.Flush(flushToDisk: true);
            _file.Dispose();
            File.SetLastWriteTimeUtc(_path, now);
            _store.MakeDurable(folder);
            lock (_store._names)
            {
                // Another thread may have been faster with the same bytes; then this one's room is given back.
                _reserved -= File.Exists(path) ? 0 : _bytes;
                File.Move(_path, path, overwrite: true);
            }

            Posix.FlushFolder(folder);
            return new BlobInfo(blob, _bytes);
        });

        /// <summary>True when the blob is there already, whole and flushed; its grace then begins anew.</summary>
        private bool Touch(string path, DateTime now)
        {
            lock (_store._names)
            {
                var there = new FileInfo(path);
                if (!there.Exists || there.Length != _bytes)
                {
                    return false;
                }

                there.LastWriteTimeUtc = now;
            }

            // Whoever put it may not have flushed its name yet.
            Posix.FlushFolder(Path.GetDirectoryName(path)!);
            return true;
        }

        public void Dispose()
        {
            Interlocked.Add(ref _store._change, -_reserved);
            _hash.Dispose();
            _file.Dispose();
            File.Delete(_path);
        }
    }
}
