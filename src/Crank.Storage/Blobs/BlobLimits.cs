namespace Crank.Storage;

/// <summary>How much a blob store takes.</summary>
/// <param name="MaxBlobBytes">The largest blob, in bytes.</param>
/// <param name="MaxTotalBytes">All blobs together, in bytes.</param>
public sealed record BlobLimits(long MaxBlobBytes, long MaxTotalBytes)
{
    /// <summary>1 GiB a blob, 64 GiB together.</summary>
    public static BlobLimits Default { get; } = new(1L << 30, 1L << 36);
}
