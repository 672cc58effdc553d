using System.Text.Json;
using Crank.Core;
using Crank.Ledger;
using Crank.Storage;

namespace Crank.Mesh.Tenants;

/// <summary>What is stored now of who pays and who acts.</summary>
/// <param name="Tenant">Null when nothing is, or when it cannot be read: then the tenant is not known.</param>
/// <param name="Principal">Null when nothing is, or when it cannot be read: then the principal is not known.</param>
internal sealed record Membership(TenantRecord? Tenant, PrincipalRecord? Principal)
{
    /// <summary>Reads the two records. The owner of the data folder needs none, and costs no read.</summary>
    public static Membership Of(IStore store, TenantId tenant, PrincipalId principal) => tenant == TenantId.Owner && principal == PrincipalId.Owner
        ? new(null, null)
        : new(Read(() => TenantRecord.Find(store, tenant)), Read(() => PrincipalRecord.Find(store, tenant, principal)));

    /// <summary>What is stored of a tenant; null when nothing is, or when it cannot be read.</summary>
    public static TenantRecord? TenantOf(IStore store, TenantId tenant) => Read(() => TenantRecord.Find(store, tenant));

    /// <summary>The account of a tenant.</summary>
    public static AccountId AccountOf(TenantId tenant) => tenant == TenantId.Owner ? Opening.Owner : AccountId.Parse($"tenant/{tenant}");

    private static T? Read<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
