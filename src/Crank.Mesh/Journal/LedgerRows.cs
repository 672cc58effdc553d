using Crank.Core;
using Crank.Ledger;
using Crank.Storage;

namespace Crank.Mesh.Journal;

/// <summary>The ledger's values as rows, and back.</summary>
internal static class LedgerRows
{
    /// <summary>Adds what a sealed ledger batch changed.</summary>
    public static void Add(Batch rows, LedgerChanges changes)
    {
        foreach (var account in changes.Accounts)
        {
            rows.Accounts.Add(new(account.Id, account.Currency, account.Balance.Micros, account.Held.Micros, account.Limit.Micros, account.Version));
        }

        foreach (var hold in changes.Holds)
        {
            rows.Holds.Add(new(hold.Job, hold.Account, hold.Amount.Micros, (HoldStatus)hold.State, hold.ExpiresAt, hold.Version));
        }

        foreach (var transfer in changes.Transfers)
        {
            rows.Transfers.Add(new(
                transfer.Id, transfer.Job, transfer.Debit, transfer.Credit, transfer.Amount.Currency, transfer.Amount.Micros, transfer.Kind, transfer.At));
        }
    }

    public static Account Account(AccountRow row) =>
        new(row.Id, new(row.BalanceMicros, row.Currency), new(row.HeldMicros, row.Currency), new(row.LimitMicros, row.Currency), row.Version);

    public static Hold Hold(HoldRow row, Currency currency) =>
        new(row.Job, row.Account, new(row.AmountMicros, currency), row.ExpiresAt, (HoldState)row.Status, row.Version);

    public static Transfer Transfer(TransferRow row) =>
        new(row.Id, row.Job, row.Debit, row.Credit, new(row.AmountMicros, row.Currency), row.Kind, row.At);

    /// <summary>The ledger as it is stored.</summary>
    public static LedgerState State(StoredState stored)
    {
        var currencies = stored.Accounts.ToDictionary(a => a.Id, a => a.Currency);
        return LedgerState.Load(stored.Accounts.Select(Account), stored.OpenHolds.Select(h => Hold(h, currencies[h.Account])));
    }
}
