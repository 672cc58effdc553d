using Crank.Core;

namespace Crank.Storage;

/// <summary>Keeps a blob alive for a job; the same pair may be written again and then counts until its last time.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Job">The job.</param>
/// <param name="ExpiresAt">From when it may be removed.</param>
public sealed record BlobRefRow(Digest Blob, JobId Job, DateTimeOffset ExpiresAt);
