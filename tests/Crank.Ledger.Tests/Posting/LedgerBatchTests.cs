using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Ledger.Tests.Posting;

public sealed class LedgerBatchTests
{
    private readonly LedgerBatch _batch = new(Some.Opened());
    private readonly IdSource _ids = Some.Ids();

    [Fact]
    public void A_hold_sets_money_aside_and_a_settlement_pays_the_shares_and_frees_the_rest()
    {
        Hold(1, 1_000);
        Assert.Equal(LedgerStatus.Applied, Settle(1, Share("provider/local", 700), Share("platform", 0), Share("quality", 50)));
        var changes = _batch.Seal();
        Assert.Equal((-750L, 0L), (changes.State.Accounts[Opening.Owner].Balance.Micros, changes.State.Accounts[Opening.Owner].Held.Micros));
        Assert.Equal([("provider/local", 700L), ("quality", 50L)], changes.Transfers.Select(t => (t.Credit.Value, t.Amount.Micros)));
        Assert.All(changes.Transfers, t => Assert.Equal((Some.Job(1), "charge", Opening.Owner), (t.Job, t.Kind, t.Debit)));
        Assert.Equal((HoldState.Settled, 1L), (changes.Holds[0].State, changes.Holds[0].Version));
        Assert.Empty(changes.State.OpenHolds);
    }

    [Fact]
    public void A_hold_may_take_all_of_the_credit_and_not_one_micro_unit_more()
    {
        Assert.Equal(LedgerStatus.InsufficientFunds, _batch.Hold(Some.Job(1), Opening.Owner, Some.Micros(1_001), Some.Noon));
        Hold(1, 1_000);
        Assert.Equal(LedgerStatus.InsufficientFunds, _batch.Hold(Some.Job(2), Opening.Owner, Some.Micros(1), Some.Noon));
        Hold(3, 0);
    }

    [Fact]
    public void The_largest_amounts_are_refused_without_overflow()
    {
        Assert.Equal(LedgerStatus.InsufficientFunds, _batch.Hold(Some.Job(1), Opening.Owner, Some.Micros(long.MaxValue), Some.Noon));
        Assert.Equal(LedgerStatus.Applied, _batch.Open(Some.Account("rich"), Some.Micros(-long.MaxValue)));
        Assert.Equal(LedgerStatus.Applied, _batch.Post(Some.Transfer(1, Some.Account("rich"), Opening.Quality, long.MaxValue)));
        Assert.Equal(LedgerStatus.BalanceTooLarge, _batch.Post(Some.Transfer(2, Opening.Owner, Opening.Quality, 1)));
        Hold(1, 10);
        Assert.Equal(LedgerStatus.BalanceTooLarge, Settle(1, Share("platform", 1), Share("quality", 1)));
        Assert.Equal(LedgerStatus.Applied, Settle(1, Share("platform", 1)));
    }

    [Fact]
    public void A_settlement_over_the_hold_is_refused_also_when_its_shares_are_small_one_by_one()
    {
        Hold(1, 100);
        Assert.Equal(LedgerStatus.OverHold, Settle(1, Share("platform", 101)));
        Assert.Equal(LedgerStatus.OverHold, Settle(1, Share("platform", 60), Share("quality", 41)));
        Assert.Equal(LedgerStatus.OverHold, Settle(1, Share("platform", 1), Share("quality", long.MaxValue)));
        Assert.Equal(LedgerStatus.Applied, Settle(1, Share("platform", 60), Share("quality", 40)));
    }

    [Fact]
    public void A_closed_hold_is_closed_for_good()
    {
        Hold(1, 10);
        Hold(2, 10);
        Hold(3, 10);
        Assert.Equal(LedgerStatus.Applied, Settle(1));
        Assert.Equal(LedgerStatus.Applied, _batch.Void(Some.Job(2)));
        Assert.Equal([Some.Job(3)], _batch.Expire(Some.Noon));
        Assert.All([1, 2, 3], n =>
        {
            Assert.Equal(LedgerStatus.HoldNotOpen, Settle(n, Share("platform", 1)));
            Assert.Equal(LedgerStatus.HoldNotOpen, _batch.Void(Some.Job(n)));
            Assert.Equal(LedgerStatus.HoldExists, _batch.Hold(Some.Job(n), Opening.Owner, Some.Micros(1), Some.Noon));
        });
        Assert.Empty(_batch.Expire(Some.Noon));
        var later = new LedgerBatch(_batch.Seal().State);
        Assert.All([1, 2, 3], n => Assert.Equal(LedgerStatus.HoldNotOpen, later.Settle(Some.Job(n), [Share("platform", 1)], _ids, Some.Noon)));
        Assert.All([1, 2, 3], n => Assert.Equal(LedgerStatus.HoldNotOpen, later.Void(Some.Job(n))));
    }

    [Fact]
    public void A_job_has_one_hold()
    {
        Hold(1, 10);
        Assert.Equal(LedgerStatus.HoldExists, _batch.Hold(Some.Job(1), Opening.Owner, Some.Micros(10), Some.Noon));
        var later = new LedgerBatch(_batch.Seal().State);
        Assert.Equal(LedgerStatus.HoldExists, later.Hold(Some.Job(1), Opening.Owner, Some.Micros(10), Some.Noon));
    }

    [Fact]
    public void A_hold_expires_at_its_time_and_not_before()
    {
        Hold(1, 10);
        Assert.Empty(_batch.Expire(Some.Noon.AddTicks(-1)));
        var later = new LedgerBatch(_batch.Seal().State);
        Assert.Equal([Some.Job(1)], later.Expire(Some.Noon));
        var changes = later.Seal();
        Assert.Equal((HoldState.Expired, 2L), (changes.Holds[0].State, changes.Holds[0].Version));
        Assert.Equal((0L, 3L), (changes.State.Accounts[Opening.Owner].Held.Micros, changes.State.Accounts[Opening.Owner].Version));
    }

    [Fact]
    public void Accounts_and_currencies_that_do_not_fit_are_refused_by_name()
    {
        Hold(1, 10);
        Assert.Equal(LedgerStatus.UnknownAccount, _batch.Hold(Some.Job(2), Some.Account("nobody"), Some.Micros(1), Some.Noon));
        Assert.Equal(LedgerStatus.CurrencyMismatch, _batch.Hold(Some.Job(2), Opening.Owner, new(1, Some.Usd), Some.Noon));
        Assert.Equal(LedgerStatus.AmountOutOfRange, _batch.Hold(Some.Job(2), Opening.Owner, Some.Micros(-1), Some.Noon));
        Assert.Equal(LedgerStatus.UnknownAccount, Settle(1, Share("nobody", 1)));
        Assert.Equal(LedgerStatus.CurrencyMismatch, Settle(1, new Share(Opening.Quality, new(1, Some.Usd))));
        Assert.Equal(LedgerStatus.AmountOutOfRange, Settle(1, Share("platform", 5), Share("quality", -5)));
        Assert.Equal(LedgerStatus.SameAccount, Settle(1, Share("owner", 5)));
        Assert.Equal(LedgerStatus.AccountExists, _batch.Open(Opening.Owner, Some.Micros(0)));
        Assert.Equal(LedgerStatus.UnknownAccount, _batch.SetLimit(Some.Account("nobody"), Some.Micros(0)));
    }

    [Fact]
    public void A_refused_posting_changes_nothing()
    {
        Hold(1, 10);
        var state = _batch.Seal().State;
        var batch = new LedgerBatch(state);
        Assert.Equal(LedgerStatus.UnknownAccount, batch.Settle(Some.Job(1), [Share("platform", 1), Share("nobody", 1)], _ids, Some.Noon));
        Assert.Equal(LedgerStatus.SameAccount, batch.Post(Some.Transfer(1, Opening.Owner, Opening.Owner, 1)));
        Assert.Equal(LedgerStatus.InsufficientFunds, batch.Post(Some.Transfer(1, Opening.Quality, Opening.Owner, 1)));
        Assert.Equal(LedgerStatus.AmountOutOfRange, batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 0)));
        Assert.Equal(LedgerStatus.UnknownAccount, batch.Post(Some.Transfer(1, Opening.Owner, Some.Account("nobody"), 1)));
        Assert.Equal(LedgerStatus.CurrencyMismatch, batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 1) with { Amount = new(1, Some.Usd) }));
        var changes = batch.Seal();
        Assert.Empty(changes.Accounts);
        Assert.Empty(changes.Holds);
        Assert.Empty(changes.Transfers);
    }

    [Fact]
    public void When_payer_and_receiver_both_refuse_the_first_in_declaration_order_is_reported()
    {
        Assert.Equal(LedgerStatus.Applied, _batch.Open(Some.Account("abroad"), new(0, Some.Usd)));
        Assert.Equal(LedgerStatus.CurrencyMismatch, _batch.Post(Some.Transfer(1, Opening.Quality, Some.Account("abroad"), 1)));
        Assert.Equal(LedgerStatus.Applied, _batch.Open(Some.Account("rich"), Some.Micros(-long.MaxValue)));
        Assert.Equal(LedgerStatus.Applied, _batch.Post(Some.Transfer(2, Some.Account("rich"), Opening.Quality, long.MaxValue)));
        Assert.Equal(LedgerStatus.InsufficientFunds, _batch.Post(Some.Transfer(3, Opening.Platform, Opening.Quality, 1)));
    }

    [Fact]
    public void A_transfer_is_posted_once()
    {
        Assert.Equal(LedgerStatus.Applied, _batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 1)));
        Assert.Equal(LedgerStatus.TransferExists, _batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 1)));
    }

    [Fact]
    public void Money_that_is_held_cannot_be_transferred()
    {
        Hold(1, 990);
        Assert.Equal(LedgerStatus.InsufficientFunds, _batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 11)));
        Assert.Equal(LedgerStatus.Applied, _batch.Post(Some.Transfer(1, Opening.Owner, Opening.Quality, 10)));
    }

    [Fact]
    public void A_dropped_batch_leaves_the_state_as_it_was()
    {
        var state = Some.Opened();
        var dropped = new LedgerBatch(state);
        Assert.Equal(LedgerStatus.Applied, dropped.Hold(Some.Job(1), Opening.Owner, Some.Micros(10), Some.Noon));
        _ = dropped.Seal();
        Assert.Empty(state.OpenHolds);
        Assert.Equal(0, state.Accounts[Opening.Owner].Held.Micros);
    }

    [Fact]
    public void Versions_grow_by_one_with_each_commit_that_touches_a_row()
    {
        Hold(1, 10);
        Hold(2, 10);
        var first = _batch.Seal();
        Assert.Equal(2, Assert.Single(first.Accounts).Version);
        var second = new LedgerBatch(first.State);
        Assert.Equal(LedgerStatus.Applied, second.Void(Some.Job(2)));
        var changes = second.Seal();
        Assert.Equal((3L, 2L), (Assert.Single(changes.Accounts).Version, Assert.Single(changes.Holds).Version));
    }

    [Fact]
    public void A_loaded_ledger_leaves_closed_holds_out()
    {
        Hold(1, 10);
        Hold(2, 10);
        Assert.Equal(LedgerStatus.Applied, _batch.Void(Some.Job(2)));
        var changes = _batch.Seal();
        var loaded = LedgerState.Load(changes.State.Accounts.Values, changes.Holds);
        Assert.Equal(Some.Job(1), Assert.Single(loaded.OpenHolds).Key);
    }

    private static Share Share(string account, long micros) => new(Some.Account(account), Some.Micros(micros));

    private void Hold(int job, long micros) => Assert.Equal(LedgerStatus.Applied, _batch.Hold(Some.Job(job), Opening.Owner, Some.Micros(micros), Some.Noon));

    private LedgerStatus Settle(int job, params ImmutableArray<Share> shares) => _batch.Settle(Some.Job(job), shares, _ids, Some.Noon);
}
