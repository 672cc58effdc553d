using System.Collections.Immutable;

namespace Crank.Ledger;

/// <summary>What a sealed batch changes: the rows to store, and the state once they are stored.</summary>
/// <param name="State">The ledger after the commit; drop it when the commit fails.</param>
/// <param name="Accounts">Accounts that are new or changed, each with its new version, in the order they were touched.</param>
/// <param name="Holds">Holds that are new or changed, each with its new version, in the order they were touched.</param>
/// <param name="Transfers">New transfers, in the order they were posted.</param>
public sealed record LedgerChanges(LedgerState State, ImmutableArray<Account> Accounts, ImmutableArray<Hold> Holds, ImmutableArray<Transfer> Transfers);
