using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Tenants;
using Crank.Rego.Decide;
using Crank.Rego.Values;
using CsCheck;

namespace Crank.Mesh.Tests.Authorize;

public sealed class DefaultPoliciesTests
{
    private static readonly TenantId s_acme = TenantId.Parse("acme");
    private static readonly PrincipalId s_ann = PrincipalId.Parse("ann");

    [Theory]
    [InlineData("owner", true)]
    [InlineData("admin", true)]
    [InlineData("member", true)]
    [InlineData("agent", true)]
    [InlineData("viewer", false)]
    [InlineData("Member", false)]
    [InlineData("something", false)]
    [InlineData("", false)]
    public void A_role_of_a_known_principal_allows_or_not(string role, bool allowed)
    {
        var decision = Decide(s_acme, s_ann, [role], new(), new());
        Assert.Equal((allowed, "role"), (decision.Allowed, decision.Rule));
    }

    [Fact]
    public void One_role_that_may_is_enough_and_none_is_not()
    {
        Assert.True(Decide(s_acme, s_ann, ["viewer", "agent"], new(), new()).Allowed);
        Assert.False(Decide(s_acme, s_ann, [], new(), new()).Allowed);
        Assert.False(Decide(s_acme, s_ann, default, new(), new()).Allowed);
    }

    [Fact]
    public void What_is_stored_cuts_what_an_identity_says()
    {
        Assert.False(Decide(s_acme, s_ann, ["member"], new(), new(Roles: ["viewer"])).Allowed);
        Assert.False(Decide(s_acme, s_ann, ["viewer"], new(), new(Roles: ["member"])).Allowed);
        Assert.True(Decide(s_acme, s_ann, ["member"], new(), new(Roles: ["member", "viewer"])).Allowed);
        Assert.False(Decide(s_acme, s_ann, ["member"], new(), new(Roles: [])).Allowed);
    }

    [Fact]
    public void Who_is_disabled_or_removed_is_refused()
    {
        Assert.Equal("tenant-unknown", Decide(s_acme, s_ann, ["member"], null, new()).Rule);
        Assert.Equal("tenant-disabled", Decide(s_acme, s_ann, ["member"], new(Disabled: true), new()).Rule);
        Assert.Equal("principal-unknown", Decide(s_acme, s_ann, ["member"], new(), null).Rule);
        Assert.Equal("principal-disabled", Decide(s_acme, s_ann, ["member"], new(), new(Disabled: true)).Rule);
        Assert.Equal("tenant-disabled", Decide(TenantId.Owner, s_ann, ["member"], new(Disabled: true), new()).Rule);
    }

    [Fact]
    public void The_owner_needs_neither_record_nor_role_and_nobody_else_is_the_owner_by_name()
    {
        Assert.Equal("owner", Decide(TenantId.Owner, PrincipalId.Owner, [], null, null).Rule);
        Assert.False(Decide(s_acme, PrincipalId.Owner, ["owner"], null, null).Allowed);
        Assert.False(Decide(TenantId.Owner, s_ann, ["owner"], null, null).Allowed);
        Assert.True(Decide(TenantId.Owner, s_ann, ["agent"], null, new()).Allowed);
    }

    /// <summary>The short cut says what the policy says, word for word, about whatever is asked.</summary>
    [Fact]
    public void The_short_cut_and_the_compiled_policy_give_the_same_answers()
    {
        var (quick, whole) = (DefaultPolicies.Load(TimeProvider.System), DefaultPolicies.LoadCompiled(TimeProvider.System));
        Assert.Equal((quick.Revision, quick.Digest), (whole.Revision, whole.Digest));
        var flag = Of(null, "true", "false", "null", "0");
        var id = Of(null, "\"owner\"", "\"acme\"", "\"\"", "7");
        var roles = Of("owner", "admin", "member", "agent", "viewer", "Member", "").Array[0, 3];
        Gen.Select(id, flag, flag, id, flag, flag, roles, Gen.Bool).Sample((tenant, known, disabled, principal, there, off, said, hasRoles) =>
        {
            var input = JsonIn.Read($$"""
                {"tenant": {{Object(("id", tenant), ("known", known), ("disabled", disabled))}},
                 "principal": {{Object(("id", principal), ("known", there), ("disabled", off), ("roles", hasRoles ? $"[{string.Join(',', said.Select(r => $"\"{r}\""))}]" : null))}}}
                """);
            var (one, other) = (quick.Ask(PolicyTopic.Job, input), whole.Ask(PolicyTopic.Job, input));
            Assert.Equal(other.Result, one.Result);
            Assert.Equal((other.Allowed, other.Rule, other.Why, other.Error), (one.Allowed, one.Rule, one.Why, one.Error));
        }, iter: 2_000);
        var nothing = JsonIn.Read("{}");
        Assert.Equal(whole.Ask(PolicyTopic.Job, nothing).Result, quick.Ask(PolicyTopic.Job, nothing).Result);
        Assert.False(quick.Ask(PolicyTopic.Job, nothing).Allowed);
    }

    [Fact]
    public void Every_file_stands_for_the_package_of_its_name_and_its_tests_pass()
    {
        var files = DefaultPolicies.Files;
        Assert.Contains("access.rego", files.Select(f => f.Name));
        var policies = PolicySet.Compile(files);
        Assert.All(policies.Policy.Modules, m => Assert.Equal($"data.crank.{m.Source.Package.At.File[..^".rego".Length]}", m.Source.Package.Path.ToString()));
        var tests = policies.Policy.Modules.SelectMany(m => m.Source.Rules).Select(r => r.Path.ToString()!).Where(p => p.Contains(".test_", StringComparison.Ordinal)).ToList();
        Assert.True(tests.Count >= 6);
        Assert.All(tests, test => Assert.True(policies.Prepare(test).Decide(ObjectValue.Empty).Result.IsTrue, test));
    }

    [Fact]
    public void Nothing_is_compiled_for_a_job_under_the_default_policies()
    {
        var compiled = DefaultPolicies.Load(TimeProvider.System);
        Assert.True(compiled.Ask(PolicyTopic.Job, PolicyInput.Of(Gate.Question(tenant: new(), principal: new(), roles: "member"))).Allowed);
        Assert.False(compiled.IsCompiled);
        Assert.True(compiled.Policies.Policy.Modules.Any() && compiled.IsCompiled);
    }

    private static Gen<string?> Of(params string?[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Object(params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var given = new List<string>();
        foreach (var (name, value) in members)
        {
            if (value is not null)
            {
                given.Add($"\"{name}\": {value}");
            }
        }

        return $"{{{string.Join(", ", given)}}}";
    }

    private static Core.Decision Decide(TenantId tenant, PrincipalId principal, ImmutableArray<string> roles, TenantRecord? stored, PrincipalRecord? known) =>
        new RegoPolicy(new(DefaultPolicies.Load(TimeProvider.System), TimeProvider.System)).DecideAsync(new(
            new(new SortableId(1)), tenant, principal, roles, stored, known, TestMesh.Echo.Id, Terms.Default, 10, null, false, TestMesh.Start, IsolationLevel.Strong), CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
