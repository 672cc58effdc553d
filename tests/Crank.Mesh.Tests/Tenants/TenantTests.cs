using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Path;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Mesh.Tests.Tenants;

public sealed class TenantTests
{
    private static readonly TenantId s_acme = TenantId.Parse("acme");
    private static readonly PrincipalId s_ann = PrincipalId.Parse("ann");

    [Fact]
    public async Task A_tenant_pays_from_an_account_of_its_own_that_opens_with_its_first_job()
    {
        await using var mesh = await OpenAsync();
        await TenantAsync(mesh, new(LimitMicros: -2_500));
        Assert.Null(mesh.Controller.Balance(s_acme));
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        Assert.Equal(new Money(-2_000, Currency.Eur), mesh.Balance("tenant/acme"));
        Assert.Equal(Money.Zero(Currency.Eur), mesh.Balance("owner"));
        var broke = await mesh.SubmitAsync(Request());
        Assert.Equal(("no-funds", RefusalKind.NoFunds), (broke.Refusal!.Code.ToString(), broke.Refusal.Kind));
        Assert.Equal(new Money(500, Currency.Eur), mesh.Controller.Balance(s_acme)!.Spendable);
        mesh.AssertSound();
        await mesh.ReopenAsync();
        mesh.AssertSound();
    }

    [Fact]
    public async Task A_limit_that_was_moved_counts_from_the_next_job_on()
    {
        await using var mesh = await OpenAsync();
        await TenantAsync(mesh, new(LimitMicros: -1_000));
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        Assert.NotNull((await mesh.SubmitAsync(Request())).Refusal);
        await mesh.Controller.Records.PutAsync(new TenantRecord(LimitMicros: -3_000).ToRow(s_acme, 2));
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        await mesh.Controller.Records.PutAsync(new TenantRecord(LimitMicros: -500).ToRow(s_acme, 3));
        Assert.Equal("no-funds", (await mesh.SubmitAsync(Request())).Refusal!.Code.ToString());
        mesh.AssertSound();
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5_000_000L)]
    public async Task A_record_without_a_limit_takes_the_configured_one_and_one_above_zero_counts_as_zero(long? limit)
    {
        await using var mesh = await OpenAsync(TestMesh.DefaultSettings with { TenantLimitMicros = -1_000 });
        await TenantAsync(mesh, new(LimitMicros: limit));
        Assert.Equal(limit is null, (await mesh.SubmitAsync(Request())).Refusal is null);
        Assert.NotNull((await mesh.SubmitAsync(Request())).Refusal);
    }

    [Fact]
    public async Task A_disabled_or_removed_principal_or_tenant_runs_nothing_more()
    {
        await using var mesh = await OpenAsync();
        Assert.Equal("forbidden", (await mesh.SubmitAsync(Request())).Refusal!.Code.ToString());
        await TenantAsync(mesh, new());
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        await mesh.Controller.Records.PutAsync(new PrincipalRecord(Disabled: true).ToRow(s_acme, s_ann, 2));
        Assert.Contains("principal-disabled", (await mesh.SubmitAsync(Request())).Refusal!.Message, StringComparison.Ordinal);
        await mesh.Controller.Records.RemoveAsync(PrincipalRecord.Kind, s_acme, s_ann.Value, 2);
        Assert.Contains("principal-unknown", (await mesh.SubmitAsync(Request())).Refusal!.Message, StringComparison.Ordinal);
        await mesh.Controller.Records.PutAsync(new RecordRow(PrincipalRecord.Kind, s_acme, s_ann.Value, "[]"u8.ToArray(), null, 1));
        Assert.Contains("principal-unknown", (await mesh.SubmitAsync(Request())).Refusal!.Message, StringComparison.Ordinal);
        await mesh.Controller.Records.PutAsync(new TenantRecord(Disabled: true).ToRow(s_acme, 2));
        var refused = await mesh.SubmitAsync(Request());
        Assert.Contains("tenant-disabled", refused.Refusal!.Message, StringComparison.Ordinal);
        Assert.False(refused.Receipt!.Decision!.Allowed);
        Assert.Single(mesh.Workers.Seen);
    }

    [Fact]
    public async Task Another_tenants_job_is_not_there()
    {
        await using var mesh = await OpenAsync();
        await TenantAsync(mesh, new());
        var mine = (await mesh.SubmitAsync(Request("same"))).Job!.Value;
        var owners = (await mesh.SubmitAsync(TestMesh.Request(key: "same"))).Job!.Value;
        Assert.NotEqual(mine, owners);
        foreach (var (tenant, seen, hidden) in new[] { (s_acme, mine, owners), (TenantId.Owner, owners, mine) })
        {
            var controller = mesh.Controller;
            Assert.NotNull(controller.Find(tenant, seen)!.Delivery);
            Assert.NotNull(controller.ReceiptFile(tenant, seen));
            Assert.True(controller.Explain(tenant, seen)!.Agrees);
            Assert.Equal(new Money(1_000, Currency.Eur), controller.Summary(tenant, seen)!.Charged);
            Assert.Equal([seen], controller.List(tenant, JobFilter.All, null, 10).Select(j => j.Id));
            Assert.Null(controller.Find(tenant, hidden));
            Assert.Null(controller.ReceiptFile(tenant, hidden));
            Assert.Null(controller.Explain(tenant, hidden));
            Assert.Null(controller.Summary(tenant, hidden));
            var usage = Assert.Single(controller.Usage(tenant, TestMesh.Start, TestMesh.Start.AddMinutes(1)));
            Assert.Equal((JobState.Done, 1L, new Money(1_000, Currency.Eur)), (usage.State, usage.Jobs, usage.Charged));
            Assert.Equal(0.02, usage.Energy.Value, 6);
            Assert.True(usage.Carbon.Value > 0);
        }

        Assert.Empty(mesh.Controller.List(TenantId.Parse("nobody"), JobFilter.All, null, 10));
    }

    [Fact]
    public async Task A_policy_that_throws_allows_nothing()
    {
        await using var mesh = await OpenAsync(policy: new Broken());
        var report = await mesh.SubmitAsync();
        Assert.Equal("forbidden", report.Refusal!.Code.ToString());
        Assert.Equal("policy.failed", report.Receipt!.Decision!.Rule);
        Assert.Empty(mesh.Workers.Seen);
    }

    [Fact]
    public async Task The_operators_isolation_holds_whatever_the_policy_says()
    {
        await using var mesh = await OpenAsync(policy: new Generous());
        mesh.Workers.Answer(ScriptedWorkers.Done(isolation: Isolation.Parse("process")));
        var report = await mesh.SubmitAsync();
        Assert.Equal("isolation-too-weak", report.Refusal!.Code.ToString());
        Assert.Equal(IsolationLevel.Strong, report.Receipt!.Decision!.Constraints.MinIsolation);
    }

    private static Task<TestMesh> OpenAsync(ControllerSettings? settings = null, IPolicy? policy = null) =>
        TestMesh.OpenAsync(settings, prepare: mesh => mesh.Policy = policy);

    private static async Task TenantAsync(TestMesh mesh, TenantRecord tenant)
    {
        await mesh.Controller.Records.PutAsync(tenant.ToRow(s_acme, 1));
        await mesh.Controller.Records.PutAsync(new PrincipalRecord().ToRow(s_acme, s_ann, 1));
    }

    private static JobRequest Request(string? key = null) => TestMesh.Request(key: key) with { Tenant = s_acme, Principal = s_ann, Roles = ["member"] };

    private sealed class Broken : IPolicy
    {
        public ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken) => throw new InvalidOperationException("a defect");
    }

    private sealed class Generous : IPolicy
    {
        public ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken) =>
            new(new Decision(question.Id, true, "all", "test/1", "Everything.", Constraints.None with { MinIsolation = IsolationLevel.None }));
    }
}
