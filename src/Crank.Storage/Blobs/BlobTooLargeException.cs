namespace Crank.Storage;

/// <summary>More bytes came than one blob may have. Nothing of them was kept.</summary>
/// <param name="maxBytes">The largest blob, in bytes.</param>
public sealed class BlobTooLargeException(long maxBytes)
    : Exception($"A blob has at most {maxBytes} bytes, and more came. Send less, or raise the limit.")
{
    /// <summary>The largest blob, in bytes.</summary>
    public long MaxBytes { get; } = maxBytes;
}
