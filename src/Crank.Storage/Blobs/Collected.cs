namespace Crank.Storage;

/// <summary>What a garbage collection removed.</summary>
/// <param name="Blobs">How many blobs.</param>
/// <param name="Bytes">How many bytes they had.</param>
public sealed record Collected(int Blobs, long Bytes);
