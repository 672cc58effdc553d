using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Puts the files of an input where they can be read more than once: into the blob store, in pieces as they arrive.</summary>
internal sealed class FileSpool(GatewayParts parts)
{
    /// <summary>Takes a stream to its end.</summary>
    /// <exception cref="BadRequestException">More bytes came than are taken.</exception>
    public async Task<BlobSource> TakeAsync(Stream content, long maxBytes, string? name, CancellationToken cancellationToken)
    {
        try
        {
            var bounded = new BoundedStream(content, maxBytes);
            await using (bounded.ConfigureAwait(false))
            {
                return Source(await parts.Blobs.PutAsync(bounded, cancellationToken), name);
            }
        }
        catch (BlobTooLargeException e)
        {
            throw BodyReader.TooLarge(e.MaxBytes);
        }
    }

    /// <summary>A file that a tenant keeps; null when it keeps none of that digest.</summary>
    public BlobSource? Find(TenantId tenant, Digest digest, string? name) =>
        parts.Controller.Blobs.Find(tenant, digest) is { } kept && parts.Blobs.Contains(digest) ? Source(new(kept.Digest, kept.Bytes), name ?? kept.Name) : null;

    private BlobSource Source(BlobInfo blob, string? name) => new(
        blob.Bytes, () => parts.Blobs.OpenRead(blob.Digest, blob.Bytes) ?? throw new FileNotFoundException("The file is no longer kept."), name, blob.Digest);
}
