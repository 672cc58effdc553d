using Crank.Storage;

namespace Crank.Mesh.Run;

/// <summary>Where the blobs of a delivery go while a worker sends them: few bytes stay in memory, more stream to the blob store, so that a job of any size takes little memory.</summary>
public sealed class OutputSpool
{
    /// <summary>How many bytes of one blob stay in memory at most.</summary>
    public const int MaxMemoryBytes = 16 * 1024;

    private readonly BlobStore? _blobs;

    /// <param name="blobs">Where larger blobs go; null keeps all in memory, for simulations and tests.</param>
    public OutputSpool(BlobStore? blobs) => _blobs = blobs;

    /// <summary>Takes one blob to its end.</summary>
    /// <param name="mediaType">What the worker says it is.</param>
    /// <param name="content">The bytes; whoever calls sees to their limit.</param>
    /// <param name="cancellationToken">Gives it up; nothing is kept then.</param>
    /// <exception cref="BlobTooLargeException">More bytes came than one blob may have.</exception>
    /// <exception cref="StoreException">The blob store is full or cannot be written.</exception>
    public async Task<OutputBlob> KeepAsync(string mediaType, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (_blobs is null)
        {
            using var all = new MemoryStream();
            await content.CopyToAsync(all, cancellationToken);
            return new(mediaType, all.ToArray());
        }

        var head = new byte[MaxMemoryBytes + 1];
        var read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        if (read <= MaxMemoryBytes)
        {
            return new(mediaType, head.AsMemory(0, read));
        }

        var whole = new HeadedStream(head, content);
        await using (whole.ConfigureAwait(false))
        {
            var kept = await _blobs.PutAsync(whole, cancellationToken);
            return new(mediaType, kept.Digest, kept.Bytes, _blobs);
        }
    }
}
