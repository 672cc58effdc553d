using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Mesh.Results;

/// <summary>Where deliveries are kept: small ones in the job's row, larger ones as a flushed blob.</summary>
internal sealed class ResultStore(BlobStore? blobs)
{
    /// <summary>Makes a delivery durable, or ready to become so with the row.</summary>
    /// <exception cref="StoreException">The blob could not be written.</exception>
    public async ValueTask<ResultRow> MakeDurableAsync(Delivery delivery, DateTimeOffset until)
    {
        var bytes = ResultCodec.Encode(delivery);
        return bytes.Length <= ResultRow.MaxInlineBytes || blobs is null
            ? new(bytes.Length, bytes, null, until)
            : new(bytes.Length, null, (await blobs.PutAsync(bytes, CancellationToken.None)).Digest, until);
    }

    /// <summary>Reads a delivery back; null when its time is up.</summary>
    public Delivery? Read(ResultRow? row) => row switch
    {
        null => null,
        { Inline: { } inline } => ResultCodec.Decode(inline, blobs),
        { Blob: { } blob } => ReadBlob(blob, row.Bytes),
        _ => throw new InvalidDataException("A stored result has neither bytes nor a blob."),
    };

    private Delivery? ReadBlob(Core.Digest blob, long length)
    {
        if (blobs?.OpenRead(blob, length) is not { } stream)
        {
            return null;
        }

        using (stream)
        {
            var bytes = new byte[length];
            stream.ReadExactly(bytes);
            return ResultCodec.Decode(bytes, blobs);
        }
    }
}
