using Crank.Core;

namespace Crank.Ledger.Tests.Posting;

public sealed class BatchCheckTests
{
    private readonly LedgerState _before = Some.Opened();
    private readonly LedgerChanges _good;

    public BatchCheckTests()
    {
        var batch = new LedgerBatch(_before);
        Assert.Equal(LedgerStatus.Applied, batch.Hold(Some.Job(1), Opening.Owner, Some.Micros(10), Some.Noon));
        Assert.Equal(LedgerStatus.Applied, batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 7)));
        _good = batch.Seal();
    }

    [Fact]
    public void What_the_ledger_makes_adds_up() => BatchCheck.Holds(_before, _good);

    [Fact]
    public void Sealing_checks_so_that_rows_that_were_broken_outside_are_not_stored_again()
    {
        var broken = _before.Accounts.Values.Select(a => a.Id == Opening.Quality ? a with { Balance = Some.Micros(-5) } : a);
        var batch = new LedgerBatch(LedgerState.Load(broken, []));
        Assert.Equal(LedgerStatus.Applied, batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 1)));
        Assert.Throws<InvariantBrokenException>(batch.Seal);
    }

    [Fact]
    public void Money_from_nowhere_stops_the_batch() => Broken(Change(Opening.Quality, a => a with { Balance = a.Balance + Some.Micros(1) }));

    [Fact]
    public void Money_from_nowhere_on_both_sides_stops_the_batch()
    {
        var quality = Change(Opening.Quality, a => a with { Balance = a.Balance + Some.Micros(1) });
        Broken(quality with { Accounts = [.. quality.Accounts.Select(a => a.Id == Opening.Owner ? a with { Balance = a.Balance - Some.Micros(1) } : a)] });
    }

    [Fact]
    public void A_hold_that_no_account_knows_stops_the_batch() => Broken(Change(Opening.Owner, a => a with { Held = a.Held - Some.Micros(10) }));

    [Fact]
    public void An_account_below_its_limit_stops_the_batch() => Broken(Change(Opening.Owner, a => a with { Limit = Some.Micros(0) }));

    [Fact]
    public void A_forgotten_version_stops_the_batch() => Broken(Change(Opening.Owner, a => a with { Version = 1 }));

    [Fact]
    public void A_forgotten_account_stops_the_batch() => Broken(_good with { Accounts = [_good.Accounts[0]] });

    [Fact]
    public void A_transfer_of_nothing_stops_the_batch() => Broken(_good with { Transfers = [.. _good.Transfers, Some.Transfer(2, Opening.Owner, Opening.Quality, 0)] });

    [Fact]
    public void A_transfer_across_currencies_stops_the_batch() =>
        Broken(Change(Opening.Quality, a => a with { Balance = new(a.Balance.Micros, Some.Usd), Held = new(0, Some.Usd), Limit = new(0, Some.Usd) }));

    private LedgerChanges Change(AccountId account, Func<Account, Account> change) =>
        _good with { Accounts = [.. _good.Accounts.Select(a => a.Id == account ? change(a) : a)] };

    private void Broken(LedgerChanges changes) => Assert.Throws<InvariantBrokenException>(() => BatchCheck.Holds(_before, changes));
}
