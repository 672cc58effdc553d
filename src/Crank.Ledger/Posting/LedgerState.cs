using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Ledger;

/// <summary>The ledger as it was committed: an immutable value. Accounts and open holds are kept; closed holds and transfers live in the store alone.</summary>
public sealed class LedgerState
{
    internal LedgerState(ImmutableDictionary<AccountId, Account> accounts, ImmutableDictionary<JobId, Hold> openHolds) =>
        (Accounts, OpenHolds) = (accounts, openHolds);

    /// <summary>A ledger without accounts.</summary>
    public static LedgerState Empty { get; } = new(ImmutableDictionary<AccountId, Account>.Empty, ImmutableDictionary<JobId, Hold>.Empty);

    /// <summary>Every account by name.</summary>
    public ImmutableDictionary<AccountId, Account> Accounts { get; }

    /// <summary>Every open hold by its job.</summary>
    public ImmutableDictionary<JobId, Hold> OpenHolds { get; }

    /// <summary>The ledger that the rows of a store describe; closed holds among them are left out.</summary>
    /// <remarks>Rows are taken as they are; <see cref="LedgerAudit"/> says whether they add up.</remarks>
    /// <exception cref="ArgumentException">An account or a job appears twice.</exception>
    public static LedgerState Load(IEnumerable<Account> accounts, IEnumerable<Hold> holds) =>
        new(accounts.ToImmutableDictionary(a => a.Id), holds.Where(h => h.State == HoldState.Open).ToImmutableDictionary(h => h.Job));
}
