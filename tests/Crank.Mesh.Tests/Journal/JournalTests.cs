using System.Diagnostics.CodeAnalysis;
using Crank.Core;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Storage;

namespace Crank.Mesh.Tests.Journal;

public sealed class JournalTests
{
    [Fact]
    public async Task A_done_job_takes_two_commits_and_a_refused_one_takes_one()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Assert.Null((await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Refusal);
        Assert.Equal([(1, 0, 1, 0), (1, 1, 1, 4)], mesh.Commits);
        mesh.Commits.Clear();
        Assert.NotNull((await mesh.SubmitAsync(TestMesh.Request("""{"unheard":1}"""))).Refusal);
        Assert.Equal([(1, 1, 0, 0)], mesh.Commits);
        mesh.Commits.Clear();
        await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Empty(mesh.Commits);
    }

    [Fact]
    public async Task Whatever_waits_shares_one_commit()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var writer = new ManualJournal(mesh);
        var jobs = Enumerable.Range(0, 200).Select(i => writer.Fund(null, $"{i}")).ToList();
        Assert.True(writer.Drain());
        Assert.False(writer.Drain());
        Assert.All(await Task.WhenAll(jobs), a => Assert.IsType<FundAnswer.Funded>(a));
        Assert.Single(writer.Commits);
    }

    [Fact]
    public async Task A_batch_has_a_bound()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var writer = new ManualJournal(mesh);
        var jobs = Enumerable.Range(0, JournalWriter.MaxBatch + 1).Select(i => writer.Fund(null, $"{i}")).ToList();
        Assert.True(writer.Drain());
        Assert.Equal(JournalWriter.MaxBatch, writer.Store.Load().OpenHolds.Count);
        Assert.True(writer.Drain());
        Assert.False(writer.Drain());
        await Task.WhenAll(jobs);
    }

    [Fact]
    public async Task One_command_that_does_not_fit_fails_alone()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var writer = new ManualJournal(mesh);
        var taken = new JobId(mesh.Ids.Next());
        var first = writer.Fund(null, "first", job: taken);
        Assert.True(writer.Drain());
        await first;

        var (before, conflict, thrown, malformed, after) = (
            writer.Fund(null, "before"), writer.Post(new ForgetsVersion(taken)), writer.Post(new Throws()), writer.Fund("\ud800", "malformed"), writer.Fund(null, "after"));
        Assert.True(writer.Drain());
        Assert.IsType<FundAnswer.Funded>(await before);
        await Assert.ThrowsAsync<StoreConflictException>(() => conflict);
        await Assert.ThrowsAsync<InvariantBrokenException>(() => thrown);
        await Assert.ThrowsAsync<ArgumentException>(() => malformed);
        Assert.IsType<FundAnswer.Funded>(await after);
        Assert.Equal(3, writer.Store.Load().OpenHolds.Count);
    }

    [Theory]
    [InlineData(CommitFault.LostIo)]
    [InlineData(CommitFault.KeptIo)]
    public async Task After_a_commit_that_nobody_can_vouch_for_nothing_more_is_taken(CommitFault fault)
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Fault = batch => batch.Receipts.Count > 0 ? fault : CommitFault.None;
        var unknown = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal((RefusalKind.Unknown, "storage-failed"), (unknown.Refusal!.Kind, unknown.Refusal.Code.ToString()));
        Assert.NotNull(unknown.Job);
        Assert.DoesNotContain("nothing was charged", unknown.Refusal.Try, StringComparison.Ordinal);

        mesh.Fault = null;
        Assert.Equal(RefusalKind.Unknown, (await mesh.SubmitAsync(TestMesh.Request(key: "other"))).Refusal!.Kind);
        await Assert.ThrowsAnyAsync<StoreException>(() => mesh.Controller.HousekeepAsync(CancellationToken.None));

        await mesh.ReopenAsync();
        var told = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal(unknown.Job, told.Job);
        Assert.Equal(fault == CommitFault.KeptIo ? null : "interrupted", told.Refusal?.Code.ToString());
        Assert.Equal(new Money(fault == CommitFault.KeptIo ? -1_000 : 0, Currency.Eur), mesh.Balance("owner"));
        Assert.Single(mesh.Workers.Seen);
        mesh.AssertSound();
    }

    [Fact]
    public async Task The_journal_refuses_by_itself_and_does_not_rely_on_the_store_for_it()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var writer = new ManualJournal(mesh) { Fault = _ => CommitFault.LostIo };
        var job = writer.Fund("k", "a");
        writer.Drain();
        await Assert.ThrowsAsync<StoreException>(() => job);
        writer.Fault = null;

        // A question that writes nothing: a store would not hear of it.
        var asked = writer.Post(new FindAbandonedCommand(_ => false));
        writer.Drain();
        await Assert.ThrowsAsync<StoreException>(() => asked);
        Assert.Single(writer.Commits);
    }

    [Fact]
    public async Task A_full_disk_at_the_second_commit_delivers_and_charges_nothing_and_the_process_goes_on()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var full = 1;
        mesh.Fault = batch => batch.Receipts.Count > 0 && full-- > 0 ? CommitFault.Full : CommitFault.None;
        var report = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal((RefusalKind.Storage, "storage-failed"), (report.Refusal!.Kind, report.Refusal.Code.ToString()));
        Assert.Equal(JobState.Failed, report.Receipt!.State);
        mesh.AssertCostsNothing(report);
        Assert.Equal(RefusalKind.Storage, (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Refusal!.Kind);
        Assert.Null((await mesh.SubmitAsync(TestMesh.Request(key: "next"))).Refusal);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_job_that_finds_no_room_for_any_end_is_closed_by_the_next_start()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Fault = batch => batch.Receipts.Count > 0 ? CommitFault.Full : CommitFault.None;
        var report = await mesh.SubmitAsync();
        Assert.Equal((RefusalKind.Storage, null), (report.Refusal!.Kind, report.Receipt));
        Assert.Single(mesh.Store.Load().OpenHolds);
        Assert.Equal("outcome-unknown", mesh.Controller.Find(TenantId.Owner, report.Job!.Value)!.Refusal!.Code.ToString());
        mesh.Fault = null;
        await mesh.ReopenAsync();
        Assert.Equal([report.Job!.Value], mesh.Controller.Recovered);
        mesh.AssertCostsNothing(mesh.Controller.Find(TenantId.Owner, report.Job!.Value)!);
    }

    [Fact]
    public async Task A_job_is_closed_once_and_whoever_comes_second_changes_nothing()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync();
        mesh.Commits.Clear();
        var again = Trust.Statements.SignedStatement.Sign(report.Receipt! with { Attempts = [] }, mesh.Parts(mesh.Store).Key());
        Assert.False(await mesh.Controller.Journal.PostAsync(new CloseCommand(report.Job!.Value, JobState.Done, null, new(0, [], null, TestMesh.Start), report.Receipt!.Charge, again, TestMesh.Start)));
        Assert.Empty(mesh.Commits);
        mesh.AssertSound();
    }

    [Fact]
    public async Task Nobody_is_charged_for_what_was_not_done()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync();
        var writer = new ManualJournal(mesh);
        var job = new JobId(mesh.Ids.Next());
        var funded = writer.Fund(null, "a", job: job);
        writer.Drain();
        await funded;
        var statement = Trust.Statements.SignedStatement.Sign(report.Receipt! with { Job = job }, mesh.Parts(mesh.Store).Key());
        foreach (var (state, result) in new[] { (JobState.Failed, null), (JobState.Done, (ResultRow?)null), (JobState.Failed, new ResultRow(0, [], null, TestMesh.Start)) })
        {
            var closed = writer.Post(new CloseCommand(job, state, null, result, report.Receipt!.Charge, statement, TestMesh.Start));
            writer.Drain();
            await Assert.ThrowsAsync<InvariantBrokenException>(() => closed);
        }

        Assert.Single(writer.Store.Load().OpenHolds);
    }

    private sealed class Throws : JournalCommand<bool>
    {
        [SuppressMessage("Design", "MA0012", Justification = "A defect in a rule looks like this.")]
        protected override bool Decide(JournalDraft draft) => throw new InvariantBrokenException("a defect");
    }

    /// <summary>A row that claims to be new and is not.</summary>
    private sealed class ForgetsVersion(JobId job) : JournalCommand<bool>
    {
        protected override bool Decide(JournalDraft draft)
        {
            draft.AddClosedJob(draft.FindOpenJob(job)! with { Version = 1 });
            return true;
        }
    }
}
