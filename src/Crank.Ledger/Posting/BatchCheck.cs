using Crank.Core;

namespace Crank.Ledger;

/// <summary>What must be true of every batch before it is stored, worked out from its rows alone; stays on in release builds.</summary>
internal static class BatchCheck
{
    private readonly record struct Delta(Int128 Moved, Int128 Held);

    internal static void Holds(LedgerState before, LedgerChanges changes)
    {
        var deltas = new Dictionary<AccountId, Delta>(changes.Accounts.Length);
        foreach (var transfer in changes.Transfers)
        {
            Invariant.Holds(transfer.Amount.Micros > 0 && transfer.Debit != transfer.Credit, "a transfer moves money between two accounts");
            Add(deltas, transfer.Debit, -transfer.Amount.Micros, 0);
            Add(deltas, transfer.Credit, transfer.Amount.Micros, 0);
        }

        foreach (var hold in changes.Holds)
        {
            var was = before.OpenHolds.TryGetValue(hold.Job, out var earlier) ? earlier.Amount.Micros : 0;
            Add(deltas, hold.Account, 0, (hold.State == HoldState.Open ? hold.Amount.Micros : 0) - (Int128)was);
        }

        var sums = new Dictionary<Currency, Int128>(1);
        foreach (var account in changes.Accounts)
        {
            var earlier = before.Accounts.GetValueOrDefault(account.Id);
            var moved = (Int128)account.Balance.Micros - (earlier?.Balance.Micros ?? 0);
            var held = (Int128)account.Held.Micros - (earlier?.Held.Micros ?? 0);
            deltas.Remove(account.Id, out var delta);
            Invariant.Holds(delta.Moved == moved && delta.Held == held, "a balance moves by its transfers and holds alone");
            Invariant.Holds(account.Held.Micros >= 0 && account.Available >= account.Limit, "no account is below its limit");
            Invariant.Holds(account.Version == (earlier?.Version ?? 0) + 1, "a version grows by one with each commit");
            sums[account.Currency] = sums.GetValueOrDefault(account.Currency) + moved;
        }

        Invariant.Holds(deltas.Count == 0, "every account that moved is stored");
        foreach (var sum in sums.Values)
        {
            Invariant.Holds(sum == 0, "the deltas of a batch sum to zero");
        }
    }

    private static void Add(Dictionary<AccountId, Delta> deltas, AccountId account, Int128 moved, Int128 held)
    {
        var delta = deltas.GetValueOrDefault(account);
        deltas[account] = new(delta.Moved + moved, delta.Held + held);
    }
}
