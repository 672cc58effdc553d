using Crank.Core;

namespace Crank.Storage;

/// <summary>A stored blob is not what was put there: its length or its digest differs. What was read of it must not be used.</summary>
/// <param name="blob">The blob.</param>
/// <param name="what">What differs.</param>
public sealed class BlobDamagedException(Digest blob, string what)
    : StoreException($"The blob {blob} is damaged: {what}. Run the job again, or restore the blob from a backup.")
{
    /// <summary>The blob.</summary>
    public Digest Blob { get; } = blob;
}
