namespace Crank.Mesh.Housekeeping;

/// <summary>What one run of housekeeping removed.</summary>
/// <param name="Closed">Jobs that had no end, because their last commit found no room; their holds went back, or they went back into the queue.</param>
/// <param name="Keys">Idempotency keys whose 24 hours were over.</param>
/// <param name="Results">Results whose 24 hours were over.</param>
/// <param name="Records">Records whose time was up.</param>
/// <param name="Dead">Dead letters whose time was up.</param>
/// <param name="Blobs">Blobs that nothing refers to any more.</param>
/// <param name="BlobBytes">How many bytes those had.</param>
/// <param name="More">True when more is due: the run stopped at its bound.</param>
public sealed record Housekept(int Closed, int Keys, int Results, int Records, int Dead, int Blobs, long BlobBytes, bool More);
