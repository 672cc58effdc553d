using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Market;
using Crank.Mesh.Path;
using Crank.Mesh.Queue;
using Crank.Mesh.Run;

namespace Crank.Mesh.Tests.Authorize;

/// <summary>What a decision adds is obeyed wherever it could be broken: where a job is placed, where it runs, where it is tried again, and when a queued one starts.</summary>
public sealed class ConstraintTests
{
    [Theory]
    [InlineData("""{"zones": ["fr"]}""", "node-2")]
    [InlineData("""{"zones": ["de", "nl"]}""", "node-1")]
    [InlineData("""{"nodes": ["node-2"]}""", "node-2")]
    [InlineData("""{"deadline": "150ms"}""", "node-1")]
    [InlineData("""{"priceCeiling": "0.001 EUR"}""", "node-2")]
    [InlineData("""{"isolation": "strong+"}""", "node-2")]
    public async Task Place_chooses_only_among_offers_that_the_decision_allows_and_every_retry_too(string constraints, string node)
    {
        await using var mesh = await OpenAsync($$"""decision := {"allow": true, "constraints": {{constraints}}}""");
        mesh.Workers.Answer(ScriptedWorkers.Failed("worker-exit", retryable: true));
        var report = await mesh.SubmitAsync();
        Assert.Equal([node], report.Receipt!.Attempts.Select(a => a.Node.Value));
        Assert.Equal([node], mesh.Workers.Seen.Select(d => d.Offer.Node.Value));
        Assert.True(mesh.Controller.Explain(TenantId.Owner, report.Job!.Value)!.Agrees);
        mesh.AssertCostsNothing(report);

        // Without the constraint both are tried: it is the rule that keeps the other out.
        await using var free = await OpenAsync("""decision := {"allow": true}""");
        free.Workers.Answer(ScriptedWorkers.Failed("worker-exit", retryable: true));
        Assert.Equal(2, (await free.SubmitAsync()).Receipt!.Attempts.Length);
    }

    [Theory]
    [InlineData("""{"zones": ["nl"]}""", "none-within-terms")]
    [InlineData("""{"nodes": ["node-9"]}""", "none-within-terms")]
    [InlineData("""{"deadline": "10ms"}""", "none-within-terms")]
    [InlineData("""{"priceCeiling": "0.0001 EUR"}""", "over-budget")]
    public async Task A_job_that_no_offer_fits_is_refused_before_it_costs_anything(string constraints, string code)
    {
        await using var mesh = await OpenAsync($$"""decision := {"allow": true, "constraints": {{constraints}}}""");
        var report = await mesh.SubmitAsync();
        Assert.Equal(code, report.Refusal!.Code.ToString());
        Assert.Empty(mesh.Workers.Seen);
        mesh.AssertCostsNothing(report);
    }

    [Fact]
    public async Task Run_throws_away_what_a_worker_did_in_weaker_isolation_than_the_decision_demands()
    {
        await using var mesh = await OpenAsync("""decision := {"allow": true, "constraints": {"isolation": "strong+"}}""");
        mesh.Workers.Answer(ScriptedWorkers.Done(isolation: ScriptedWorkers.Strong));
        var report = await mesh.SubmitAsync();
        Assert.Equal("isolation-too-weak", report.Refusal!.Code.ToString());
        Assert.Equal(IsolationLevel.StrongPlus, Assert.Single(mesh.Workers.Seen).MinIsolation);
        mesh.AssertCostsNothing(report);
    }

    [Fact]
    public async Task Run_gives_a_worker_no_more_time_than_the_decision_and_cuts_it_off_then()
    {
        await using var mesh = await OpenAsync("""decision := {"allow": true, "constraints": {"deadline": "700ms"}}""");
        mesh.Workers.Run = (_, _) =>
        {
            mesh.Clock.Advance(TimeSpan.FromMilliseconds(800));
            return Task.FromResult<DispatchResult>(ScriptedWorkers.Done());
        };
        var report = await mesh.SubmitAsync();
        Assert.Equal("deadline-passed", report.Refusal!.Code.ToString());
        Assert.Contains("700ms", report.Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMilliseconds(700), Assert.Single(mesh.Workers.Seen).Limit);
        mesh.AssertCostsNothing(report);
    }

    [Fact]
    public async Task No_more_is_held_than_the_decision_lets_the_job_cost()
    {
        await using var mesh = await OpenAsync("""decision := {"allow": true, "limits": {"max_micros": 1000}}""");
        var report = await mesh.SubmitAsync();
        Assert.Equal((null, new Money(1_000, Currency.Eur), "node-2"), (report.Refusal, report.Receipt!.Charge.Held, report.Receipt.Attempts[0].Node.Value));
        mesh.AssertSound();
    }

    [Fact]
    public async Task An_input_with_more_bytes_than_the_decision_allows_is_refused()
    {
        await using var mesh = await OpenAsync("""decision := {"allow": true, "constraints": {"inputBytes": 20}}""");
        Assert.Null((await mesh.SubmitAsync(TestMesh.Request("""{"message":"1234"}"""))).Refusal);
        var refused = await mesh.SubmitAsync(TestMesh.Request("""{"message":"123456789"}"""));
        Assert.Contains("policy.input-bytes", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.Single(mesh.Workers.Seen);
    }

    [Fact]
    public async Task What_is_redacted_never_reaches_a_worker_on_any_try_and_the_receipt_says_so()
    {
        await using var mesh = await OpenAsync("""decision := {"allow": true, "constraints": {"redact": {"input": ["/file", "/nothing/there"]}}, "obligations": {{"kind": "retain", "days": 30}}}""");
        var tries = 0;
        mesh.Workers.Run = (_, _) => Task.FromResult<DispatchResult>(++tries < 2 ? ScriptedWorkers.Failed("worker-exit", retryable: true) : ScriptedWorkers.Done());
        var bytes = Encoding.UTF8.GetBytes("secret");
        var report = await mesh.SubmitAsync(TestMesh.Request() with { Blobs = ImmutableDictionary<string, BlobSource>.Empty.Add("file", new(bytes.Length, () => new MemoryStream(bytes), "secret.txt")) });
        Assert.Null(report.Refusal);
        Assert.Equal(2, mesh.Workers.Seen.Count);
        Assert.All(mesh.Workers.Seen, dispatch =>
        {
            Assert.Equal("""{"message":"hello"}""", Encoding.UTF8.GetString(dispatch.Input.Span));
            Assert.Empty(dispatch.Blobs);
        });
        var decision = report.Receipt!.Decision!;
        Assert.Equal(["/file", "/nothing/there"], decision.Constraints.Redact!.Input);
        Assert.Equal(["retain 30d"], decision.Obligations!.Value);
        Assert.NotNull(decision.Policy);
    }

    [Theory]
    [InlineData("/message", "does not fit echo@1.0.0")]
    [InlineData("/file/name", "as a whole only")]
    public async Task What_cannot_be_run_without_what_is_redacted_is_refused(string pointer, string says)
    {
        await using var mesh = await OpenAsync($$"""decision := {"allow": true, "constraints": {"redact": {"input": ["{{pointer}}"] } } }""");
        var report = await mesh.SubmitAsync(TestMesh.Request() with { Blobs = ImmutableDictionary<string, BlobSource>.Empty.Add("file", new(1, () => new MemoryStream([1]))) });
        Assert.Contains("policy.redaction", report.Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains(says, report.Refusal.Message, StringComparison.Ordinal);
        Assert.False(report.Receipt!.Decision!.Allowed);
        Assert.Empty(mesh.Workers.Seen);
    }

    [Fact]
    public async Task What_is_redacted_from_a_result_is_neither_delivered_nor_kept()
    {
        await using var mesh = await OpenAsync("""decision := {"allow": true, "constraints": {"redact": {"output": ["/file/name"]}}}""");
        mesh.Workers.Answer(ScriptedWorkers.Done("""{"message":"ok","file":{"name":"secret","kind":"text"}}"""));
        var report = await mesh.SubmitAsync(TestMesh.Request(key: "k"));
        const string Left = """{"message":"ok","file":{"kind":"text"}}""";
        Assert.Equal(Left, Encoding.UTF8.GetString(report.Delivery!.Json.Span));
        Assert.Equal(Left, Encoding.UTF8.GetString((await mesh.SubmitAsync(TestMesh.Request(key: "k"))).Delivery!.Json.Span));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_result_that_does_not_fit_without_what_is_redacted_is_not_delivered_and_not_paid()
    {
        await using var mesh = await OpenAsync("""decision := {"allow": true, "constraints": {"redact": {"output": ["/message"]}}}""");
        var report = await mesh.SubmitAsync();
        Assert.Equal("bad-output", report.Refusal!.Code.ToString());
        mesh.AssertCostsNothing(report);
    }

    /// <summary>The first decision sees the job come, the second sees it start: what the second adds is obeyed, whatever the first said.</summary>
    [Theory]
    [InlineData("""{"zones": ["fr"]}""", "node-2")]
    [InlineData("""{"nodes": ["node-2"]}""", "node-2")]
    [InlineData("""{"priceCeiling": "0.001 EUR"}""", "node-2")]
    [InlineData("""{"isolation": "strong+"}""", "node-2")]
    [InlineData("""{"deadline": "150ms"}""", "node-1")]
    [InlineData("""{"redact": {"input": ["/file"]}}""", "node-2")]
    public async Task A_queued_job_obeys_what_is_decided_when_it_starts(string constraints, string node)
    {
        await using var mesh = await OpenAsync($$"""
            decision := {"allow": true, "rule": "comes"} if not input.starting
            else := {"allow": true, "rule": "starts", "constraints": {{constraints}}}
            """);
        mesh.Workers.Run = (dispatch, _) => Task.FromResult<DispatchResult>(ScriptedWorkers.Done(isolation: dispatch.Offer.Isolation));
        var accepted = await mesh.Controller.AcceptAsync(TestMesh.Request("""{"message":"hello","file":{"a":1}}"""), Schedule.Soon, CancellationToken.None);
        var report = await EndedAsync(mesh, accepted);
        Assert.Null(report.Refusal);
        Assert.Equal(("comes", "starts"), (report.Receipt!.Promise!.Decision.Rule, report.Receipt.Decision!.Rule));
        var dispatch = Assert.Single(mesh.Workers.Seen);
        Assert.Equal(node, dispatch.Offer.Node.Value);
        Assert.Equal(constraints.Contains("redact", StringComparison.Ordinal) ? """{"message":"hello"}""" : """{"message":"hello","file":{"a":1}}""", Encoding.UTF8.GetString(dispatch.Input.Span));
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_queued_job_is_decided_by_the_set_in_force_when_it_starts_and_its_receipt_names_both()
    {
        var book = new Crank.Mesh.Authorize.PolicyBook(Gate.Set("""decision := {"allow": true, "rule": "first"}""", "monday/7"), TimeProvider.System);
        await using var mesh = await TestMesh.OpenAsync(prepare: m => m.Policy = new Crank.Mesh.Authorize.RegoPolicy(book));
        var later = new Schedule(NotBefore: TestMesh.Start.AddHours(1));
        var (kept, dropped) = (await mesh.Controller.AcceptAsync(TestMesh.Request(), later, CancellationToken.None), await mesh.Controller.AcceptAsync(TestMesh.Request("""{"message":"long one"}"""), later, CancellationToken.None));
        book.Put(Gate.Set("""
            decision := {"allow": true, "rule": "short"} if input.data.bytes < 22
            else := {"allow": false, "reasons": {"long": "Too long since Tuesday."}}
            """, "tuesday/8"));
        mesh.Clock.Advance(TimeSpan.FromHours(1));
        var (done, refused) = (await EndedAsync(mesh, kept), await EndedAsync(mesh, dropped));
        Assert.Null(done.Refusal);
        Assert.Equal(("monday/7", "first", "tuesday/8", "short"), Names(done));
        Assert.Equal(("monday/7", "first", "tuesday/8", "long"), Names(refused));
        Assert.Equal((JobState.Refused, "Too long since Tuesday."), (refused.Receipt!.State, refused.Receipt.Decision!.Why));
        Assert.NotEqual(done.Receipt!.Decision!.Policy, done.Receipt.Promise!.Decision.Policy);
        mesh.AssertSound();

        static (string, string, string, string) Names(JobReport report) =>
            (report.Receipt!.Promise!.Decision.Bundle, report.Receipt.Promise.Decision.Rule, report.Receipt.Decision!.Bundle, report.Receipt.Decision.Rule);
    }

    /// <summary>Two offers: node-1 is faster and dearer, in de; node-2 is cheaper, stronger and slower, in fr.</summary>
    private static Task<TestMesh> OpenAsync(string rego) => TestMesh.OpenAsync(prepare: mesh =>
    {
        mesh.Policy = Gate.Policy(rego);
        mesh.Capability = TestMesh.Echo with { Idempotent = true };
        var offers = TestMesh.OffersOf(TestMesh.Start, mesh.Capability).Offers;
        mesh.Offers = new(OfferSnapshot.Of(
        [
            offers[0] with { Price = new(Currency.Eur, [new(Unit.Job, new(1_001, Currency.Eur))]), Reliability = 1 },
            offers[1] with { Zone = Zone.Parse("fr"), Isolation = Isolation.Parse("process+env+rlimits+seccomp+landlock-7+cgroup") },
        ]));
    });

    private static async Task<JobReport> EndedAsync(TestMesh mesh, AcceptReport accepted)
    {
        Assert.Null(accepted.Refusal);
        await foreach (var _ in mesh.Controller.Watch(TenantId.Owner, accepted.Job!.Value, -1, TestContext.Current.CancellationToken)!)
        {
        }

        return mesh.Controller.Find(TenantId.Owner, accepted.Job.Value)!;
    }
}
