using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Run;

/// <summary>Bytes that a worker delivered beside its JSON: a few of them in memory, more in the blob store.</summary>
public sealed class OutputBlob
{
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly BlobStore? _store;

    /// <summary>Bytes in memory.</summary>
    /// <param name="mediaType">What the worker says they are.</param>
    /// <param name="content">The bytes; nobody changes them.</param>
    public OutputBlob(string mediaType, ReadOnlyMemory<byte> content) =>
        (MediaType, _memory, Digest, Length) = (mediaType, content, Digest.Of(content.Span), content.Length);

    internal OutputBlob(string mediaType, Digest digest, long length, BlobStore? store) =>
        (MediaType, Digest, Length, _store, IsStored) = (mediaType, digest, length, store, true);

    /// <summary>What the worker says they are.</summary>
    public string MediaType { get; }

    /// <summary>SHA-256 of the bytes.</summary>
    public Digest Digest { get; }

    /// <summary>How many bytes.</summary>
    public long Length { get; }

    /// <summary>True when the bytes are in the blob store, under their digest.</summary>
    public bool IsStored { get; }

    /// <summary>The bytes when they are in memory; empty when they are stored.</summary>
    internal ReadOnlyMemory<byte> Memory => _memory;

    /// <summary>Opens the bytes from the start, as often as wanted; whoever opens disposes. The last read of a stored blob throws <see cref="BlobDamagedException"/> when they are not those of the digest.</summary>
    /// <exception cref="StoreException">The blob is gone or cannot be read.</exception>
    public Stream Open() => !IsStored
        ? new MemoryStream(_memory.ToArray(), writable: false)
        : _store?.OpenRead(Digest, Length) ?? throw new StoreException($"The blob {Digest} is no longer kept. Results are kept for 24 hours; run the job again.");

    /// <summary>All bytes at once, for those who want them in memory.</summary>
    /// <exception cref="StoreException">The blob is gone or cannot be read.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        if (!IsStored)
        {
            return _memory;
        }

        var bytes = new byte[Length];
        var stream = Open();
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
    }
}
