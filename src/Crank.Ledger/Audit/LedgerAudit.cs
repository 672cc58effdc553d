using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Ledger;

/// <summary>The full scan: everything that is stored, added up again from nothing.</summary>
public static class LedgerAudit
{
    /// <summary>Adds up every transfer.</summary>
    /// <param name="accounts">All accounts.</param>
    /// <param name="transfers">All transfers; read once, never kept.</param>
    /// <param name="holds">All holds, or the open ones.</param>
    /// <returns>What does not add up; empty when the ledger is whole.</returns>
    public static ImmutableArray<LedgerFinding> Check(IEnumerable<Account> accounts, IEnumerable<Transfer> transfers, IEnumerable<Hold> holds)
    {
        var scan = new Scan(accounts);
        foreach (var transfer in transfers)
        {
            if (transfer.Amount.Micros <= 0 || transfer.Debit == transfer.Credit)
            {
                scan.Report(LedgerFault.TransferMalformed, transfer.Id, $"{transfer.Amount} from {transfer.Debit} to {transfer.Credit}");
            }

            scan.Move(transfer.Debit, transfer.Amount.Currency, -(Int128)transfer.Amount.Micros);
            scan.Move(transfer.Credit, transfer.Amount.Currency, transfer.Amount.Micros);
        }

        return scan.Finish(holds);
    }

    /// <summary>The same from sums that the store made of the transfers.</summary>
    public static ImmutableArray<LedgerFinding> Check(IEnumerable<Account> accounts, IEnumerable<AccountFlow> flows, IEnumerable<Hold> holds)
    {
        var scan = new Scan(accounts);
        foreach (var flow in flows)
        {
            scan.Move(flow.Account, flow.Debits.Currency, -(Int128)flow.Debits.Micros);
            scan.Move(flow.Account, flow.Credits.Currency, flow.Credits.Micros);
        }

        return scan.Finish(holds);
    }

    private sealed class Scan(IEnumerable<Account> accounts)
    {
        private readonly Dictionary<AccountId, Account> _accounts = accounts.ToDictionary(a => a.Id);
        private readonly Dictionary<AccountId, Int128> _moved = [];
        private readonly Dictionary<AccountId, Int128> _held = [];
        private readonly ImmutableArray<LedgerFinding>.Builder _findings = ImmutableArray.CreateBuilder<LedgerFinding>();

        internal void Report<T>(LedgerFault fault, T subject, string detail)
            where T : notnull => _findings.Add(new(fault, subject.ToString()!, detail));

        internal void Move(AccountId account, Currency currency, Int128 micros)
        {
            if (Known(account, currency, "a transfer"))
            {
                _moved[account] = _moved.GetValueOrDefault(account) + micros;
            }
        }

        internal ImmutableArray<LedgerFinding> Finish(IEnumerable<Hold> holds)
        {
            foreach (var hold in holds)
            {
                if (hold.State == HoldState.Open && Known(hold.Account, hold.Amount.Currency, $"the hold of {hold.Job}"))
                {
                    _held[hold.Account] = _held.GetValueOrDefault(hold.Account) + hold.Amount.Micros;
                }
            }

            var sums = new SortedDictionary<string, Int128>(StringComparer.Ordinal);
            foreach (var account in _accounts.Values.OrderBy(a => a.Id))
            {
                Compare(account);
                sums[account.Currency.Code] = sums.GetValueOrDefault(account.Currency.Code) + account.Balance.Micros;
            }

            foreach (var (currency, sum) in sums)
            {
                if (sum != 0)
                {
                    Report(LedgerFault.SumNotZero, currency, $"all balances together are {sum} micro-units, not zero");
                }
            }

            return _findings.ToImmutable();
        }

        private void Compare(Account account)
        {
            var (moved, held) = (_moved.GetValueOrDefault(account.Id), _held.GetValueOrDefault(account.Id));
            if (account.Balance.Micros != moved)
            {
                Report(LedgerFault.BalanceDiffers, account.Id, $"the balance is {account.Balance.Micros} micro-units, its transfers sum to {moved}");
            }

            if (account.Held.Micros != held)
            {
                Report(LedgerFault.HeldDiffers, account.Id, $"{account.Held.Micros} micro-units are held, its open holds sum to {held}");
            }

            if ((Int128)account.Balance.Micros - account.Held.Micros < account.Limit.Micros)
            {
                Report(LedgerFault.BelowLimit, account.Id, $"{account.Balance} less {account.Held} held is below the limit of {account.Limit}");
            }
        }

        private bool Known(AccountId id, Currency currency, string what)
        {
            if (!_accounts.TryGetValue(id, out var account))
            {
                Report(LedgerFault.AccountMissing, id, $"{what} names it, but there is no such account");
                return false;
            }

            if (account.Currency != currency)
            {
                Report(LedgerFault.CurrencyDiffers, id, $"{what} is in {currency}, the account in {account.Currency}");
                return false;
            }

            return true;
        }
    }
}
