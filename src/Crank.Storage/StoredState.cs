using Crank.Core;

namespace Crank.Storage;

/// <summary>What a controller needs in memory to go on from where the last commit left off.</summary>
/// <param name="Accounts">Every account, in order of id.</param>
/// <param name="OpenHolds">Every hold that was not closed, in order of job.</param>
/// <param name="OpenJobs">Every job that did not end, in order of id.</param>
/// <param name="LogSize">How many leaves the log has.</param>
/// <param name="Frontier">The roots of the complete subtrees that make up the log, largest first: one for each bit set in <paramref name="LogSize"/>.</param>
/// <param name="Checkpoint">The checkpoint that covers most; null before the first.</param>
/// <param name="Meta">The named values.</param>
/// <param name="Queue">The place of every job of the queue that did not end, in order of job.</param>
/// <param name="NewestJob">The greatest id of any job; null when there is none.</param>
public sealed record StoredState(
    IReadOnlyList<AccountRow> Accounts,
    IReadOnlyList<HoldRow> OpenHolds,
    IReadOnlyList<JobRow> OpenJobs,
    long LogSize,
    IReadOnlyList<LogNodeRow> Frontier,
    CheckpointRow? Checkpoint,
    IReadOnlyDictionary<string, byte[]> Meta,
    IReadOnlyList<QueueRow> Queue,
    JobId? NewestJob);
