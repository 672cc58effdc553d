using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Crank.Mesh.Run;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Tests.Queue;

public sealed class QueueTests
{
    private static readonly Schedule s_later = new(NotBefore: TestMesh.Start.AddHours(1));

    [Fact]
    public async Task An_accepted_job_runs_and_its_receipt_names_both_decisions_and_the_promise()
    {
        await using var mesh = await OpenAsync();
        var accepted = await AcceptAsync(mesh);
        Assert.Equal((null, new Money(1_000, Currency.Eur), TestMesh.Start, TestMesh.Start.AddDays(1)), (accepted.Refusal, accepted.Ceiling, accepted.ReadyAt, accepted.DueAt));
        var report = await EndedAsync(mesh, accepted);
        Assert.Equal("""{"message":"ok"}""", System.Text.Encoding.UTF8.GetString(report.Delivery!.Json.Span));
        var receipt = report.Receipt!;
        Assert.Equal((JobState.Done, new Money(1_000, Currency.Eur)), (receipt.State, receipt.Charge.Total));
        Assert.NotEqual(receipt.Decision!.Id, receipt.Promise!.Decision.Id);
        Assert.Equal((new Money(1_000, Currency.Eur), TestMesh.Start), (receipt.Promise.Ceiling, receipt.Promise.StartedAt));
        Assert.True(mesh.Controller.Explain(TenantId.Owner, accepted.Job!.Value)!.Agrees);
        Assert.Equal([(1, 0, 1, 0), (1, 0, 0, 0), (1, 1, 1, 4)], mesh.Commits);
        Assert.Null(mesh.Store.FindQueued(accepted.Job.Value));
        Assert.Null(mesh.Store.FindInput(accepted.Job.Value));
        mesh.AssertSound();
    }

    [Fact]
    public async Task Accepted_means_on_disk_and_what_waits_survives_the_end_of_the_process()
    {
        await using var mesh = await OpenAsync();
        var accepted = await AcceptAsync(mesh, schedule: s_later);
        Assert.Equal(JobState.Queued, mesh.Store.FindJob(accepted.Job!.Value)!.State);
        Assert.Equal(1_000, mesh.Store.FindHold(accepted.Job.Value)!.AmountMicros);
        Assert.Equal("outcome-unknown", mesh.Controller.Find(TenantId.Owner, accepted.Job.Value)!.Refusal!.Code.ToString());
        await mesh.ReopenAsync();
        Assert.Empty(mesh.Controller.Recovered);
        Assert.Equal((1, 0), (mesh.Controller.QueueLoad.Waiting, mesh.Controller.QueueLoad.Running));
        Assert.Empty(mesh.Workers.Seen);
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null((await EndedAsync(mesh, accepted)).Refusal);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_job_is_not_started_before_its_time()
    {
        await using var mesh = await OpenAsync();
        var accepted = await AcceptAsync(mesh, schedule: s_later);
        Assert.Equal((TestMesh.Start.AddHours(1), TestMesh.Start.AddHours(25)), (accepted.ReadyAt, accepted.DueAt));
        mesh.Clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(JobState.Queued, mesh.Controller.Summary(TenantId.Owner, accepted.Job!.Value)!.State);
        mesh.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TestMesh.Start.AddHours(1), (await EndedAsync(mesh, accepted)).Receipt!.Promise!.StartedAt);
    }

    [Fact]
    public async Task A_policy_that_changed_refuses_at_the_start_and_the_receipt_names_both_decisions()
    {
        await using var mesh = await OpenAsync();
        var (tenant, principal) = (TenantId.Parse("acme"), PrincipalId.Parse("ann"));
        await mesh.Controller.Records.PutAsync(new TenantRecord().ToRow(tenant, 1));
        await mesh.Controller.Records.PutAsync(new PrincipalRecord().ToRow(tenant, principal, 1));
        var request = TestMesh.Request() with { Tenant = tenant, Principal = principal, Roles = ["member"] };
        var accepted = await mesh.Controller.AcceptAsync(request, s_later, CancellationToken.None);
        Assert.Null(accepted.Refusal);
        await mesh.Controller.Records.PutAsync(new PrincipalRecord(Disabled: true).ToRow(tenant, principal, 2));
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        var report = await EndedAsync(mesh, accepted, tenant);
        Assert.Equal(("forbidden", JobState.Refused), (report.Refusal!.Code.ToString(), report.Receipt!.State));
        Assert.Equal(("principal-disabled", false), (report.Receipt.Decision!.Rule, report.Receipt.Decision.Allowed));
        Assert.Equal(("role", true), (report.Receipt.Promise!.Decision.Rule, report.Receipt.Promise.Decision.Allowed));
        Assert.Empty(mesh.Workers.Seen);
        Assert.Equal(Money.Zero(Currency.Eur), mesh.Balance("tenant/acme"));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_price_above_the_promise_is_refused_and_one_within_it_is_paid()
    {
        await using var mesh = await OpenAsync();
        var first = await AcceptAsync(mesh, schedule: s_later);
        mesh.Offers.Replace(TestMesh.OffersOf(TestMesh.Start, Idempotent(TestMesh.CapabilityOf(1_500))));
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        var refused = await EndedAsync(mesh, first);
        Assert.Equal(("over-budget", JobState.Refused), (refused.Refusal!.Code.ToString(), refused.Receipt!.State));
        Assert.Equal(new Money(1_000, Currency.Eur), refused.Receipt.Promise!.Ceiling);
        mesh.AssertCostsNothing(refused);

        var second = await AcceptAsync(mesh, schedule: new(NotBefore: TestMesh.Start.AddHours(2)));
        mesh.Offers.Replace(TestMesh.OffersOf(TestMesh.Start, Idempotent(TestMesh.CapabilityOf(400))));
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null((await EndedAsync(mesh, second)).Refusal);
        Assert.Equal(new Money(-400, Currency.Eur), mesh.Balance("owner"));
        Assert.True(mesh.Controller.Explain(TenantId.Owner, second.Job!.Value)!.Agrees);
        mesh.AssertSound();
    }

    [Fact]
    public async Task What_nobody_offers_now_waits_until_somebody_does()
    {
        await using var mesh = await OpenAsync();
        var accepted = await AcceptAsync(mesh, schedule: s_later);
        var offers = TestMesh.OffersOf(TestMesh.Start, mesh.Capability);
        mesh.Offers.Replace(Market.OfferSnapshot.Empty);
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(SpinWait.SpinUntil(() => mesh.Controller.QueueLoad is { Running: 0, Waiting: 1 }, TimeSpan.FromSeconds(60)));
        mesh.Offers.Replace(offers);
        for (var i = 0; i < 400 && mesh.Workers.Seen.Count == 0; i++)
        {
            mesh.Clock.Advance(TimeSpan.FromSeconds(2));
            SpinWait.SpinUntil(() => mesh.Controller.QueueLoad.Running == 0, TimeSpan.FromSeconds(60));
        }

        Assert.Null((await EndedAsync(mesh, accepted)).Refusal);
    }

    [Fact]
    public async Task A_failed_run_is_tried_again_with_growing_waits_and_every_attempt_is_on_the_receipt()
    {
        await using var mesh = await OpenAsync();
        mesh.Offers.Replace(TestMesh.OffersOf(TestMesh.Start, mesh.Capability, 1));
        var runs = 0;
        mesh.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(++runs < 3 ? ScriptedWorkers.Failed("worker-exit", retryable: true) : ScriptedWorkers.Done());
        var accepted = await AcceptAsync(mesh);
        var report = await AdvanceToEndAsync(mesh, accepted);
        Assert.Null(report.Refusal);
        Assert.Equal(["worker-exit", "worker-exit", null], report.Receipt!.Attempts.Select(a => a.Error?.ToString()));
        Assert.Equal([1, 2, 3], report.Receipt.Attempts.Select(a => a.Number));
        var waits = report.Receipt.Attempts.Zip(report.Receipt.Attempts.Skip(1), (a, b) => (b.StartedAt - a.StartedAt).TotalSeconds).ToList();
        Assert.InRange(waits[0], 0.5, 1.2);
        Assert.InRange(waits[1], 1, 2.2);
        Assert.Equal(3 * 0.02, report.Receipt.Footprint!.Energy.Value, 6);
        mesh.AssertSound();
    }

    [Fact]
    public async Task After_its_last_attempt_a_job_is_a_dead_letter_that_can_be_queued_again()
    {
        await using var mesh = await OpenAsync(s => s with { MaxAttempts = 2 });
        mesh.Offers.Replace(TestMesh.OffersOf(TestMesh.Start, mesh.Capability, 1));
        mesh.Workers.Answer(ScriptedWorkers.Failed("worker-exit", retryable: true));
        var accepted = await AcceptAsync(mesh);
        var report = await AdvanceToEndAsync(mesh, accepted);
        Assert.Equal((JobState.Failed, 2), (report.Receipt!.State, report.Receipt.Attempts.Length));
        mesh.AssertCostsNothing(report);

        var dead = Assert.Single(mesh.Controller.DeadLetters(TenantId.Owner, null, 10));
        Assert.Equal((accepted.Job!.Value, 2), (dead.Job.Id, dead.Job.Queue!.Attempts));
        Assert.Empty(mesh.Controller.DeadLetters(TenantId.Parse("other"), null, 10));
        Assert.Null(await RequeueAsync(mesh, TenantId.Parse("other"), dead.Job.Id));
        await mesh.ReopenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Done());
        var again = (await RequeueAsync(mesh, TenantId.Owner, dead.Job.Id))!;
        Assert.NotEqual(accepted.Job, again.Job);
        Assert.Empty(mesh.Controller.DeadLetters(TenantId.Owner, null, 10));
        Assert.Null((await EndedAsync(mesh, again)).Refusal);
        Assert.Null(await RequeueAsync(mesh, TenantId.Owner, dead.Job.Id));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_dead_letter_is_removed_by_hand_or_when_its_time_is_up()
    {
        await using var mesh = await OpenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Failed("declared"));
        var (first, second) = (await AcceptAsync(mesh), await AcceptAsync(mesh));
        await EndedAsync(mesh, first);
        await EndedAsync(mesh, second);
        Assert.Equal([second.Job!.Value, first.Job!.Value], mesh.Controller.DeadLetters(TenantId.Owner, null, 10).Select(d => d.Job.Id));
        Assert.Equal([first.Job.Value], mesh.Controller.DeadLetters(TenantId.Owner, second.Job, 10).Select(d => d.Job.Id));
        Assert.False(await mesh.Controller.ForgetDeadLetterAsync(TenantId.Parse("other"), first.Job.Value));
        Assert.True(await mesh.Controller.ForgetDeadLetterAsync(TenantId.Owner, first.Job.Value));
        Assert.False(await mesh.Controller.ForgetDeadLetterAsync(TenantId.Owner, first.Job.Value));
        mesh.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(1, (await mesh.Controller.HousekeepAsync(CancellationToken.None)).Dead);
        Assert.Empty(mesh.Controller.DeadLetters(TenantId.Owner, null, 10));
        Assert.Null(mesh.Store.FindInput(second.Job.Value));
    }

    [Fact]
    public async Task A_declared_error_or_a_capability_that_is_not_idempotent_is_not_tried_again()
    {
        await using var mesh = await OpenAsync(capability: TestMesh.Echo);
        mesh.Offers.Replace(TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, 1));
        mesh.Workers.Answer(ScriptedWorkers.Failed("worker-exit", retryable: true));
        var report = await EndedAsync(mesh, await AcceptAsync(mesh));
        Assert.Equal((JobState.Failed, 1), (report.Receipt!.State, report.Receipt.Attempts.Length));
        mesh.Workers.Answer(ScriptedWorkers.Failed("declared"));
        Assert.Equal("declared", (await EndedAsync(mesh, await AcceptAsync(mesh))).Refusal!.Code.ToString());
        mesh.AssertSound();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_a_crash_cut_off_is_tried_again_only_when_it_may_be(bool idempotent)
    {
        await using var mesh = await OpenAsync(capability: idempotent ? null : TestMesh.Echo);
        var run = mesh.Workers.Run;
        mesh.Workers.Run = (_, _) => new TaskCompletionSource<DispatchResult>().Task;
        var accepted = await AcceptAsync(mesh);
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 1, TimeSpan.FromSeconds(60)));
        mesh.Workers.Run = run;
        await mesh.CrashAsync();
        Assert.Equal(idempotent ? [accepted.Job!.Value] : [], mesh.Controller.Resumed);
        Assert.Equal(idempotent ? [] : [accepted.Job!.Value], mesh.Controller.Recovered);
        var report = await AdvanceToEndAsync(mesh, accepted);
        Assert.Equal(idempotent ? null : "interrupted", report.Refusal?.Code.ToString());
        Assert.Equal(idempotent ? 2 : 1, mesh.Workers.Seen.Count);
        Assert.Equal(new Money(idempotent ? -1_000 : 0, Currency.Eur), mesh.Balance("owner"));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_run_that_does_not_answer_loses_its_job_and_its_late_answer_changes_nothing()
    {
        await using var mesh = await OpenAsync();
        var hung = new TaskCompletionSource<DispatchResult>();
        mesh.Workers.Run = (_, _) => hung.Task;
        var accepted = await AcceptAsync(mesh);
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 1, TimeSpan.FromSeconds(60)));
        var fence = mesh.Store.FindQueued(accepted.Job!.Value)!.Fence;
        mesh.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(ScriptedWorkers.Done());
        var report = await AdvanceToEndAsync(mesh, accepted, TimeSpan.FromSeconds(5));
        Assert.Null(report.Refusal);
        hung.SetResult(ScriptedWorkers.Done("""{"message":"late"}"""));
        Assert.Equal(new Money(-1_000, Currency.Eur), mesh.Balance("owner"));
        Assert.Equal(1, fence);
        Assert.Equal(2, mesh.Workers.Seen.Count);
        mesh.AssertSound();
    }

    [Fact]
    public async Task An_end_with_an_old_fence_is_not_written()
    {
        await using var mesh = await OpenAsync();
        var done = (await mesh.SubmitAsync()).Receipt!;
        var accepted = await AcceptAsync(mesh, schedule: s_later);
        var statement = Trust.Statements.SignedStatement.Sign(done with { Job = accepted.Job!.Value }, mesh.Parts(mesh.Store).Key());
        foreach (var fence in new long?[] { null, 1, -1 })
        {
            Assert.False(await mesh.Controller.Journal.PostAsync(new CloseCommand(
                accepted.Job.Value, JobState.Done, null, new(0, [], null, TestMesh.Start), done.Charge, statement, TestMesh.Start, fence: fence)));
        }

        Assert.Equal(JobState.Queued, mesh.Store.FindJob(accepted.Job.Value)!.State);
    }

    [Fact]
    public async Task A_waiting_job_is_taken_back_at_once_and_a_running_one_is_stopped()
    {
        await using var mesh = await OpenAsync();
        var waiting = await AcceptAsync(mesh, schedule: s_later);
        Assert.Equal(CancelAnswer.NotFound, await mesh.Controller.CancelAsync(TenantId.Parse("other"), waiting.Job!.Value));
        Assert.Equal(CancelAnswer.Cancelled, await mesh.Controller.CancelAsync(TenantId.Owner, waiting.Job.Value));
        Assert.Equal(CancelAnswer.Ended, await mesh.Controller.CancelAsync(TenantId.Owner, waiting.Job.Value));
        var report = await EndedAsync(mesh, waiting);
        Assert.Equal((JobState.Cancelled, null), (report.Receipt!.State, report.Receipt.Promise!.StartedAt));
        mesh.AssertCostsNothing(report);

        mesh.Workers.Run = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ScriptedWorkers.Done();
        };
        var running = await AcceptAsync(mesh);
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 1, TimeSpan.FromSeconds(60)));
        Assert.Equal(CancelAnswer.Stopping, await mesh.Controller.CancelAsync(TenantId.Owner, running.Job!.Value));
        Assert.Equal(JobState.Cancelled, (await EndedAsync(mesh, running)).Receipt!.State);

        var interactive = mesh.SubmitAsync();
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 2, TimeSpan.FromSeconds(60)));
        Assert.Equal(CancelAnswer.Stopping, await mesh.Controller.CancelAsync(TenantId.Owner, mesh.Workers.Seen[^1].Job));
        Assert.Equal(JobState.Cancelled, (await interactive).Receipt!.State);
        Assert.Empty(mesh.Controller.DeadLetters(TenantId.Owner, null, 10));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_job_whose_deadline_passes_in_the_queue_expires()
    {
        await using var mesh = await OpenAsync(s => s with { MaxRunning = 1 });
        var worker = new TaskCompletionSource<DispatchResult>();
        mesh.Workers.Run = (_, _) => worker.Task;
        var first = await AcceptAsync(mesh);
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 1, TimeSpan.FromSeconds(60)));
        var second = await mesh.Controller.AcceptAsync(TestMesh.Request(terms: Terms.Default with { Deadline = Duration.FromSeconds(1) }), Schedule.Soon, CancellationToken.None);
        Assert.Equal(TestMesh.Start.AddSeconds(1), second.DueAt);
        mesh.Clock.Advance(TimeSpan.FromSeconds(1));
        var report = await EndedAsync(mesh, second);
        Assert.Equal(("deadline-passed", JobState.Expired), (report.Refusal!.Code.ToString(), report.Receipt!.State));
        worker.SetResult(ScriptedWorkers.Done());
        await EndedAsync(mesh, first);
        mesh.AssertSound();
    }

    [Fact]
    public async Task What_expired_while_nothing_ran_is_closed_by_the_next_start()
    {
        await using var mesh = await OpenAsync();
        var accepted = await AcceptAsync(mesh, schedule: s_later);
        mesh.Settings = mesh.Settings with { Queue = mesh.Settings.Queue with { Runs = false } };
        await mesh.ReopenAsync();
        mesh.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(JobState.Queued, mesh.Store.FindJob(accepted.Job!.Value)!.State);
        await mesh.ReopenAsync();
        Assert.Equal([accepted.Job.Value], mesh.Controller.Recovered);
        Assert.Equal("deadline-passed", mesh.Controller.Find(TenantId.Owner, accepted.Job.Value)!.Refusal!.Code.ToString());
        mesh.AssertSound();
    }

    [Fact]
    public async Task Times_that_cannot_be_are_refused()
    {
        await using var mesh = await OpenAsync();
        foreach (var (deadline, schedule) in new[]
        {
            (Duration.FromSeconds(10), new Schedule(NotBefore: TestMesh.Start.AddSeconds(10))),
            ((Duration?)null, new Schedule(NotBefore: TestMesh.Start.AddDays(31))),
            (new Duration(TimeSpan.FromDays(31)), Schedule.Soon),
        })
        {
            var refused = await mesh.Controller.AcceptAsync(TestMesh.Request(terms: Terms.Default with { Deadline = deadline }), schedule, CancellationToken.None);
            Assert.Equal(("bad-input", JobState.Refused), (refused.Refusal!.Code.ToString(), refused.Receipt!.State));
            Assert.Null(refused.Receipt.Promise);
        }

        Assert.Null((await AcceptAsync(mesh, schedule: new(NotBefore: TestMesh.Start.AddDays(-1)))).Refusal);
    }

    [Fact]
    public async Task A_key_stands_for_one_job_queued_or_not()
    {
        await using var mesh = await OpenAsync();
        var first = await AcceptAsync(mesh, "k", s_later);
        var again = await AcceptAsync(mesh, "k", s_later);
        Assert.Equal((first.Job, true, null), (again.Job, again.Repeated, again.Refusal));
        var other = await mesh.Controller.AcceptAsync(TestMesh.Request("""{"message":"another"}""", "k"), Schedule.Soon, CancellationToken.None);
        Assert.Equal("key-conflict", other.Refusal!.Code.ToString());
        var waiting = mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Assert.False(waiting.IsCompleted);
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        var report = await waiting;
        Assert.Equal((first.Job, true, null), (report.Job, report.Repeated, report.Refusal));
        Assert.Single(mesh.Workers.Seen);
        Assert.Equal(first.Job, (await AcceptAsync(mesh, "k")).Job);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_full_queue_sheds_low_priorities_first_and_says_when_to_come_back()
    {
        await using var mesh = await OpenAsync(s => s with { MaxQueued = 10 });
        foreach (var (priority, taken) in new[] { (JobPriority.Low, 5), (JobPriority.Normal, 4), (JobPriority.High, 1) })
        {
            for (var i = 0; i < taken; i++)
            {
                Assert.Null((await AcceptAsync(mesh, schedule: s_later with { Priority = priority })).Refusal);
            }

            mesh.Commits.Clear();
            var full = await AcceptAsync(mesh, schedule: s_later with { Priority = priority });
            Assert.Equal(("queue-full", RefusalKind.NoOffer, null), (full.Refusal!.Code.ToString(), full.Refusal.Kind, full.Job));
            Assert.True(full.Refusal.RetryAfter >= TimeSpan.FromSeconds(1));
            Assert.Empty(mesh.Commits);
        }

        mesh.Clock.Advance(TimeSpan.FromHours(1));
        Assert.True(SpinWait.SpinUntil(() => mesh.Controller.QueueLoad is { Running: 0, Waiting: 0 }, TimeSpan.FromSeconds(60)));
        Assert.Null((await AcceptAsync(mesh, schedule: new(JobPriority.Low))).Refusal);
    }

    [Fact]
    public async Task A_tenant_and_a_capability_have_limits_of_their_own_and_a_refused_job_takes_no_room()
    {
        await using var mesh = await OpenAsync(s => s with { MaxQueuedPerTenant = 2 });
        var refused = await mesh.Controller.AcceptAsync(TestMesh.Request("""{"unheard":1}"""), s_later, CancellationToken.None);
        Assert.Equal("bad-input", refused.Refusal!.Code.ToString());
        Assert.Null((await AcceptAsync(mesh, schedule: s_later)).Refusal);
        Assert.Null((await AcceptAsync(mesh, schedule: s_later)).Refusal);
        Assert.Equal("queue-full", (await AcceptAsync(mesh, schedule: s_later)).Refusal!.Code.ToString());
        await mesh.ReopenAsync();
        Assert.Equal("queue-full", (await AcceptAsync(mesh, schedule: s_later)).Refusal!.Code.ToString());
        mesh.Settings = mesh.Settings with { Queue = mesh.Settings.Queue with { MaxQueuedPerTenant = 10, Capabilities = mesh.Settings.Queue.Capabilities.Add(TestMesh.Echo.Id.Name, new(MaxQueued: 3)) } };
        await mesh.ReopenAsync();
        Assert.Null((await AcceptAsync(mesh, schedule: s_later)).Refusal);
        Assert.Contains("of echo", (await AcceptAsync(mesh, schedule: s_later)).Refusal!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, int.MaxValue)]
    [InlineData(16, 3)]
    public async Task No_more_run_at_once_than_may(int overall, int ofCapability)
    {
        await using var mesh = await OpenAsync(s => s with { MaxRunning = overall, Capabilities = s.Capabilities.Add(TestMesh.Echo.Id.Name, new(MaxRunning: ofCapability)) });
        var gate = new SemaphoreSlim(0);
        var (now, most) = (0, 0);
        mesh.Workers.Run = async (_, _) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref now));
            await gate.WaitAsync(CancellationToken.None);
            Interlocked.Decrement(ref now);
            return ScriptedWorkers.Done();
        };
        var accepted = new List<AcceptReport>();
        for (var i = 0; i < 9; i++)
        {
            accepted.Add(await AcceptAsync(mesh));
        }

        // All three inside, not merely called: else one may leave before another has come.
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref now) == 3, TimeSpan.FromSeconds(60)));
        gate.Release(9);
        foreach (var job in accepted)
        {
            Assert.Null((await EndedAsync(mesh, job)).Refusal);
        }

        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_drain_lets_running_jobs_end_and_starts_nothing_more()
    {
        await using var mesh = await OpenAsync(s => s with { MaxRunning = 1 });
        var worker = new TaskCompletionSource<DispatchResult>();
        mesh.Workers.Run = (_, _) => worker.Task;
        var (running, waiting) = (await AcceptAsync(mesh), await AcceptAsync(mesh));
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 1, TimeSpan.FromSeconds(60)));
        var drain = mesh.Controller.DrainAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        Assert.Equal("stopping", (await AcceptAsync(mesh)).Refusal!.Code.ToString());
        Assert.Equal("stopping", (await mesh.SubmitAsync()).Refusal!.Code.ToString());
        worker.SetResult(ScriptedWorkers.Done());
        Assert.Equal(new Drained(1, 0, 1), await drain);
        Assert.Null(mesh.Controller.Find(TenantId.Owner, running.Job!.Value)!.Refusal);
        Assert.Equal(JobState.Queued, mesh.Store.FindJob(waiting.Job!.Value)!.State);
        await mesh.ReopenAsync();
        Assert.Null((await EndedAsync(mesh, waiting)).Refusal);
        mesh.AssertSound();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_drain_that_waited_long_enough_hands_back_what_may_run_again_and_closes_the_rest(bool idempotent)
    {
        await using var mesh = await OpenAsync(capability: idempotent ? null : TestMesh.Echo);
        mesh.Workers.Run = async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ScriptedWorkers.Done();
        };
        var queued = await AcceptAsync(mesh);
        var interactive = mesh.SubmitAsync();
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 2, TimeSpan.FromSeconds(60)));
        Assert.Equal(new Drained(0, 2, idempotent ? 1 : 0), await mesh.Controller.DrainAsync(TimeSpan.Zero, CancellationToken.None));
        Assert.Equal(JobState.Interrupted, (await interactive).Receipt!.State);
        Assert.Equal(idempotent ? JobState.Queued : JobState.Interrupted, mesh.Store.FindJob(queued.Job!.Value)!.State);
        mesh.Workers.Answer(ScriptedWorkers.Done());
        await mesh.ReopenAsync();
        Assert.Equal(idempotent ? null : "interrupted", (await EndedAsync(mesh, queued)).Refusal?.Code.ToString());
        mesh.AssertSound();
    }

    [Fact]
    public async Task Whoever_watches_sees_every_state_and_the_progress_and_goes_on_from_where_they_were()
    {
        await using var mesh = await OpenAsync();
        var worker = new TaskCompletionSource<DispatchResult>();
        mesh.Workers.Run = (job, _) =>
        {
            job.Progress!.Report(new(0.5, "half"));
            return worker.Task;
        };
        var accepted = await AcceptAsync(mesh, schedule: s_later);
        var job = accepted.Job!.Value;
        Assert.Null(mesh.Controller.Watch(TenantId.Parse("other"), job, -1, CancellationToken.None));
        var seen = new List<JobEvent>();
        await foreach (var happened in mesh.Controller.Watch(TenantId.Owner, job, -1, TestContext.Current.CancellationToken)!)
        {
            seen.Add(happened);
            if (happened.State == JobState.Queued)
            {
                mesh.Clock.Advance(TimeSpan.FromHours(1));
            }

            if (happened.Progress is { Share: 0.5 })
            {
                worker.SetResult(ScriptedWorkers.Done());
            }
        }

        Assert.Equal([JobState.Queued, JobState.Funded, JobState.Funded, JobState.Done], seen.Select(e => e.State));
        Assert.Equal(seen.Select(e => e.Sequence).Order(), seen.Select(e => e.Sequence));
        var rest = new List<JobEvent>();
        await foreach (var happened in mesh.Controller.Watch(TenantId.Owner, job, seen[1].Sequence, TestContext.Current.CancellationToken)!)
        {
            rest.Add(happened);
        }

        Assert.Equal(seen[^1].Sequence, Assert.Single(rest).Sequence);
        await foreach (var happened in mesh.Controller.Watch(TenantId.Owner, job, seen[^1].Sequence, TestContext.Current.CancellationToken)!)
        {
            Assert.Fail($"{happened} was seen before.");
        }
    }

    [Fact]
    public async Task The_files_of_a_queued_job_are_kept_until_it_has_ended()
    {
        using var folder = new TemporaryFolder();
        await using var mesh = await OpenAsync(prepare: m => m.Blobs = folder.Blobs(m.Clock));
        var content = new byte[40_000];
        new Random(1).NextBytes(content);
        var message = new string('m', 20_000);
        var request = TestMesh.Request($$"""{"message":"{{message}}"}""");
        request = request with { Blobs = request.Blobs.Add("file", new BlobSource(content.Length, () => new MemoryStream(content), "a.bin")) };
        var accepted = await mesh.Controller.AcceptAsync(request, s_later, CancellationToken.None);
        Assert.Null(accepted.Refusal);
        Array.Clear(content); // The caller is gone.
        Assert.NotNull(mesh.Store.FindInput(accepted.Job!.Value)!.Blob);
        Assert.Equal(2, mesh.Store.ReferencedBlobs().Count);
        await mesh.ReopenAsync();
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        byte[] read = [];
        mesh.Workers.Run = async (job, _) =>
        {
            using var stream = job.Blobs["file"].Source.Open();
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, CancellationToken.None);
            read = all.ToArray();
            Assert.Contains(message, System.Text.Encoding.UTF8.GetString(job.Input.Span), StringComparison.Ordinal);
            return ScriptedWorkers.Done();
        };
        Assert.Null((await EndedAsync(mesh, accepted)).Refusal);
        Assert.Equal(40_000, read.Length);
        Assert.Contains(read, b => b != 0);
        Assert.Empty(mesh.Store.ReferencedBlobs());
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_place_that_could_not_be_changed_is_found_by_housekeeping()
    {
        await using var mesh = await OpenAsync();
        mesh.Offers.Replace(TestMesh.OffersOf(TestMesh.Start, mesh.Capability, 1));
        mesh.Workers.Answer(ScriptedWorkers.Failed("worker-exit", retryable: true));
        mesh.Fault = batch => batch.Queue.Any(q => q is { Version: 3, IsDead: false }) ? CommitFault.Full : CommitFault.None;
        var accepted = await AcceptAsync(mesh);
        Assert.True(SpinWait.SpinUntil(() => mesh.Workers.Seen.Count == 1 && mesh.Controller.QueueLoad is { Running: 0, Waiting: 0 }, TimeSpan.FromSeconds(60)));
        Assert.Equal(JobState.Funded, mesh.Store.FindJob(accepted.Job!.Value)!.State);
        mesh.Fault = null;
        mesh.Workers.Answer(ScriptedWorkers.Done());
        Assert.Equal(1, (await mesh.Controller.HousekeepAsync(CancellationToken.None)).Closed);
        Assert.Null((await EndedAsync(mesh, accepted)).Refusal);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_full_disk_at_the_start_of_a_job_lets_it_wait()
    {
        await using var mesh = await OpenAsync();
        var full = 3;
        mesh.Fault = batch => batch.Queue.Any(q => q.Version == 2) && full-- > 0 ? CommitFault.Full : CommitFault.None;
        var report = await AdvanceToEndAsync(mesh, await AcceptAsync(mesh));
        Assert.Null(report.Refusal);
        Assert.True(full < 0);
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_policy_hears_whether_a_job_comes_or_starts()
    {
        var heard = new List<bool>();
        await using var mesh = await OpenAsync(prepare: m => m.Policy = new Listening(heard));
        await EndedAsync(mesh, await AcceptAsync(mesh));
        Assert.Equal([false, true], heard);
    }

    private static Capability Idempotent(Capability capability) => capability with { Idempotent = true };

    private static Task<TestMesh> OpenAsync(Func<QueueSettings, QueueSettings>? queue = null, Capability? capability = null, Action<TestMesh>? prepare = null) =>
        TestMesh.OpenAsync(TestMesh.DefaultSettings with { Queue = (queue ?? (q => q))(new()) }, prepare: mesh =>
        {
            mesh.Capability = capability ?? Idempotent(TestMesh.Echo);
            prepare?.Invoke(mesh);
        });

    private static Task<AcceptReport> AcceptAsync(TestMesh mesh, string? key = null, Schedule? schedule = null) =>
        mesh.Controller.AcceptAsync(TestMesh.Request(key: key), schedule ?? Schedule.Soon, CancellationToken.None);

    private static Task<AcceptReport?> RequeueAsync(TestMesh mesh, TenantId tenant, JobId dead) =>
        mesh.Controller.RequeueAsync(tenant, PrincipalId.Owner, [], dead, Schedule.Soon, null, CancellationToken.None);

    private static async Task<JobReport> EndedAsync(TestMesh mesh, AcceptReport accepted, TenantId? tenant = null)
    {
        Assert.Null(accepted.Refusal);
        await foreach (var _ in mesh.Controller.Watch(tenant ?? TenantId.Owner, accepted.Job!.Value, -1, TestContext.Current.CancellationToken)!)
        {
        }

        return mesh.Controller.Find(tenant ?? TenantId.Owner, accepted.Job.Value)!;
    }

    /// <summary>Moves the clock a little whenever nothing runs, or, with a step, whatever runs, until the job has ended; never near its deadline.</summary>
    private static async Task<JobReport> AdvanceToEndAsync(TestMesh mesh, AcceptReport accepted, TimeSpan? step = null)
    {
        Assert.Null(accepted.Refusal);
        var ended = EndedAsync(mesh, accepted);
        while (!ended.IsCompleted && mesh.Clock.GetUtcNow() < TestMesh.Start.AddHours(12))
        {
            if (step is null)
            {
                SpinWait.SpinUntil(() => mesh.Controller.QueueLoad.Running == 0 || ended.IsCompleted, TimeSpan.FromSeconds(60));
            }

            mesh.Clock.Advance(step ?? TimeSpan.FromMilliseconds(100));
            SpinWait.SpinUntil(() => ended.IsCompleted, TimeSpan.FromMilliseconds(5));
        }

        return await ended;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }

    private sealed class Listening(List<bool> heard) : IPolicy
    {
        public ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken)
        {
            heard.Add(question.IsStarting);
            return new(new Decision(question.Id, true, "all", "test/1", "Everything.", Constraints.None));
        }
    }
}
