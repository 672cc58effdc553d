using Crank.Core;

namespace Crank.Ledger;

/// <summary>Money set aside for one job: settled, voided or expired, never forgotten.</summary>
/// <param name="Job">The job, which names its hold.</param>
/// <param name="Account">Whose money it is.</param>
/// <param name="Amount">The most the job can cost; not negative.</param>
/// <param name="ExpiresAt">From then on <see cref="LedgerBatch.Expire"/> gives it back.</param>
/// <param name="State">Open, or how it was closed.</param>
/// <param name="Version">0 before the first commit, then one more with each commit that touches it.</param>
public sealed record Hold(JobId Job, AccountId Account, Money Amount, DateTimeOffset ExpiresAt, HoldState State, long Version);
