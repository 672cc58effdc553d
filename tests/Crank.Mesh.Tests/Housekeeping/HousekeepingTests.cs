using System.Text;
using Crank.Core;
using Crank.Mesh.Housekeeping;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Mesh.Tests.Housekeeping;

public sealed class HousekeepingTests
{
    private static readonly string s_large = $$"""{"message":"{{new string('x', 20_000)}}"}""";

    [Fact]
    public async Task Keys_and_results_go_after_their_day_and_not_a_moment_before()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var job = (await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Job!.Value;
        mesh.Clock.Advance(FundedJob.KeyLifetime - TimeSpan.FromTicks(1));
        Assert.Equal(new Housekept(0, 0, 0, 0, 0, 0, 0, false), await KeepAsync(mesh));
        Assert.NotNull(mesh.Controller.Find(TenantId.Owner, job)!.Delivery);

        mesh.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(new Housekept(0, 1, 1, 0, 0, 0, 0, false), await KeepAsync(mesh));
        Assert.Null(mesh.Store.FindKey(new(TenantId.Owner, "k")));
        var found = mesh.Controller.Find(TenantId.Owner, job)!;
        Assert.Equal((null, null), (found.Refusal, found.Delivery));
        Assert.NotNull(found.Receipt);
        Assert.Equal(new Housekept(0, 0, 0, 0, 0, 0, 0, false), await KeepAsync(mesh));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_start_removes_a_little_by_itself()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        mesh.Clock.Advance(FundedJob.KeyLifetime);
        await mesh.ReopenAsync();
        Assert.Null(mesh.Store.FindKey(new(TenantId.Owner, "k")));
        Assert.Empty(mesh.Store.ExpiredResults(mesh.Clock.GetUtcNow(), 1));
    }

    [Fact]
    public async Task A_full_disk_does_not_keep_a_mesh_from_starting()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        mesh.Clock.Advance(FundedJob.KeyLifetime);
        mesh.Fault = _ => CommitFault.Full;
        await mesh.ReopenAsync();
        Assert.NotNull(mesh.Store.FindKey(new(TenantId.Owner, "k")));
    }

    [Fact]
    public async Task One_run_is_bounded_and_says_when_more_is_due()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var writer = new ManualJournal(mesh);
        var jobs = Enumerable.Range(0, 4_200).Select(i => writer.Fund($"k{i}", "a", micros: 0)).ToList();
        while (writer.Drain())
        {
        }

        await Task.WhenAll(jobs);
        mesh.Clock.Advance(FundedJob.KeyLifetime);
        var first = await KeepAsync(mesh);
        Assert.Equal((4_096, true), (first.Keys, first.More));
        Assert.All(mesh.Commits, c => Assert.True(c.Jobs <= 256));
        var second = await KeepAsync(mesh);
        Assert.Equal((104, false), (second.Keys, second.More));
    }

    [Fact]
    public async Task A_blob_goes_when_its_last_result_is_forgotten_and_its_grace_is_over()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Blobs = folder.Blobs(mesh.Clock);
        await mesh.ReopenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Done(s_large));
        var one = await mesh.SubmitAsync(TestMesh.Request(key: "one"));
        mesh.Clock.Advance(TimeSpan.FromHours(12));
        var other = await mesh.SubmitAsync(TestMesh.Request(key: "other"));
        Assert.Equal(1, folder.Count); // Equal bytes are kept once.

        mesh.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal((1, 0), await ResultsAndBlobsAsync(mesh));
        Assert.Null(mesh.Controller.Find(TenantId.Owner, one.Job!.Value)!.Delivery);
        Assert.Equal(s_large, Encoding.UTF8.GetString(mesh.Controller.Find(TenantId.Owner, other.Job!.Value)!.Delivery!.Json.Span));

        mesh.Clock.Advance(TimeSpan.FromHours(12));
        Assert.Equal((1, 1), await ResultsAndBlobsAsync(mesh));
        Assert.Equal(0, folder.Count);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_blob_that_a_crash_left_without_a_job_goes_after_its_grace_and_one_in_use_never()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Blobs = folder.Blobs(mesh.Clock);
        await mesh.ReopenAsync();
        await mesh.Blobs.PutAsync(new byte[100], CancellationToken.None);
        mesh.Workers.Answer(ScriptedWorkers.Done(s_large));
        await mesh.SubmitAsync();
        mesh.Clock.Advance(mesh.Settings.BlobGrace - TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), await ResultsAndBlobsAsync(mesh));
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 1), await ResultsAndBlobsAsync(mesh));
        Assert.Equal(1, folder.Count);
    }

    [Fact]
    public async Task A_result_that_finds_no_room_among_the_blobs_is_not_delivered_and_not_paid()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Blobs = folder.Blobs(mesh.Clock, new(BlobLimits.Default.MaxBlobBytes, 1_000));
        await mesh.ReopenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Done(s_large));
        var report = await mesh.SubmitAsync();
        Assert.Equal((RefusalKind.Storage, "storage-failed"), (report.Refusal!.Kind, report.Refusal.Code.ToString()));
        Assert.NotNull(report.Receipt);
        mesh.AssertCostsNothing(report);

        mesh.Blobs = folder.Blobs(mesh.Clock, new(1_000, BlobLimits.Default.MaxTotalBytes));
        await mesh.ReopenAsync();
        mesh.AssertCostsNothing(await mesh.SubmitAsync());
    }

    [Fact]
    public async Task A_job_without_an_end_is_closed_and_a_running_one_is_left_alone()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Fault = batch => batch.Receipts.Count > 0 ? CommitFault.Full : CommitFault.None;
        var lost = (await mesh.SubmitAsync()).Job!.Value;
        mesh.Fault = null;
        var worker = new TaskCompletionSource<DispatchResult>();
        mesh.Workers.Run = (_, _) => worker.Task;
        var running = mesh.SubmitAsync();
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 2, TimeSpan.FromSeconds(30)));
        mesh.Clock.Advance(TimeSpan.FromDays(2)); // A machine that slept: its hold is long over.
        Assert.Equal(1, (await KeepAsync(mesh)).Closed);
        Assert.Equal("interrupted", mesh.Controller.Find(TenantId.Owner, lost)!.Refusal!.Code.ToString());
        worker.SetResult(ScriptedWorkers.Done());

        // It was left to end by itself, and what comes two days late is neither delivered nor paid.
        var late = await running;
        Assert.Equal("deadline-passed", late.Refusal!.Code.ToString());
        mesh.AssertCostsNothing(late);
    }

    [Fact]
    public async Task A_sweep_and_a_new_use_of_an_old_key_may_share_a_commit()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        mesh.Clock.Advance(FundedJob.KeyLifetime);
        var writer = new ManualJournal(mesh);
        var now = mesh.Clock.GetUtcNow();
        var (before, funded, after) = (writer.Post(new SweepCommand(now, 256)), writer.Fund("k", "a"), writer.Post(new SweepCommand(now, 256)));
        writer.Drain();
        Assert.IsType<FundAnswer.Funded>(await funded);
        await before;
        await after;
        Assert.Equal(now + FundedJob.KeyLifetime, writer.Store.FindKey(new(TenantId.Owner, "k"))!.ExpiresAt);
        Assert.Empty(writer.Store.ExpiredResults(now, 10));
    }

    [Theory]
    [InlineData(CommitFault.CrashBefore)]
    [InlineData(CommitFault.CrashAfter)]
    public async Task A_crash_in_the_middle_of_it_loses_nothing(CommitFault fault)
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Blobs = folder.Blobs(mesh.Clock);
        await mesh.ReopenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Done(s_large));
        await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        mesh.Clock.Advance(FundedJob.KeyLifetime);
        mesh.Fault = _ => fault;
        await Assert.ThrowsAsync<SimulatedCrashException>(() => KeepAsync(mesh));
        mesh.Fault = null;
        await mesh.ReopenAsync();
        await KeepAsync(mesh);
        Assert.Equal(0, folder.Count);
        mesh.AssertSound();
    }

    private static Task<Housekept> KeepAsync(TestMesh mesh) => mesh.Controller.HousekeepAsync(CancellationToken.None);

    private static async Task<(int Results, int Blobs)> ResultsAndBlobsAsync(TestMesh mesh)
    {
        var done = await KeepAsync(mesh);
        return (done.Results, done.Blobs);
    }
}
