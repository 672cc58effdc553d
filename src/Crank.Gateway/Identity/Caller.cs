using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Tenants;

namespace Crank.Gateway.Identity;

/// <summary>Who makes a request, as authenticated, and what that identity may do. The only place that a tenant comes from.</summary>
/// <param name="Tenant">Who pays, and whose data is seen.</param>
/// <param name="Principal">Who acts.</param>
/// <param name="Roles">The roles that the policy sees, e.g. <c>member</c>.</param>
/// <param name="Scopes">What may be asked for; see <see cref="Identity.Scopes"/>.</param>
/// <param name="Source">How the identity was proved, e.g. <c>socket</c> or <c>api-key</c>.</param>
/// <param name="Credential">Which key, token or certificate, without anything secret; null when there is only one.</param>
/// <param name="Purse">What the credential may spend of the tenant's money; null for all.</param>
public sealed record Caller(
    TenantId Tenant, PrincipalId Principal, ImmutableArray<string> Roles, FrozenSet<string> Scopes, string Source, string? Credential = null, Purse? Purse = null)
{
    /// <summary>The owner of the data folder, who may do everything.</summary>
    public static Caller Owner(string source, string? credential = null) =>
        new(TenantId.Owner, PrincipalId.Owner, ["owner"], Identity.Scopes.All, source, credential);
}
