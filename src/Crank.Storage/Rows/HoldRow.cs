using Crank.Core;

namespace Crank.Storage;

/// <summary>The hold of one job, as it stands after a commit.</summary>
/// <param name="Job">The job, which names its hold.</param>
/// <param name="Account">The account whose money is set aside.</param>
/// <param name="AmountMicros">Millionths of a unit of the account's currency, ≥ 0.</param>
/// <param name="Status">Open, or how it was closed.</param>
/// <param name="ExpiresAt">When recovery may give it back.</param>
/// <param name="Version">1 for a new row, else one more than what is stored.</param>
public sealed record HoldRow(JobId Job, AccountId Account, long AmountMicros, HoldStatus Status, DateTimeOffset ExpiresAt, long Version);
