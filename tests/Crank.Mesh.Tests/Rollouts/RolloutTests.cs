using Crank.Core;
using Crank.Market;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Crank.Mesh.Rollouts;
using Crank.Mesh.Run;

namespace Crank.Mesh.Tests.Rollouts;

/// <summary>A mesh that serves two versions of echo, the newer of which is rolled out.</summary>
public sealed class RolloutTests
{
    private static readonly CapabilityName s_echo = TestMesh.Echo.Id.Name;
    private static readonly SemanticVersion s_stable = new(1, 0, 0);
    private static readonly SemanticVersion s_candidate = new(1, 1, 0);

    private static readonly Rollout s_rollout = new(
        s_echo, s_stable, s_candidate, [50], null, new(0.1, null, null, 20, Duration.FromSeconds(600)), RolloutState.Running, 0, default, []);

    [Fact]
    public async Task A_new_version_has_its_share_and_each_job_says_which_share_chose_it()
    {
        await using var mesh = await OpenAsync(s_rollout);
        var taken = 0;
        for (var i = 0; i < 200; i++)
        {
            var report = await mesh.SubmitAsync();
            var share = mesh.Controller.Explain(TenantId.Owner, report.Job!.Value)!.Share!;
            Assert.Equal((s_stable, s_candidate, 50, false), (share.Stable, share.Candidate, share.Weight, share.Missed));
            Assert.Equal(RolloutRules.SlotOf(new(s_echo, s_candidate), TenantId.Owner, report.Job.Value.ToString()), share.Slot);
            Assert.Equal(share.IsCandidate ? s_candidate : s_stable, mesh.ReceiptOf(report).Capability.Version);
            taken += share.IsCandidate ? 1 : 0;
        }

        Assert.InRange(taken, 60, 140);
        var status = mesh.Controller.Rollouts.Status(s_echo)!;
        Assert.Equal((200 - taken, taken), (status.Stable.Jobs, status.Candidate.Jobs));
    }

    [Fact]
    public async Task A_job_falls_where_its_idempotency_key_says()
    {
        await using var mesh = await OpenAsync(s_rollout);
        for (var i = 0; i < 20; i++)
        {
            var report = await mesh.SubmitAsync(TestMesh.Request(key: $"key-{i}"));
            Assert.Equal(
                RolloutRules.IsCandidate(RolloutRules.SlotOf(new(s_echo, s_candidate), TenantId.Owner, $"key-{i}"), 50) ? s_candidate : s_stable, mesh.ReceiptOf(report).Capability.Version);
        }
    }

    [Fact]
    public async Task A_version_that_is_named_is_never_redirected()
    {
        await using var mesh = await OpenAsync(s_rollout);
        for (var i = 0; i < 10; i++)
        {
            foreach (var version in new[] { s_stable, s_candidate })
            {
                var report = await mesh.SubmitAsync(TestMesh.Request() with { Version = version });
                Assert.Equal(version, mesh.ReceiptOf(report).Capability.Version);
                Assert.Null(mesh.Controller.Explain(TenantId.Owner, report.Job!.Value)!.Share);
            }
        }
    }

    [Fact]
    public async Task Errors_of_the_new_version_take_its_share_away_at_once_and_for_good()
    {
        await using var mesh = await OpenAsync(s_rollout);
        var happened = new List<RolloutEvent>();
        mesh.Controller.Rollouts.Happened += (_, what) => happened.Add(what);
        mesh.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(job.Offer.Capability.Version == s_candidate ? ScriptedWorkers.Failed("broken") : ScriptedWorkers.Done());

        var seen = new List<SemanticVersion>();
        for (var i = 0; i < 60; i++)
        {
            seen.Add(mesh.ReceiptOf(await mesh.SubmitAsync()).Capability.Version);
        }

        // Three failures are more than a tenth of twenty.
        Assert.Equal(3, seen.Count(v => v == s_candidate));
        Assert.Equal((RolloutStep.RolledBack, 0), (Assert.Single(happened).What, happened[0].Weight));
        Assert.Contains("3 of 3 jobs failed", happened[0].Why, StringComparison.Ordinal);
        await ReopenAsync(mesh);
        Assert.Equal(RolloutState.RolledBack, mesh.Controller.Rollouts.Status(s_echo)!.Rollout.State);
        Assert.Equal(s_stable, mesh.ReceiptOf(await mesh.SubmitAsync()).Capability.Version);
        Assert.Equal(s_candidate, mesh.ReceiptOf(await mesh.SubmitAsync(TestMesh.Request() with { Version = s_candidate })).Capability.Version);
    }

    [Fact]
    public async Task Errors_that_are_the_callers_or_the_stable_versions_take_nothing_away()
    {
        await using var mesh = await OpenAsync(s_rollout);
        mesh.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(ScriptedWorkers.Failed(job.Offer.Capability.Version == s_candidate ? "declared" : "broken"));
        for (var i = 0; i < 60; i++)
        {
            await mesh.SubmitAsync();
        }

        Assert.Equal(RolloutState.Running, mesh.Controller.Rollouts.Status(s_echo)!.Rollout.State);
    }

    [Fact]
    public async Task Declared_errors_count_where_they_are_said_to()
    {
        await using var mesh = await OpenAsync(s_rollout with { Limits = s_rollout.Limits with { DeclaredErrors = true } });
        mesh.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(job.Offer.Capability.Version == s_candidate ? ScriptedWorkers.Failed("declared") : ScriptedWorkers.Done());
        for (var i = 0; i < 30; i++)
        {
            await mesh.SubmitAsync();
        }

        Assert.Equal(RolloutState.RolledBack, mesh.Controller.Rollouts.Status(s_echo)!.Rollout.State);
    }

    [Fact]
    public async Task A_slow_new_version_loses_its_share()
    {
        await using var mesh = await OpenAsync(s_rollout with { Limits = s_rollout.Limits with { MaxErrorRate = null, MaxP95Ratio = 2, MinJobs = 16 } });
        mesh.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(
            ScriptedWorkers.Done() with { Usage = ScriptedWorkers.Usage() with { Wall = Duration.FromSeconds(job.Offer.Capability.Version == s_candidate ? 0.3 : 0.1) } });
        for (var i = 0; i < 120; i++)
        {
            await mesh.SubmitAsync();
        }

        var status = mesh.Controller.Rollouts.Status(s_echo)!;
        Assert.Equal(RolloutState.RolledBack, status.Rollout.State);
        Assert.Contains("300 ms; 2 times the 100 ms of 1.0.0", status.Rollout.History[^1].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_seen_before_a_restart_still_counts()
    {
        await using var mesh = await OpenAsync(s_rollout);
        mesh.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(job.Offer.Capability.Version == s_candidate ? ScriptedWorkers.Failed("broken") : ScriptedWorkers.Done());
        while (mesh.Controller.Rollouts.Status(s_echo)!.Candidate.Errors < 2)
        {
            await mesh.SubmitAsync();
        }

        var before = mesh.Controller.Rollouts.Status(s_echo)!;
        await ReopenAsync(mesh);
        var after = mesh.Controller.Rollouts.Status(s_echo)!;
        Assert.Equal((before.Stable, before.Candidate), (after.Stable, after.Candidate));
        while (mesh.Workers.Seen.Count(d => d.Offer.Capability.Version == s_candidate) < 3)
        {
            await mesh.SubmitAsync();
        }

        Assert.Equal(RolloutState.RolledBack, mesh.Controller.Rollouts.Status(s_echo)!.Rollout.State);
    }

    [Fact]
    public async Task A_verdict_that_a_full_disk_kept_from_being_written_counts_and_is_written_later()
    {
        await using var mesh = await OpenAsync(s_rollout);
        mesh.Fault = batch => batch.Records.Count > 0 ? Crank.Storage.CommitFault.Full : Crank.Storage.CommitFault.None;
        mesh.Workers.Run = (job, _) => Task.FromResult<DispatchResult>(job.Offer.Capability.Version == s_candidate ? ScriptedWorkers.Failed("broken") : ScriptedWorkers.Done());
        while (mesh.Controller.Rollouts.Status(s_echo)!.Rollout.State == RolloutState.Running)
        {
            await mesh.SubmitAsync();
        }

        mesh.Fault = null;
        await mesh.Controller.HousekeepAsync(CancellationToken.None);
        mesh.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(ScriptedWorkers.Done());
        await ReopenAsync(mesh);
        Assert.Equal(RolloutState.RolledBack, mesh.Controller.Rollouts.Status(s_echo)!.Rollout.State);
    }

    [Fact]
    public async Task It_grows_step_by_step_while_it_keeps_its_limits()
    {
        await using var mesh = await OpenAsync(s_rollout with { Steps = [50, 100], StepFor = Duration.FromSeconds(60) });
        for (var step = 0; step < 2; step++)
        {
            while (mesh.Controller.Rollouts.Status(s_echo)!.Candidate.Jobs < 20)
            {
                await mesh.SubmitAsync();
            }

            await mesh.Controller.HousekeepAsync(CancellationToken.None);
            Assert.Equal(step, mesh.Controller.Rollouts.Status(s_echo)!.Rollout.Step);
            mesh.Clock.Advance(TimeSpan.FromSeconds(61));
            await mesh.Controller.HousekeepAsync(CancellationToken.None);
        }

        await ReopenAsync(mesh);
        var rollout = mesh.Controller.Rollouts.Status(s_echo)!.Rollout;
        Assert.Equal((RolloutState.Promoted, 100), (rollout.State, rollout.Weight));
        Assert.Equal([RolloutStep.Began, RolloutStep.Raised, RolloutStep.Promoted], rollout.History.Select(h => h.What));
        Assert.Equal(s_candidate, mesh.ReceiptOf(await mesh.SubmitAsync()).Capability.Version);
    }

    [Fact]
    public async Task A_queued_job_does_not_start_as_a_version_that_was_rolled_back_since()
    {
        await using var mesh = await OpenAsync(s_rollout with { Steps = [100] });
        var accepted = await mesh.Controller.AcceptAsync(TestMesh.Request(), new Schedule(NotBefore: TestMesh.Start.AddHours(1)), CancellationToken.None);
        Assert.Equal(s_candidate, mesh.Store.FindJob(accepted.Job!.Value)!.Capability.Version);

        Assert.True(await mesh.Controller.Rollouts.DecideAsync(s_echo, isPromote: false, "somebody said so"));
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        await foreach (var seen in mesh.Controller.Watch(TenantId.Owner, accepted.Job.Value, -1, TestContext.Current.CancellationToken)!)
        {
            if (seen.IsLast)
            {
                break;
            }
        }

        Assert.Equal(s_stable, mesh.Controller.Find(TenantId.Owner, accepted.Job.Value)!.Receipt!.Capability.Version);
        Assert.Equal(0, mesh.Controller.Explain(TenantId.Owner, accepted.Job.Value)!.Share!.Weight);
    }

    [Fact]
    public async Task While_nobody_offers_the_new_version_its_share_is_the_stable_ones()
    {
        await using var mesh = await OpenAsync(s_rollout with { Steps = [100] });
        mesh.Offers.Book.Replace(Offers("1.0.0"));

        var report = await mesh.SubmitAsync();

        Assert.Equal(s_stable, mesh.ReceiptOf(report).Capability.Version);
        Assert.True(mesh.Controller.Explain(TenantId.Owner, report.Job!.Value)!.Share!.Missed);
    }

    [Fact]
    public async Task A_version_on_trial_does_not_stand_in_for_the_stable_one()
    {
        await using var mesh = await OpenAsync(s_rollout with { Steps = [1] });
        mesh.Offers.Book.Replace(Offers("1.1.0"));
        var refused = await mesh.SubmitAsync(TestMesh.Request() with { Version = s_stable });
        Assert.Equal(RefusalCodes.NoOffer, refused.Refusal!.Code);

        while (await mesh.Controller.Rollouts.DecideAsync(s_echo, isPromote: true, "somebody said so") is true)
        {
        }

        Assert.Equal(s_candidate, mesh.ReceiptOf(await mesh.SubmitAsync(TestMesh.Request() with { Version = s_stable })).Capability.Version);
    }

    [Fact]
    public async Task What_is_removed_has_no_say_any_more_and_what_is_set_twice_goes_on()
    {
        await using var mesh = await OpenAsync(s_rollout with { Steps = [1] });
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TestMesh.Start, (await mesh.Controller.Rollouts.SetAsync(s_rollout with { Steps = [1] }))!.Since);
        Assert.Equal(TestMesh.Start.AddSeconds(1), (await mesh.Controller.Rollouts.SetAsync(s_rollout))!.Since);

        Assert.True(await mesh.Controller.Rollouts.RemoveAsync(s_echo));
        Assert.False(await mesh.Controller.Rollouts.RemoveAsync(s_echo));
        await ReopenAsync(mesh);
        Assert.Empty(mesh.Controller.Rollouts.List());
        Assert.Equal(s_candidate, mesh.ReceiptOf(await mesh.SubmitAsync()).Capability.Version);
    }

    private static async Task<TestMesh> OpenAsync(Rollout rollout)
    {
        var mesh = await TestMesh.OpenAsync();
        Serve(mesh);
        await mesh.Controller.Rollouts.SetAsync(rollout);
        return mesh;
    }

    private static async Task ReopenAsync(TestMesh mesh)
    {
        await mesh.ReopenAsync();
        Serve(mesh);
    }

    private static void Serve(TestMesh mesh) => mesh.Offers.Book.Replace(new CapabilityCatalogue(Versions("1.0.0 1.1.0")), Offers("1.0.0 1.1.0"));

    private static OfferSnapshot Offers(string versions) => OfferSnapshot.Of(
        Versions(versions).Select((c, i) => TestMesh.OffersOf(TestMesh.Start, c, 1).Offers[0] with { Id = new(new((UInt128)(uint)(100 + i))) }));

    private static IEnumerable<Capability> Versions(string versions) => versions.Split(' ').Select(v => TestMesh.Echo with { Id = new(s_echo, SemanticVersion.Parse(v)) });
}
