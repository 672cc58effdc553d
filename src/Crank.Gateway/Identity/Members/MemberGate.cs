using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Tenants;
using Crank.Storage;

namespace Crank.Gateway.Identity.Members;

/// <summary>Turns what a credential proves into a caller: only for a tenant and a principal that are known and not disabled, with the roles that both agree on.</summary>
internal sealed class MemberGate(IStore store)
{
    /// <summary>The caller, or why there is none.</summary>
    /// <param name="tenant">The tenant that the credential names.</param>
    /// <param name="principal">The principal that it names.</param>
    /// <param name="roles">The roles that it says; default when the principal's record alone says.</param>
    /// <param name="narrowed">The scopes that it narrows the roles to; null when it does not.</param>
    /// <param name="source">How the identity was proved.</param>
    /// <param name="credential">Which credential.</param>
    public IdentityAnswer Admit(
        TenantId tenant, PrincipalId principal, ImmutableArray<string> roles, FrozenSet<string>? narrowed, string source, string? credential)
    {
        if (tenant == TenantId.Owner && principal == PrincipalId.Owner)
        {
            return new IdentityAnswer.Known(Caller(tenant, principal, [Roles.Owner], narrowed, source, credential));
        }

        try
        {
            var known = TenantRecord.Find(store, tenant);
            if ((known is null && tenant != TenantId.Owner) || known is { Disabled: true })
            {
                return Gone("tenant");
            }

            if (PrincipalRecord.Find(store, tenant, principal) is not { Disabled: false } member)
            {
                return Gone("principal");
            }

            var effective = roles.IsDefault ? member.Roles ?? [] : Roles.Effective(roles, member.Roles);
            return new IdentityAnswer.Known(Caller(tenant, principal, effective, narrowed, source, credential));
        }
        catch (JsonException)
        {
            return Gone("principal");
        }
    }

    private static Caller Caller(TenantId tenant, PrincipalId principal, ImmutableArray<string> roles, FrozenSet<string>? narrowed, string source, string? credential)
    {
        var scopes = RoleScopes.Of(tenant, roles);
        return new(tenant, principal, roles, narrowed is null ? scopes : Both(scopes, narrowed), source, credential);
    }

    /// <summary>What is in both sets; one of the two whenever it holds no more than the other, as a key's does unless its principal lost a role.</summary>
    private static FrozenSet<string> Both(FrozenSet<string> scopes, FrozenSet<string> narrowed) =>
        narrowed.IsSubsetOf(scopes) ? narrowed
        : scopes.IsSubsetOf(narrowed) ? scopes
        : scopes.Intersect(narrowed).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The same words for a tenant or principal that is unknown, removed or disabled.</summary>
    private static IdentityAnswer.Refused Gone(string what) => new($"The {what} of this credential is not known here, or disabled.", "Ask an admin of the tenant, or the operator of the mesh.");
}
