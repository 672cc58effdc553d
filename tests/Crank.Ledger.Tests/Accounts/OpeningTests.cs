
namespace Crank.Ledger.Tests.Accounts;

public sealed class OpeningTests
{
    [Fact]
    public void A_first_start_opens_the_five_accounts_and_only_the_owner_may_go_below_zero()
    {
        var batch = new LedgerBatch(LedgerState.Empty);
        Assert.Equal(LedgerStatus.Applied, Opening.Apply(batch, Opening.DefaultOwnerLimit(Some.Eur)));
        var changes = batch.Seal();
        Assert.Equal(["owner", "platform", "infrastructure", "quality", "provider/local"], changes.Accounts.Select(a => a.Id.Value));
        Assert.Equal("-100.00 EUR", changes.State.Accounts[Opening.Owner].Limit.ToString());
        Assert.All(changes.Accounts, a => Assert.Equal((0L, 0L, 1L), (a.Balance.Micros, a.Held.Micros, a.Version)));
        Assert.All(changes.Accounts.Skip(1), a => Assert.Equal(0, a.Limit.Micros));
    }

    [Fact]
    public void A_second_start_changes_nothing()
    {
        var batch = new LedgerBatch(Some.Opened());
        Assert.Equal(LedgerStatus.Applied, Opening.Apply(batch, Some.Micros(-1_000)));
        Assert.Empty(batch.Seal().Accounts);
    }

    [Fact]
    public void A_configured_limit_replaces_the_owners()
    {
        var batch = new LedgerBatch(Some.Opened());
        Assert.Equal(LedgerStatus.Applied, Opening.Apply(batch, Some.Micros(-5)));
        Assert.Equal(-5, Assert.Single(batch.Seal().Accounts).Limit.Micros);
    }

    [Fact]
    public void Another_currency_than_that_of_the_ledger_is_refused() =>
        Assert.Equal(LedgerStatus.CurrencyMismatch, Opening.Apply(new LedgerBatch(Some.Opened()), Opening.DefaultOwnerLimit(Some.Usd)));

    [Fact]
    public void A_limit_above_what_is_available_is_refused()
    {
        var batch = new LedgerBatch(Some.Opened());
        Assert.Equal(LedgerStatus.Applied, batch.Hold(Some.Job(1), Opening.Owner, Some.Micros(600), Some.Noon));
        Assert.Equal(LedgerStatus.InsufficientFunds, Opening.Apply(batch, Some.Micros(-599)));
        Assert.Equal(LedgerStatus.Applied, Opening.Apply(batch, Some.Micros(-600)));
    }

    [Fact]
    public void A_positive_limit_is_refused()
    {
        Assert.Equal(LedgerStatus.AmountOutOfRange, Opening.Apply(new LedgerBatch(LedgerState.Empty), Some.Micros(1)));
        Assert.Equal(LedgerStatus.AmountOutOfRange, new LedgerBatch(Some.Opened()).SetLimit(Opening.Owner, Some.Micros(1)));
    }
}
