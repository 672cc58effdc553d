using Crank.Core;

namespace Crank.Storage;

/// <summary>The signed statement of one job and its leaf in the log. Never changed, never removed.</summary>
/// <param name="Job">The job; one receipt each.</param>
/// <param name="LogIndex">The leaf, counted from 0; unique.</param>
/// <param name="Envelope">The bytes that the leaf hashes.</param>
public sealed record ReceiptRow(JobId Job, long LogIndex, byte[] Envelope);
