using Crank.Core;

namespace Crank.Storage;

/// <summary>A stored blob.</summary>
/// <param name="Digest">The digest of its bytes, which is its name.</param>
/// <param name="Bytes">How many they are.</param>
public sealed record BlobInfo(Digest Digest, long Bytes);
