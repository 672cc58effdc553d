using Crank.Core;

namespace Crank.Storage;

/// <summary>A delivered result: the bytes themselves when they are few, else the blob that holds them.</summary>
/// <param name="Bytes">How many bytes, ≥ 0.</param>
/// <param name="Inline">The bytes, at most <see cref="MaxInlineBytes"/>; null when a blob holds them.</param>
/// <param name="Blob">The blob; null when the bytes are inline.</param>
/// <param name="ExpiresAt">Until when it can be fetched.</param>
public sealed record ResultRow(long Bytes, byte[]? Inline, Digest? Blob, DateTimeOffset ExpiresAt)
{
    /// <summary>How many bytes stay in the row at most: 16 KiB.</summary>
    public const int MaxInlineBytes = 16 * 1024;
}
