using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Authorize;
using Crank.Mesh.Tenants;

namespace Crank.Mesh.Tests.Authorize;

public sealed class EmbeddedPolicyTests
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
        Assert.Equal((allowed, allowed ? "embedded.role" : "embedded.default"), (decision.Allowed, decision.Rule));
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
        Assert.Equal("embedded.tenant-unknown", Decide(s_acme, s_ann, ["member"], null, new()).Rule);
        Assert.Equal("embedded.tenant-disabled", Decide(s_acme, s_ann, ["member"], new(Disabled: true), new()).Rule);
        Assert.Equal("embedded.principal-unknown", Decide(s_acme, s_ann, ["member"], new(), null).Rule);
        Assert.Equal("embedded.principal-disabled", Decide(s_acme, s_ann, ["member"], new(), new(Disabled: true)).Rule);
        Assert.Equal("embedded.tenant-disabled", Decide(TenantId.Owner, s_ann, ["member"], new(Disabled: true), new()).Rule);
    }

    [Fact]
    public void The_owner_needs_neither_record_nor_role_and_nobody_else_is_the_owner_by_name()
    {
        Assert.Equal("embedded.owner", Decide(TenantId.Owner, PrincipalId.Owner, [], null, null).Rule);
        Assert.False(Decide(s_acme, PrincipalId.Owner, ["owner"], null, null).Allowed);
        Assert.False(Decide(TenantId.Owner, s_ann, ["owner"], null, null).Allowed);
        Assert.True(Decide(TenantId.Owner, s_ann, ["agent"], null, new()).Allowed);
    }

    private static Decision Decide(TenantId tenant, PrincipalId principal, ImmutableArray<string> roles, TenantRecord? stored, PrincipalRecord? known) => new EmbeddedPolicy().DecideAsync(new(
        new(new SortableId(1)), tenant, principal, roles, stored, known, TestMesh.Echo.Id, Terms.Default, 10, null, false, TestMesh.Start, IsolationLevel.Strong), CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
