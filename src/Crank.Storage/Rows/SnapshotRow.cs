using Crank.Core;

namespace Crank.Storage;

/// <summary>An offer snapshot that a plan was made from; the same one may be written again.</summary>
/// <param name="Digest">The digest that plans name.</param>
/// <param name="Content">Its canonical bytes.</param>
public sealed record SnapshotRow(Digest Digest, byte[] Content);
