using Crank.Core;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Mesh.Tests;

public sealed class StartTests
{
    [Fact]
    public async Task The_owner_may_go_to_minus_one_hundred_and_no_further()
    {
        var dear = TestMesh.CapabilityOf(50_000_000);
        await using var mesh = await TestMesh.OpenAsync(prepare: m => (m.Capability, m.Offers) = (dear, new(TestMesh.OffersOf(TestMesh.Start, dear))));
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        Assert.Equal("no-funds", (await mesh.SubmitAsync()).Refusal!.Code.ToString());
        Assert.Equal(Money.Parse("-100.00 EUR"), mesh.Balance("owner"));
    }

    [Fact]
    public async Task The_limit_follows_the_settings()
    {
        await using var mesh = await TestMesh.OpenAsync(TestMesh.DefaultSettings with { OwnerLimitMicros = -1_000 });
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        Assert.Equal("no-funds", (await mesh.SubmitAsync()).Refusal!.Code.ToString());
        mesh.Settings = TestMesh.DefaultSettings with { OwnerLimitMicros = -2_000 };
        await mesh.ReopenAsync();
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        mesh.Settings = TestMesh.DefaultSettings with { OwnerLimitMicros = -1_999 };
        Assert.Contains("more than the limit", (await Assert.ThrowsAsync<AccountsException>(mesh.ReopenAsync)).Message, StringComparison.Ordinal);
        mesh.Settings = TestMesh.DefaultSettings with { OwnerLimitMicros = 1 };
        Assert.Contains("zero or below", (await Assert.ThrowsAsync<AccountsException>(mesh.ReopenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_the_split_names_has_an_account_and_is_paid()
    {
        await using var mesh = await TestMesh.OpenAsync(TestMesh.DefaultSettings with { Split = Crank.Ledger.SplitRule.Parse("provider=9000,charity=1000") });
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        Assert.Equal(Money.Parse("0.0001 EUR"), mesh.Balance("charity"));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_split_does_not_pay_the_payer()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Settings = TestMesh.DefaultSettings with { Split = Crank.Ledger.SplitRule.Parse("provider=9000,owner=1000") };
        Assert.Contains("name another", (await Assert.ThrowsAsync<AccountsException>(mesh.ReopenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_crash_left_held_does_not_count_against_a_new_limit()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Settings = TestMesh.DefaultSettings with { OwnerLimitMicros = 0 };
        CrashedJob.Fund(mesh);
        await mesh.ReopenAsync();
        Assert.Single(mesh.Controller.Recovered);
        mesh.AssertSound();
    }

    [Fact]
    public async Task Accounts_in_another_currency_are_refused()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Settings = TestMesh.DefaultSettings with { Currency = Currency.Parse("USD") };
        Assert.Contains("another currency than USD", (await Assert.ThrowsAsync<AccountsException>(mesh.ReopenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_behind_the_newest_job_is_refused_and_nothing_is_written()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.SubmitAsync();
        var tolerated = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestMesh.Start - TimeSpan.FromMinutes(5));
        await using (await TestMesh.OpenAsync(disk: mesh.Disk.Clone(), clock: tolerated))
        {
        }

        var behind = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TestMesh.Start - TimeSpan.FromDays(365));
        var refused = await Assert.ThrowsAsync<ClockBehindException>(() => TestMesh.OpenAsync(disk: mesh.Disk.Clone(), clock: behind));
        Assert.Contains("2025-01-01", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_does_not_add_up_is_not_opened()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.SubmitAsync();
        var owner = mesh.Store.Accounts().Single(a => a.Id.ToString() == "owner");
        var thief = new MemoryStore(mesh.Disk);
        var batch = new Batch();
        batch.Accounts.Add(owner with { BalanceMicros = owner.BalanceMicros + 1, Version = owner.Version + 1 });
        thief.Commit(batch);
        var broken = await Assert.ThrowsAsync<LedgerBrokenException>(mesh.ReopenAsync);
        Assert.Contains(broken.Findings, f => f.Contains("owner", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_changes_nothing_writes_nothing()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.SubmitAsync();
        var commits = 0;
        mesh.Fault = _ =>
        {
            commits++;
            return CommitFault.None;
        };
        await mesh.ReopenAsync();
        Assert.Equal(0, commits);
    }

    [Fact]
    public async Task Every_interrupted_job_is_closed_with_a_receipt_and_recovery_may_crash_itself()
    {
        await using var mesh = await TestMesh.OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            CrashedJob.Fund(mesh);
        }

        var crash = true;
        mesh.Fault = _ => crash ? CommitFault.CrashAfter : CommitFault.None;
        await Assert.ThrowsAsync<SimulatedCrashException>(mesh.ReopenAsync);
        crash = false;
        await mesh.ReopenAsync();
        Assert.All(mesh.Store.ListJobs(TenantId.Owner, null, 10), j =>
        {
            Assert.Equal((JobState.Interrupted, RefusalCodes.Interrupted), (j.State, j.Error!.Value));
            Assert.Equal(0, Receipts.StoredReceipts.Read(mesh.Store, j.Id)!.Charge.Total.Micros);
        });
        Assert.Equal(5, mesh.Store.ListJobs(TenantId.Owner, null, 10).Count);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_hold_whose_time_ran_out_is_given_back_as_expired()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var (old, young) = (CrashedJob.Fund(mesh), default(JobId));
        mesh.Clock.Advance(TimeSpan.FromMinutes(6));
        young = CrashedJob.Fund(mesh);
        await mesh.ReopenAsync();
        Assert.Equal((HoldStatus.Expired, HoldStatus.Voided), (mesh.Store.FindHold(old)!.Status, mesh.Store.FindHold(young)!.Status));
        mesh.AssertSound();
    }
}
