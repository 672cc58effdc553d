using Crank.Core;

namespace Crank.Storage;

/// <summary>What a queued job will be run with: in the row when it is small, else in a blob. Never changed.</summary>
/// <param name="Job">The job.</param>
/// <param name="Bytes">How many bytes, ≥ 0.</param>
/// <param name="Inline">The bytes, at most <see cref="ResultRow.MaxInlineBytes"/>; null when a blob holds them.</param>
/// <param name="Blob">The blob; null when the bytes are inline.</param>
public sealed record InputRow(JobId Job, long Bytes, byte[]? Inline, Digest? Blob);
