using System.Collections.Frozen;
using System.Collections.Immutable;
using Crank.Core;
using Crank.Mesh.Tenants;

namespace Crank.Gateway.Identity;

/// <summary>Which scopes a role implies: one table, read by every identity source and by <c>docs/identity.md</c>.</summary>
public static class RoleScopes
{
    private static readonly FrozenSet<string> s_admin = Scopes.All.Except([Scopes.MeshAdmin, Scopes.PolicyRead, Scopes.ServicesRegister]).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, FrozenSet<string>> s_table = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal)
    {
        [Roles.Owner] = s_admin,
        [Roles.Admin] = s_admin,
        [Roles.Member] = Set(Scopes.MeshRead, Scopes.JobsRead, Scopes.JobsWrite, Scopes.BlobsRead, Scopes.BlobsWrite, Scopes.UsageRead),
        [Roles.Agent] = Set(Scopes.MeshRead, Scopes.JobsRead, Scopes.JobsWrite, Scopes.BlobsRead, Scopes.BlobsWrite),
        [Roles.Worker] = Set(Scopes.JobsRead, Scopes.JobsWrite, Scopes.BlobsRead, Scopes.BlobsWrite),
        [Roles.Viewer] = Set(Scopes.MeshRead, Scopes.JobsRead, Scopes.BlobsRead, Scopes.UsageRead),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every role, in the order of what it may.</summary>
    public static ImmutableArray<string> Known { get; } = [Roles.Owner, Roles.Admin, Roles.Member, Roles.Agent, Roles.Worker, Roles.Viewer];

    /// <summary>
    /// What roles may do together. <see cref="Scopes.MeshAdmin"/> and <see cref="Scopes.PolicyRead"/> are the owner's of the mesh alone: no role of another tenant implies them.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="roles">The roles; a word that is no role implies nothing.</param>
    public static FrozenSet<string> Of(TenantId tenant, ImmutableArray<string> roles)
    {
        if (tenant == TenantId.Owner && roles.Contains(Roles.Owner))
        {
            return Scopes.All;
        }

        return roles.Length == 1 && s_table.TryGetValue(roles[0], out var only)
            ? only
            : roles.SelectMany(r => s_table.GetValueOrDefault(r) ?? []).ToFrozenSet(StringComparer.Ordinal);
    }

    private static FrozenSet<string> Set(params ReadOnlySpan<string> scopes) => scopes.ToArray().ToFrozenSet(StringComparer.Ordinal);
}
