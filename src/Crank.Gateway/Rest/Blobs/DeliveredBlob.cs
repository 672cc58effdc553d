using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Gateway.Rest.Blobs;

/// <summary>Bytes that can be sent whole or from a place on.</summary>
/// <param name="Bytes">How many they are.</param>
/// <param name="MediaType">What their maker says they are.</param>
/// <param name="Name">A file name; null for none.</param>
/// <param name="OpenFrom">Opens them from a byte on, counted from 0; null when they are gone.</param>
internal sealed record DeliveredBlob(long Bytes, string MediaType, string? Name, Func<long, Stream?> OpenFrom)
{
    /// <summary>A file of a result.</summary>
    public static DeliveredBlob Of(OutputBlob blob, BlobStore store) => new(blob.Length, blob.MediaType, null, from =>
    {
        if (from > 0 && blob.IsStored)
        {
            return store.OpenPart(blob.Digest, blob.Length, from);
        }

        var stream = blob.Open();
        if (from > 0)
        {
            stream.Position = from;
        }

        return stream;
    });
}
