using Crank.Core;

namespace Crank.Mesh.Queue;

/// <summary>A blob of a stored input.</summary>
/// <param name="Member">The member that holds it.</param>
/// <param name="Digest">SHA-256 of its bytes, which lie in the blob store.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Name">File name as a hint; null for none.</param>
internal sealed record StoredBlob(string Member, Digest Digest, long Length, string? Name);
