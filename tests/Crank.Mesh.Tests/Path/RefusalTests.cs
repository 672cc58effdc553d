using Crank.Core;
using Crank.Market;
using Crank.Mesh.Path;
using Crank.Mesh.Run;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Tests.Path;

/// <summary>Every code of <c>docs/errors.md</c> is reached, with the kind, the receipt and the price that the list promises: none.</summary>
public sealed class RefusalTests
{
    [Fact]
    public void The_documented_codes_are_those_of_the_path()
    {
        Assert.Equal(RefusalCodes.All.Select(c => c.ToString()).Order(StringComparer.Ordinal), Documented().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_code_is_tried_here()
    {
        Assert.Empty(Documented().Keys.Except(typeof(RefusalTests).GetMethods().SelectMany(m => m.GetCustomAttributesData())
            .Where(a => a.AttributeType == typeof(CodeAttribute)).Select(a => (string)a.ConstructorArguments[0].Value!)));
    }

    [Fact, Code("bad-input")]
    public async Task Input_that_does_not_fit_the_schema_is_refused()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request("""{"unheard":1}""")), "bad-input", RefusalKind.BadInput);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request("""{"message":""")), "bad-input", RefusalKind.BadInput);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request("[1]")), "bad-input", RefusalKind.BadInput);
        Assert.Empty(mesh.Workers.Seen);
    }

    [Fact, Code("too-large")]
    public async Task Input_exactly_at_the_limit_is_taken_and_one_byte_more_is_refused()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var most = (int)TestMesh.Echo.Limits.Input.Value;
        const string frame = """{"message":""}""";
        Assert.Null((await mesh.SubmitAsync(TestMesh.Request($$"""{"message":"{{new string('x', most - frame.Length)}}"}"""))).Refusal);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request($$"""{"message":"{{new string('x', most - frame.Length + 1)}}"}""")), "too-large", RefusalKind.BadInput, paid: 1_000);
    }

    [Fact, Code("unknown-capability")]
    public async Task A_name_that_nobody_knows_is_refused_without_a_receipt_and_the_nearest_is_named()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync(TestMesh.Request() with { Capability = CapabilityName.Parse("ecko") });
        Check(mesh, report, "unknown-capability", RefusalKind.NotFound);
        Assert.Contains("'echo'", report.Refusal!.Try, StringComparison.Ordinal);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request() with { Version = SemanticVersion.Parse("2.0.0") }), "unknown-capability", RefusalKind.NotFound);
        Assert.Empty(mesh.Commits);
    }

    [Fact, Code("forbidden")]
    public async Task Nobody_but_the_owner_may_run_anything()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var report = await mesh.SubmitAsync(TestMesh.Request() with { Principal = PrincipalId.Parse("stranger") });
        Check(mesh, report, "forbidden", RefusalKind.Policy);
        Assert.False(mesh.ReceiptOf(report).Decision!.Allowed);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request() with { Tenant = TenantId.Parse("other") }), "forbidden", RefusalKind.Policy);
        Assert.Empty(mesh.Workers.Seen);
    }

    [Fact, Code("locked-down")]
    public async Task A_mesh_that_is_locked_down_takes_nothing_and_says_who_and_why()
    {
        await using var mesh = await TestMesh.OpenAsync();
        await mesh.Controller.Lockdown.LockAsync("A key has leaked.", PrincipalId.Owner, stopRunning: false);
        var report = await mesh.SubmitAsync();
        Check(mesh, report, "locked-down", RefusalKind.Policy);
        Assert.Equal("The mesh is locked down: A key has leaked. (by owner, since 2026-01-01 00:00:00Z)", report.Refusal!.Message);
        Assert.Equal(("mesh.lockdown", false), (report.Receipt!.Decision!.Rule, report.Receipt.Decision.Allowed));
        Assert.Empty(mesh.Workers.Seen);
    }

    [Fact, Code("no-offer")]
    public async Task Without_an_offer_nothing_runs()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Offers.Replace(OfferSnapshot.Empty);
        Check(mesh, await mesh.SubmitAsync(), "no-offer", RefusalKind.NoOffer);
    }

    [Fact, Code("none-within-terms")]
    public async Task An_offer_outside_the_terms_is_not_taken()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request(terms: Terms.Default with { Zones = [Zone.Parse("fr")] })), "none-within-terms", RefusalKind.NoOffer);
    }

    [Fact]
    public async Task An_offer_in_another_currency_is_not_taken()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Offers.Replace(TestMesh.OffersOf(TestMesh.Start, TestMesh.Echo, currency: Currency.Parse("USD")));
        Check(mesh, await mesh.SubmitAsync(), "none-within-terms", RefusalKind.NoOffer);
    }

    [Fact, Code("over-budget")]
    public async Task A_budget_below_the_ceiling_is_a_no_before_anything_is_held()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request(terms: Terms.Default with { Budget = Money.Zero(Currency.Eur) })), "over-budget", RefusalKind.NoFunds);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request(terms: Terms.Default with { Budget = new(999, Currency.Eur) })), "over-budget", RefusalKind.NoFunds);
        Assert.DoesNotContain(mesh.Commits, c => c.Holds > 0);
        Assert.Null((await mesh.SubmitAsync(TestMesh.Request(terms: Terms.Default with { Budget = new(1_000, Currency.Eur) }))).Refusal);
    }

    [Fact, Code("no-funds")]
    public async Task Nobody_spends_past_the_limit()
    {
        await using var mesh = await TestMesh.OpenAsync(TestMesh.DefaultSettings with { OwnerLimitMicros = -2_500 });
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        Assert.Null((await mesh.SubmitAsync()).Refusal);
        Check(mesh, await mesh.SubmitAsync(), "no-funds", RefusalKind.NoFunds, paid: 2_000);
    }

    [Fact, Code("key-budget-spent")]
    public async Task A_key_spends_no_more_than_its_budget_whatever_ends_how_and_over_every_restart()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var asked = TestMesh.Request() with { Purse = new("key", null, new(2_500, Currency.Eur), TestMesh.Start.AddDays(30)) };
        mesh.Workers.Answer(ScriptedWorkers.Failed("declared"));
        Assert.NotNull((await mesh.SubmitAsync(asked)).Refusal);
        mesh.Workers.Answer(ScriptedWorkers.Done());
        Assert.Null((await mesh.SubmitAsync(asked)).Refusal);
        await mesh.ReopenAsync();
        Assert.Null((await mesh.SubmitAsync(asked)).Refusal);

        Check(mesh, await mesh.SubmitAsync(asked), "key-budget-spent", RefusalKind.NoFunds, paid: 2_000);
        Assert.Equal(2_000, PurseRecord.Find(mesh.Store, TenantId.Owner, "key")!.TotalMicros);
        Assert.Null((await mesh.SubmitAsync()).Refusal);
    }

    [Fact]
    public async Task What_a_crash_cut_off_goes_back_to_the_budget_of_the_key()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var (begun, never) = (new TaskCompletionSource(), new TaskCompletionSource<DispatchResult>());
        mesh.Workers.Run = (_, _) =>
        {
            begun.SetResult();
            return never.Task;
        };
        _ = mesh.SubmitAsync(TestMesh.Request() with { Purse = new("key", new(1_000, Currency.Eur), null, TestMesh.Start.AddDays(30)) });
        await begun.Task;
        Assert.Equal(1_000, PurseRecord.Find(mesh.Store, TenantId.Owner, "key")!.TotalMicros);

        await mesh.CrashAsync();

        Assert.Equal(new PurseRecord(DateOnly.FromDateTime(TestMesh.Start.UtcDateTime), 0, 0), PurseRecord.Find(mesh.Store, TenantId.Owner, "key"));
    }

    [Fact, Code("key-conflict")]
    public async Task Another_request_under_a_key_is_refused()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Assert.Null((await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Refusal);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request("""{"message":"other"}""", "k")), "key-conflict", RefusalKind.Conflict, paid: 1_000);
    }

    [Fact, Code("busy")]
    public async Task When_nobody_has_room_no_attempt_is_counted()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Answer(new DispatchResult.Busy());
        var report = await mesh.SubmitAsync();
        Check(mesh, report, "busy", RefusalKind.NoOffer);
        Assert.Empty(report.Receipt!.Attempts);
        Assert.Equal(2, mesh.Workers.Seen.Count);
    }

    [Fact, Code("deadline-passed")]
    public async Task Past_its_deadline_a_job_is_stopped()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Run = async (_, token) =>
        {
            mesh.Clock.Advance(TimeSpan.FromSeconds(3));
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            throw new InvalidOperationException();
        };
        Check(mesh, await mesh.SubmitAsync(), "deadline-passed", RefusalKind.Deadline);
    }

    [Fact, Code("cancelled")]
    public async Task A_job_that_was_taken_back_costs_nothing()
    {
        await using var mesh = await TestMesh.OpenAsync();
        using var cancel = new CancellationTokenSource();
        mesh.Workers.Run = async (_, token) =>
        {
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
            throw new InvalidOperationException();
        };
        Check(mesh, await mesh.SubmitAsync(cancellationToken: cancel.Token), "cancelled", RefusalKind.Cancelled);
    }

    [Fact, Code("interrupted")]
    public async Task What_a_crash_cut_off_is_closed_by_the_next_start()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Run = (_, _) => new TaskCompletionSource<DispatchResult>().Task;
        var lost = mesh.SubmitAsync(TestMesh.Request(key: "k"));
        while (mesh.Workers.Seen.Count == 0)
        {
            await Task.Yield();
        }

        await mesh.ReopenAsync();
        Assert.False(lost.IsCompleted);
        var job = Assert.Single(mesh.Controller.Recovered);
        Check(mesh, mesh.Controller.Find(TenantId.Owner, job)!, "interrupted", RefusalKind.NotDone);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request(key: "k")), "interrupted", RefusalKind.NotDone);
    }

    [Fact, Code("bad-output")]
    public async Task An_answer_that_breaks_the_promise_is_not_paid()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Done("""{"unheard":1}"""));
        Check(mesh, await mesh.SubmitAsync(), "bad-output", RefusalKind.NotDone);
        mesh.Workers.Answer(ScriptedWorkers.Done("""{"message":"""));
        Check(mesh, await mesh.SubmitAsync(), "bad-output", RefusalKind.NotDone);
        mesh.Workers.Answer(ScriptedWorkers.Done($$"""{"message":"{{new string('x', 65_536)}}"}"""));
        Check(mesh, await mesh.SubmitAsync(), "bad-output", RefusalKind.NotDone);
    }

    [Fact, Code("isolation-too-weak")]
    public async Task An_answer_from_a_weaker_cell_is_not_paid()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Done(isolation: Isolation.Parse("process")));
        Check(mesh, await mesh.SubmitAsync(), "isolation-too-weak", RefusalKind.NotDone);
    }

    [Fact, Code("internal")]
    public async Task A_defect_in_what_runs_workers_ends_the_job()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Run = (_, _) => throw new InvalidOperationException("a defect");
        var report = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        Check(mesh, report, "internal", RefusalKind.NotDone);
        mesh.Workers.Run = (_, _) => throw new OperationCanceledException();
        Check(mesh, await mesh.SubmitAsync(), "internal", RefusalKind.NotDone);
        Check(mesh, await mesh.SubmitAsync(TestMesh.Request(key: "k")), "internal", RefusalKind.NotDone);
    }

    [Fact]
    public async Task A_worker_does_not_speak_in_the_words_of_the_path()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Workers.Answer(ScriptedWorkers.Failed("no-funds"));
        Check(mesh, await mesh.SubmitAsync(), "internal", RefusalKind.NotDone);
        mesh.Workers.Answer(ScriptedWorkers.Failed("declared"));
        Check(mesh, await mesh.SubmitAsync(), "declared", RefusalKind.NotDone);
    }

    [Fact, Code("storage-failed")]
    public async Task A_full_disk_at_the_first_commit_leaves_nothing()
    {
        await using var mesh = await TestMesh.OpenAsync();
        mesh.Fault = _ => CommitFault.Full;
        var report = await mesh.SubmitAsync();
        Assert.Equal((null, RefusalKind.Storage, "storage-failed"), (report.Job, report.Refusal!.Kind, report.Refusal.Code.ToString()));
        mesh.AssertCostsNothing(report);
        mesh.Fault = null;
        Assert.Null((await mesh.SubmitAsync()).Refusal);
    }

    [Fact, Code("outcome-unknown")]
    public async Task Who_stops_waiting_for_the_first_under_a_key_hears_that_it_goes_on()
    {
        await using var mesh = await TestMesh.OpenAsync();
        var worker = new TaskCompletionSource<DispatchResult>();
        mesh.Workers.Run = (_, _) => worker.Task;
        var first = mesh.SubmitAsync(TestMesh.Request(key: "k"));
        using var cancel = new CancellationTokenSource();
        var second = mesh.SubmitAsync(TestMesh.Request(key: "k"), cancel.Token);
        await cancel.CancelAsync();
        var told = await second;
        Assert.Equal(("outcome-unknown", RefusalKind.Cancelled, null), (told.Refusal!.Code.ToString(), told.Refusal.Kind, told.Receipt));
        worker.SetResult(ScriptedWorkers.Done());
        Assert.Equal(told.Job, (await first).Job);
        Assert.Null((await first).Refusal);
        mesh.AssertSound();
    }

    [Fact, Code("queue-full")]
    public async Task A_queue_without_room_refuses_without_a_receipt()
    {
        await using var mesh = await TestMesh.OpenAsync(TestMesh.DefaultSettings with { Queue = new() { MaxQueued = 1 } });
        var full = await mesh.Controller.AcceptAsync(TestMesh.Request(), Mesh.Queue.Schedule.Soon, CancellationToken.None);
        Assert.Equal(("queue-full", RefusalKind.NoOffer, null, null), (full.Refusal!.Code.ToString(), full.Refusal.Kind, full.Receipt, full.Job));
        Assert.Empty(mesh.Commits);
    }

    [Fact, Code("stopping")]
    public async Task A_controller_that_is_about_to_stop_takes_nothing_new()
    {
        await using var mesh = await TestMesh.OpenAsync();
        Assert.Equal(new(0, 0, 0), await mesh.Controller.DrainAsync(TimeSpan.Zero, CancellationToken.None));
        Check(mesh, await mesh.SubmitAsync(), "stopping", RefusalKind.NoOffer);
        Assert.Empty(mesh.Commits);
    }

    private static void Check(TestMesh mesh, JobReport report, string code, RefusalKind kind, long paid = 0)
    {
        Assert.Equal((code, kind), (report.Refusal!.Code.ToString(), report.Refusal.Kind));
        Assert.Null(report.Delivery);
        Assert.Equal(new Money(-paid, Currency.Eur), mesh.Balance("owner"));
        Assert.Equal(Documented().GetValueOrDefault(code, "yes") == "yes", report.Receipt is not null);
        if (report.Receipt is { } receipt)
        {
            Assert.Equal((0L, Outcome.NotDone, code), (receipt.Charge.Total.Micros, receipt.Outcome, receipt.Error.ToString()));
            Assert.Equal(kind, mesh.Controller.Find(receipt.Tenant, report.Job!.Value)!.Refusal!.Kind);
        }

        mesh.AssertSound();
    }

    /// <summary>Code and receipt column of the first table.</summary>
    private static Dictionary<string, string> Documented() => File.ReadLines(Repository.File("docs/errors.md"))
        .TakeWhile(line => !line.StartsWith("Ends of a worker", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .Where(cells => cells.Length == 6 && cells[1].StartsWith('`'))
        .ToDictionary(cells => cells[1].Trim('`'), cells => cells[4]);

    /// <summary>The code that a test reaches.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class CodeAttribute(string code) : Attribute
    {
        public string Code { get; } = code;
    }
}
