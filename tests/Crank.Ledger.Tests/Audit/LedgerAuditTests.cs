using Crank.Core;

namespace Crank.Ledger.Tests.Audit;

public sealed class LedgerAuditTests
{
    private readonly Account[] _accounts;
    private readonly Transfer[] _transfers;
    private readonly Hold[] _holds;

    public LedgerAuditTests()
    {
        var batch = new LedgerBatch(Some.Opened());
        Assert.Equal(LedgerStatus.Applied, batch.Hold(Some.Job(1), Opening.Owner, Some.Micros(10), Some.Noon));
        Assert.Equal(LedgerStatus.Applied, batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 7)));
        var changes = batch.Seal();
        (_accounts, _transfers, _holds) = ([.. changes.State.Accounts.Values], [.. changes.Transfers], [.. changes.Holds]);
    }

    [Fact]
    public void A_whole_ledger_has_no_findings()
    {
        Assert.Empty(LedgerAudit.Check(_accounts, _transfers, _holds));
        Assert.Empty(LedgerAudit.Check(_accounts, [new AccountFlow(Opening.Owner, Some.Micros(7), Some.Micros(0)), new(Opening.Quality, Some.Micros(0), Some.Micros(7))], _holds));
    }

    [Fact]
    public void An_altered_balance_is_found_twice() =>
        Finds([LedgerFault.BalanceDiffers, LedgerFault.SumNotZero], With(Opening.Quality, a => a with { Balance = Some.Micros(8) }), _transfers, _holds);

    [Fact]
    public void A_lost_transfer_is_found() => Finds([LedgerFault.BalanceDiffers, LedgerFault.BalanceDiffers], _accounts, [], _holds);

    [Fact]
    public void A_lost_hold_is_found() => Finds([LedgerFault.HeldDiffers], _accounts, _transfers, []);

    [Fact]
    public void A_closed_hold_that_still_holds_is_found() => Finds([LedgerFault.HeldDiffers], _accounts, _transfers, [_holds[0] with { State = HoldState.Settled }]);

    [Fact]
    public void An_account_below_its_limit_is_found() =>
        Finds([LedgerFault.BelowLimit], With(Opening.Owner, a => a with { Limit = Some.Micros(-16) }), _transfers, _holds);

    [Fact]
    public void A_lost_account_is_found() =>
        Finds([LedgerFault.AccountMissing, LedgerFault.SumNotZero], [.. _accounts.Where(a => a.Id != Opening.Quality)], _transfers, _holds);

    [Fact]
    public void Another_currency_is_found() =>
        Finds([LedgerFault.CurrencyDiffers, LedgerFault.HeldDiffers], _accounts, _transfers, [_holds[0] with { Amount = new(10, Some.Usd) }]);

    [Fact]
    public void A_transfer_to_oneself_is_found() =>
        Finds([LedgerFault.TransferMalformed], _accounts, [.. _transfers, Some.Transfer(2, Opening.Quality, Opening.Quality, 1)], _holds);

    private static void Finds(LedgerFault[] expected, Account[] accounts, Transfer[] transfers, Hold[] holds) =>
        Assert.Equal(expected, LedgerAudit.Check(accounts, transfers, holds).Select(f => f.Fault));

    private Account[] With(AccountId account, Func<Account, Account> change) => [.. _accounts.Select(a => a.Id == account ? change(a) : a)];
}
