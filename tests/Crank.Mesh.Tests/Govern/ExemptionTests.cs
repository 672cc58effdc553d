using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Govern;
using Crank.Mesh.Path;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Tests.Govern;

public sealed class ExemptionTests
{
    private static readonly TenantId s_acme = TenantId.Parse("acme");
    private static readonly PrincipalId s_ann = PrincipalId.Parse("ann");

    [Fact]
    public async Task A_refusal_whose_rules_all_have_a_live_exception_is_an_allow_that_names_them()
    {
        await using var mesh = await OpenAsync("no-night", "no-friday");
        var first = await mesh.Controller.Exemptions.AddAsync(Of("no-night"));
        Assert.Equal("forbidden", (await mesh.SubmitAsync(Request())).Refusal!.Code.Value);
        var second = await mesh.Controller.Exemptions.AddAsync(Of("no-friday"));
        var report = await mesh.SubmitAsync(Request());
        Assert.Null(report.Refusal);
        var decision = report.Receipt!.Decision!;
        Assert.Equal((true, $"exception/{first.Id}+{second.Id}", "test/1"), (decision.Allowed, decision.Rule, decision.Bundle));
        Assert.Contains($"exception {second.Id} stands against that until 2026-01-11", decision.Why, StringComparison.Ordinal);
        mesh.AssertSound();
    }

    [Fact]
    public async Task What_stands_above_the_policys_answer_is_told_to_whoever_writes_decisions_down()
    {
        await using var mesh = await OpenAsync("no-night");
        var told = new List<Decision>();
        mesh.Overruled = told.Add;
        await mesh.ReopenAsync();
        await mesh.SubmitAsync(Request());
        Assert.Empty(told);
        var exemption = await mesh.Controller.Exemptions.AddAsync(Of("no-night"));
        var report = await mesh.SubmitAsync(Request());
        Assert.Equal((report.Receipt!.Decision!.Id, $"exception/{exemption.Id}"), (told.Single().Id, told.Single().Rule));
        await mesh.Controller.Lockdown.LockAsync("It is a test.", PrincipalId.Owner, stopRunning: false);
        await mesh.SubmitAsync(Request());
        Assert.Equal((2, false), (told.Count, told[^1].Allowed));
    }

    [Fact]
    public async Task It_has_no_effect_from_its_end_on_and_none_after_it_was_removed()
    {
        await using var mesh = await OpenAsync("no-night");
        var exemption = await mesh.Controller.Exemptions.AddAsync(Of("no-night"));
        mesh.Clock.Advance(TimeSpan.FromDays(10) - TimeSpan.FromTicks(1));
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        mesh.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("forbidden", (await mesh.SubmitAsync(Request())).Refusal!.Code.Value);
        Assert.Empty(mesh.Controller.Exemptions.Live);
        Assert.Equal(exemption, Assert.Single(mesh.Controller.Exemptions.All));

        var other = await mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Until = mesh.Clock.GetUtcNow().AddDays(1) });
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        Assert.True(await mesh.Controller.Exemptions.RemoveAsync(other.Id));
        Assert.False(await mesh.Controller.Exemptions.RemoveAsync(other.Id));
        Assert.Equal("forbidden", (await mesh.SubmitAsync(Request())).Refusal!.Code.Value);
    }

    [Fact]
    public async Task It_is_for_those_whom_it_names_alone()
    {
        await using var mesh = await OpenAsync("no-night");
        await mesh.Controller.Records.PutAsync(new PrincipalRecord(Roles: ["member"]).ToRow(s_acme, PrincipalId.Parse("bob"), 1));
        var bobs = Request() with { Principal = PrincipalId.Parse("bob") };
        var anns = await mesh.Controller.Exemptions.AddAsync(Of("no-night"));
        Assert.Equal("forbidden", (await mesh.SubmitAsync(bobs)).Refusal!.Code.Value);
        await mesh.Controller.Exemptions.RemoveAsync(anns.Id);
        await mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Principal = null, Capability = CapabilityPattern.Parse("doc.*") });
        Assert.Equal("forbidden", (await mesh.SubmitAsync(bobs)).Refusal!.Code.Value);
        await mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Principal = null, Tenant = TenantId.Parse("other") });
        Assert.Equal("forbidden", (await mesh.SubmitAsync(bobs)).Refusal!.Code.Value);
        await mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Principal = null, Capability = CapabilityPattern.Parse("echo@1") });
        Assert.Null((await mesh.SubmitAsync(bobs)).Refusal);
    }

    [Fact]
    public async Task It_survives_a_restart()
    {
        await using var mesh = await OpenAsync("no-night");
        var exemption = await mesh.Controller.Exemptions.AddAsync(Of("no-night"));
        await mesh.ReopenAsync();
        Assert.Equal(exemption, Assert.Single(mesh.Controller.Exemptions.Live));
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
    }

    [Fact]
    public async Task Nothing_stands_against_a_lockdown_or_for_who_is_disabled_or_removed()
    {
        await using var mesh = await OpenAsync("no-night");
        await mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Principal = null });
        await mesh.Controller.Lockdown.LockAsync("Audit.", PrincipalId.Owner, false);
        Assert.Equal("locked-down", (await mesh.SubmitAsync(Request())).Refusal!.Code.Value);
        await mesh.Controller.Lockdown.UnlockAsync();
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);

        await mesh.Controller.Records.PutAsync(new PrincipalRecord(Disabled: true).ToRow(s_acme, s_ann, 2));
        Assert.Equal("forbidden", (await mesh.SubmitAsync(Request())).Refusal!.Code.Value);
        await mesh.Controller.Records.RemoveAsync(PrincipalRecord.Kind, s_acme, s_ann.Value, 2);
        Assert.Equal("forbidden", (await mesh.SubmitAsync(Request())).Refusal!.Code.Value);
        await mesh.Controller.Records.PutAsync(new PrincipalRecord().ToRow(s_acme, s_ann, 1));
        Assert.Null((await mesh.SubmitAsync(Request())).Refusal);
        await mesh.Controller.Records.PutAsync(new TenantRecord(Disabled: true).ToRow(s_acme, 2));
        Assert.Equal("forbidden", (await mesh.SubmitAsync(Request())).Refusal!.Code.Value);
    }

    [Theory]
    [InlineData("policy.failed")]
    [InlineData("policy.undefined")]
    [InlineData("policy.limit")]
    [InlineData("mesh.lockdown")]
    [InlineData("")]
    [InlineData("a\nb")]
    public async Task A_policy_that_errs_and_the_mesh_s_own_rules_have_no_exceptions(string rule)
    {
        await using var mesh = await OpenAsync("no-night");
        await Assert.ThrowsAsync<ArgumentException>(() => mesh.Controller.Exemptions.AddAsync(Of(rule)));
        Assert.Empty(mesh.Controller.Exemptions.All);
    }

    [Fact]
    public async Task It_ends_within_ninety_days_and_not_in_the_past()
    {
        await using var mesh = await OpenAsync("no-night");
        await Assert.ThrowsAsync<ArgumentException>(() => mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Until = TestMesh.Start }));
        await Assert.ThrowsAsync<ArgumentException>(() => mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Until = TestMesh.Start.AddDays(90).AddTicks(1) }));
        await mesh.Controller.Exemptions.AddAsync(Of("no-night") with { Until = TestMesh.Start.AddDays(90) });
    }

    [Theory]
    [InlineData("*", "doc.convert@1.2.0", true)]
    [InlineData("doc.*", "doc.convert@1.2.0", true)]
    [InlineData("doc.*", "docs@1.0.0", false)]
    [InlineData("doc.convert@1", "doc.convert@1.2.0", true)]
    [InlineData("doc.convert@2", "doc.convert@1.2.0", false)]
    [InlineData("doc.convert", "doc.convert@3.0.0", true)]
    [InlineData("doc.conv", "doc.convert@1.2.0", false)]
    [InlineData("*.convert", "doc.convert@1.2.0", true)]
    public void A_pattern_names_capabilities(string pattern, string capability, bool matches) =>
        Assert.Equal(matches, CapabilityPattern.Parse(pattern).Matches(CapabilityVersion.Parse(capability)));

    [Theory]
    [InlineData("")]
    [InlineData("Doc.*")]
    [InlineData("doc.?")]
    [InlineData("doc@")]
    [InlineData("doc@01")]
    [InlineData("doc@1.2")]
    [InlineData("@1")]
    public void What_is_no_pattern_is_refused(string text) => Assert.False(CapabilityPattern.TryParse(text, null, out _));

    private static Exemption Of(string rule) =>
        new(rule, s_acme, s_ann, CapabilityPattern.Parse("*"), TestMesh.Start.AddDays(10), "The night build moves next week.", PrincipalId.Owner, default);

    private static JobRequest Request() => TestMesh.Request() with { Tenant = s_acme, Principal = s_ann, Roles = ["member"] };

    /// <summary>A mesh whose policy refuses everything by some rules.</summary>
    private static async Task<TestMesh> OpenAsync(params string[] rules)
    {
        var mesh = await TestMesh.OpenAsync(prepare: m => m.Policy = new Refusing(rules));
        await mesh.Controller.Records.PutAsync(new TenantRecord(LimitMicros: -1_000_000).ToRow(s_acme, 1));
        await mesh.Controller.Records.PutAsync(new PrincipalRecord().ToRow(s_acme, s_ann, 1));
        return mesh;
    }

    private sealed class Refusing(string[] rules) : IPolicy
    {
        public ValueTask<Decision> DecideAsync(PolicyQuestion question, CancellationToken cancellationToken) =>
            new(new Decision(question.Id, false, rules[0], "test/1", "It is a test.", Constraints.None) { Denied = [.. rules] });
    }
}
