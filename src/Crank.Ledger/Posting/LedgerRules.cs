using Crank.Core;

namespace Crank.Ledger;

/// <summary>The rules of posting, as functions of one account: what may be held, paid and received.</summary>
public static class LedgerRules
{
    /// <summary>May so much be set aside? Free jobs hold nothing and may.</summary>
    public static LedgerStatus CanHold(Account account, Money amount)
    {
        if (amount.Micros < 0)
        {
            return LedgerStatus.AmountOutOfRange;
        }

        if (amount.Currency != account.Currency)
        {
            return LedgerStatus.CurrencyMismatch;
        }

        if ((Int128)account.Balance.Micros - account.Held.Micros - amount.Micros < account.Limit.Micros)
        {
            return LedgerStatus.InsufficientFunds;
        }

        return (Int128)account.Held.Micros + amount.Micros > long.MaxValue ? LedgerStatus.BalanceTooLarge : LedgerStatus.Applied;
    }

    /// <summary>May so much be paid at once, without a hold?</summary>
    public static LedgerStatus CanPay(Account account, Money amount) =>
        amount.Micros <= 0 ? LedgerStatus.AmountOutOfRange : CanHold(account, amount);

    /// <summary>May so much be paid from an open hold?</summary>
    public static LedgerStatus CanSettle(Hold hold, Money total)
    {
        if (total.Micros < 0)
        {
            return LedgerStatus.AmountOutOfRange;
        }

        if (total.Currency != hold.Amount.Currency)
        {
            return LedgerStatus.CurrencyMismatch;
        }

        if (hold.State != HoldState.Open)
        {
            return LedgerStatus.HoldNotOpen;
        }

        return total > hold.Amount ? LedgerStatus.OverHold : LedgerStatus.Applied;
    }

    /// <summary>May so much be received?</summary>
    public static LedgerStatus CanReceive(Account account, Money amount)
    {
        if (amount.Currency != account.Currency)
        {
            return LedgerStatus.CurrencyMismatch;
        }

        return (Int128)account.Balance.Micros + amount.Micros > long.MaxValue ? LedgerStatus.BalanceTooLarge : LedgerStatus.Applied;
    }

    /// <summary>May the limit be moved there? Never above what is available now, so that no account is ever below its limit.</summary>
    public static LedgerStatus CanLimit(Account account, Money limit)
    {
        if (limit.Micros > 0)
        {
            return LedgerStatus.AmountOutOfRange;
        }

        if (limit.Currency != account.Currency)
        {
            return LedgerStatus.CurrencyMismatch;
        }

        return account.Available < limit ? LedgerStatus.InsufficientFunds : LedgerStatus.Applied;
    }
}
