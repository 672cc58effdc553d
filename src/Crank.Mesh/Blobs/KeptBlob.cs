using Crank.Core;

namespace Crank.Mesh.Blobs;

/// <summary>A file that a tenant keeps for a while, to use it in jobs by its digest.</summary>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="Bytes">How many they are.</param>
/// <param name="MediaType">What its owner says it is; not checked.</param>
/// <param name="Name">File name as its owner says, never used as a path; null for none.</param>
/// <param name="Until">From when it is no longer there.</param>
public sealed record KeptBlob(Digest Digest, long Bytes, string MediaType, string? Name, DateTimeOffset Until);
