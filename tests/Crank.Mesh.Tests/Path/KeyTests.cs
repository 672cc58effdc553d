using System.Text;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Mesh.Tests.Path;

public sealed class KeyTests
{
    [Fact]
    public async Task The_same_request_under_a_key_gives_the_first_outcome_and_runs_and_costs_once()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var first = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        var again = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal((first.Job, true, null), (again.Job, again.Repeated, again.Refusal));
        Assert.Equal(Encoding.UTF8.GetString(first.Delivery!.Json.Span), Encoding.UTF8.GetString(again.Delivery!.Json.Span));
        Assert.Equal(first.Receipt!.FinishedAt, again.Receipt!.FinishedAt);
        Assert.Single(mesh.Workers.Seen);
        Assert.Equal(new Money(-1_000, Currency.Eur), mesh.Balance("owner"));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_key_outlives_the_process()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var first = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        await mesh.ReopenAsync();
        Assert.Equal(first.Job, (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Job);
        Assert.Single(mesh.Workers.Seen);
    }

    [Fact]
    public async Task What_a_key_stands_for_does_not_depend_on_who_offers_what_now()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var first = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        mesh.Offers.Replace(OfferSnapshot.Empty);
        var again = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal((first.Job, null), (again.Job, again.Refusal));
    }

    [Fact]
    public async Task An_updated_capability_is_no_other_request()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var first = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        mesh.Capability = TestMesh.Echo with { Id = CapabilityVersion.Parse("echo@1.1.0") };
        mesh.Offers = new(TestMesh.OffersOf(TestMesh.Start, mesh.Capability));
        await mesh.ReopenAsync();
        Assert.Equal(first.Job, (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Job);
        Assert.Equal("echo@1.1.0", (await mesh.SubmitAsync()).Receipt!.Capability.ToString());
    }

    [Theory]
    [InlineData("""{"message":"other"}""", null, null)]
    [InlineData("""{"message":"hello"}""", "1.0.0", null)]
    [InlineData("""{"message":"hello"}""", null, "1s")]
    public async Task Other_input_another_version_or_other_terms_are_another_request(string json, string? version, string? deadline)
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        var other = await mesh.SubmitAsync(TestMesh.Request(json, "k", Terms.Default with { Deadline = deadline is null ? null : Duration.Parse(deadline) }) with
        {
            Version = version is null ? null : SemanticVersion.Parse(version),
        });
        Assert.Equal("key-conflict", other.Refusal!.Code.ToString());
    }

    [Fact]
    public async Task A_key_whose_day_is_over_can_be_used_again_and_not_a_moment_before()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var first = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        mesh.Clock.Advance(FundedJob.KeyLifetime - TimeSpan.FromTicks(1));
        Assert.Equal(first.Job, (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Job);
        mesh.Clock.Advance(TimeSpan.FromTicks(1));
        var next = await mesh.SubmitAsync(TestMesh.Request("""{"message":"other"}""", "k"));
        Assert.Null(next.Refusal);
        Assert.NotEqual(first.Job, next.Job);
        Assert.Equal(next.Job, mesh.Store.FindKey(new(TenantId.Owner, "k"))!.Job);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_failed_job_keeps_its_key_and_a_refused_one_leaves_it_free()
    {
        await using var mesh = await TestMesh.OpenAsync(TestMesh.DefaultSettings with { OwnerLimitMicros = 0 });
        Assert.Equal("no-funds", (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Refusal!.Code.ToString());
        mesh.Settings = TestMesh.DefaultSettings;
        await mesh.ReopenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Failed("declared"));
        var failed = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal(("declared", false), (failed.Refusal!.Code.ToString(), failed.Repeated));
        mesh.Workers.Answer(ScriptedWorkers.Done());
        var again = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal((failed.Job, "declared", true), (again.Job, again.Refusal!.Code.ToString(), again.Repeated));
        Assert.Contains("new one", again.Refusal.Try, StringComparison.Ordinal);
        mesh.AssertCostsNothing(again);
    }

    [Fact]
    public async Task Racing_equal_keys_give_one_job_and_everybody_its_outcome()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var worker = new TaskCompletionSource<DispatchResult>();
        mesh.Workers.Run = (_, _) => worker.Task;
        var racers = Enumerable.Range(0, 32).Select(_ => Task.Run(() => mesh.SubmitAsync(TestMesh.Request(key: "k")))).ToList();
        while (mesh.Workers.Seen.Count == 0)
        {
            await Task.Yield();
        }

        worker.SetResult(ScriptedWorkers.Done());
        var reports = await Task.WhenAll(racers);
        Assert.Single(reports.Select(r => r.Job).Distinct());
        Assert.All(reports, r => Assert.Null(r.Refusal));
        Assert.Equal(31, reports.Count(r => r.Repeated));
        Assert.Single(mesh.Workers.Seen);
        Assert.Equal(new Money(-1_000, Currency.Eur), mesh.Balance("owner"));
        mesh.AssertSound();
    }

    [Fact]
    public async Task Equal_keys_in_one_batch_give_one_job()
    {
        await using var mesh = await TestMesh.OpenAsync(TestMesh.DefaultSettings with { OwnJournalThread = true });
        var writer = new ManualJournal(mesh);
        var (one, other, third) = (writer.Fund("k", "a"), writer.Fund("k", "a"), writer.Fund("k", "b"));
        Assert.True(writer.Drain());
        Assert.IsType<FundAnswer.Funded>(await one);
        Assert.IsType<FundAnswer.Repeated>(await other);
        Assert.IsType<FundAnswer.KeyTaken>(await third);
        Assert.Single(writer.Commits);
        Assert.Single(mesh.Store.Load().OpenHolds);
    }

    [Fact]
    public async Task A_key_belongs_to_its_tenant()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var writer = new ManualJournal(mesh);
        var (one, other) = (writer.Fund("k", "a"), writer.Fund("k", "b", TenantId.Parse("other")));
        writer.Drain();
        Assert.IsType<FundAnswer.Funded>(await one);
        Assert.IsType<FundAnswer.Funded>(await other);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("\ud800")]
    [InlineData("\u0085")]
    public async Task A_key_that_is_no_text_is_refused_and_hurts_nobody_else(string key)
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync(TestMesh.Request(key: key));
        Assert.Equal("bad-input", report.Refusal!.Code.ToString());
        Assert.Equal("bad-input", (await mesh.SubmitAsync(TestMesh.Request(key: new('k', 201)))).Refusal!.Code.ToString());
        Assert.Null((await mesh.SubmitAsync(TestMesh.Request(key: new('k', 200)))).Refusal);
    }

    [Fact]
    public async Task Who_asks_again_after_a_full_disk_gets_an_end_and_not_a_second_run()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Fault = batch => batch.Receipts.Count > 0 ? CommitFault.Full : CommitFault.None;
        var lost = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal(RefusalKind.Storage, lost.Refusal!.Kind);
        mesh.Fault = null;
        var again = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.Equal((lost.Job, "interrupted"), (again.Job, again.Refusal!.Code.ToString()));
        Assert.Single(mesh.Workers.Seen);
        mesh.AssertCostsNothing(again);
    }
}
