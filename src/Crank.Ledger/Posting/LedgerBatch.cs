using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Ledger;

/// <summary>Postings over a committed state that become real together, or not at all when the batch is dropped.</summary>
/// <remarks>
/// For one thread. Each posting is whole or changes nothing. A job id or transfer id that was used in an earlier batch is
/// refused by the version or the key of its stored row, since the state keeps open holds only.
/// </remarks>
/// <param name="state">The committed state; never changed.</param>
public sealed class LedgerBatch(LedgerState state)
{
    private readonly Dictionary<AccountId, Account> _accounts = [];
    private readonly Dictionary<JobId, Hold> _holds = [];
    private readonly HashSet<TransferId> _transferIds = [];
    private readonly List<Transfer> _transfers = [];

    /// <summary>An account as this batch leaves it; null when there is none.</summary>
    public Account? Find(AccountId account) => _accounts.TryGetValue(account, out var touched) ? touched : state.Accounts.GetValueOrDefault(account);

    /// <summary>The open hold of a job, or one that this batch closed; null when there is none.</summary>
    public Hold? Find(JobId job) => _holds.TryGetValue(job, out var touched) ? touched : state.OpenHolds.GetValueOrDefault(job);

    /// <summary>Opens an account with nothing in it.</summary>
    /// <param name="account">Its name.</param>
    /// <param name="limit">The lowest available balance, ≤ 0; its currency is the account's.</param>
    public LedgerStatus Open(AccountId account, Money limit)
    {
        if (limit.Micros > 0)
        {
            return LedgerStatus.AmountOutOfRange;
        }

        if (Find(account) is not null)
        {
            return LedgerStatus.AccountExists;
        }

        var none = Money.Zero(limit.Currency);
        _accounts[account] = new(account, none, none, limit, 0);
        return LedgerStatus.Applied;
    }

    /// <summary>Moves the lowest available balance of an account.</summary>
    public LedgerStatus SetLimit(AccountId account, Money limit)
    {
        if (Find(account) is not { } found)
        {
            return LedgerStatus.UnknownAccount;
        }

        var status = LedgerRules.CanLimit(found, limit);
        if (status == LedgerStatus.Applied)
        {
            _accounts[account] = found with { Limit = limit };
        }

        return status;
    }

    /// <summary>Sets money aside for a job.</summary>
    /// <param name="job">The job, which has no hold yet.</param>
    /// <param name="account">Who pays.</param>
    /// <param name="amount">The most the job can cost, ≥ 0.</param>
    /// <param name="expiresAt">From then on <see cref="Expire"/> gives it back.</param>
    public LedgerStatus Hold(JobId job, AccountId account, Money amount, DateTimeOffset expiresAt)
    {
        if (Find(account) is not { } payer)
        {
            return LedgerStatus.UnknownAccount;
        }

        if (Find(job) is not null)
        {
            return LedgerStatus.HoldExists;
        }

        var status = LedgerRules.CanHold(payer, amount);
        if (status == LedgerStatus.Applied)
        {
            _accounts[account] = payer with { Held = payer.Held + amount };
            _holds[job] = new(job, account, amount, expiresAt, HoldState.Open, 0);
        }

        return status;
    }

    /// <summary>Pays the shares of a charge from the hold of its job and gives the rest back.</summary>
    /// <param name="job">The job, whose hold is open.</param>
    /// <param name="shares">Who receives what, none negative; shares of nothing are left out. None at all: nothing is paid.</param>
    /// <param name="ids">Names the transfers.</param>
    /// <param name="at">When.</param>
    public LedgerStatus Settle(JobId job, ImmutableArray<Share> shares, IdSource ids, DateTimeOffset at)
    {
        if (Find(job) is not { State: HoldState.Open } hold)
        {
            return LedgerStatus.HoldNotOpen;
        }

        var total = Money.Zero(hold.Amount.Currency);
        foreach (var share in shares)
        {
            var status = CanReceive(hold, share, total, out total);
            if (status != LedgerStatus.Applied)
            {
                return status;
            }
        }

        var payer = Find(hold.Account)!;
        _accounts[payer.Id] = payer with { Balance = payer.Balance - total, Held = payer.Held - hold.Amount };
        _holds[job] = hold with { State = HoldState.Settled };
        foreach (var share in shares)
        {
            if (share.Amount.Micros > 0)
            {
                Record(new(new(ids.Next()), job, hold.Account, share.Account, share.Amount, TransferKind.Charge, at));
            }
        }

        return LedgerStatus.Applied;
    }

    /// <summary>Gives all of a hold back.</summary>
    public LedgerStatus Void(JobId job)
    {
        if (Find(job) is not { State: HoldState.Open } hold)
        {
            return LedgerStatus.HoldNotOpen;
        }

        Release(hold, HoldState.Voided);
        return LedgerStatus.Applied;
    }

    /// <summary>Gives back every open hold whose time has come; looks at each of them.</summary>
    /// <returns>Their jobs, in the order of their ids.</returns>
    public ImmutableArray<JobId> Expire(DateTimeOffset now)
    {
        var due = state.OpenHolds.Values.Where(h => !_holds.ContainsKey(h.Job)).Concat(_holds.Values)
            .Where(h => h.State == HoldState.Open && h.ExpiresAt <= now)
            .OrderBy(h => h.Job)
            .ToArray();
        foreach (var hold in due)
        {
            Release(hold, HoldState.Expired);
        }

        return [.. due.Select(h => h.Job)];
    }

    /// <summary>Moves money at once, without a hold.</summary>
    public LedgerStatus Post(Transfer transfer)
    {
        if (transfer.Amount.Micros <= 0)
        {
            return LedgerStatus.AmountOutOfRange;
        }

        if (transfer.Debit == transfer.Credit)
        {
            return LedgerStatus.SameAccount;
        }

        if (Find(transfer.Debit) is not { } payer || Find(transfer.Credit) is not { } receiver)
        {
            return LedgerStatus.UnknownAccount;
        }

        var status = First(LedgerRules.CanPay(payer, transfer.Amount), LedgerRules.CanReceive(receiver, transfer.Amount));
        if (status != LedgerStatus.Applied)
        {
            return status;
        }

        if (_transferIds.Contains(transfer.Id))
        {
            return LedgerStatus.TransferExists;
        }

        _accounts[payer.Id] = payer with { Balance = payer.Balance - transfer.Amount };
        Record(transfer);
        return LedgerStatus.Applied;
    }

    /// <summary>Checks that the whole batch adds up, and gives the rows to store with the state after them.</summary>
    /// <remarks>The batch is not used again.</remarks>
    /// <exception cref="InvariantBrokenException">It does not add up: a defect of the ledger.</exception>
    public LedgerChanges Seal()
    {
        var accounts = ImmutableArray.CreateBuilder<Account>(_accounts.Count);
        var states = state.Accounts.ToBuilder();
        foreach (var account in _accounts.Values)
        {
            var stored = account with { Version = account.Version + 1 };
            accounts.Add(stored);
            states[stored.Id] = stored;
        }

        var holds = ImmutableArray.CreateBuilder<Hold>(_holds.Count);
        var open = state.OpenHolds.ToBuilder();
        foreach (var hold in _holds.Values)
        {
            var stored = hold with { Version = hold.Version + 1 };
            holds.Add(stored);
            if (stored.State == HoldState.Open)
            {
                open[stored.Job] = stored;
            }
            else
            {
                open.Remove(stored.Job);
            }
        }

        var changes = new LedgerChanges(new(states.ToImmutable(), open.ToImmutable()), accounts.MoveToImmutable(), holds.MoveToImmutable(), [.. _transfers]);
        BatchCheck.Holds(state, changes);
        return changes;
    }

    /// <summary>The one that is declared first, of those that refuse.</summary>
    private static LedgerStatus First(LedgerStatus left, LedgerStatus right) =>
        left == LedgerStatus.Applied ? right
        : right == LedgerStatus.Applied || left < right ? left
        : right;

    private LedgerStatus CanReceive(Hold hold, Share share, Money before, out Money total)
    {
        total = before;
        if (share.Amount.Micros < 0)
        {
            return LedgerStatus.AmountOutOfRange;
        }

        if (share.Account == hold.Account)
        {
            return LedgerStatus.SameAccount;
        }

        if (Find(share.Account) is not { } receiver)
        {
            return LedgerStatus.UnknownAccount;
        }

        if (share.Amount.Currency != hold.Amount.Currency)
        {
            return LedgerStatus.CurrencyMismatch;
        }

        if (share.Amount.Micros > hold.Amount.Micros - before.Micros)
        {
            return LedgerStatus.OverHold;
        }

        total = before + share.Amount;
        return LedgerRules.CanReceive(receiver, total);
    }

    private void Record(Transfer transfer)
    {
        var receiver = Find(transfer.Credit)!;
        _accounts[receiver.Id] = receiver with { Balance = receiver.Balance + transfer.Amount };
        _transferIds.Add(transfer.Id);
        _transfers.Add(transfer);
    }

    private void Release(Hold hold, HoldState closed)
    {
        var payer = Find(hold.Account)!;
        _accounts[payer.Id] = payer with { Held = payer.Held - hold.Amount };
        _holds[hold.Job] = hold with { State = closed };
    }
}
