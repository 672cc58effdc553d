using Crank.Core;

namespace Crank.Mesh.Path;

/// <summary>A blob of an admitted input: its bytes, and the digest that they had when the job was admitted.</summary>
/// <param name="Source">The bytes.</param>
/// <param name="Digest">SHA-256 of them.</param>
public sealed record AdmittedBlob(BlobSource Source, Digest Digest);
