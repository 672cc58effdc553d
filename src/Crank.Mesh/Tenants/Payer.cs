using Crank.Core;
using Crank.Ledger;

namespace Crank.Mesh.Tenants;

/// <summary>The account that pays for a job, how far it may fall, and what the credential that asks may spend of it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Limit">Its lowest available balance as the tenant's record says now; null for the owner, whose limit is set when the mesh opens.</param>
/// <param name="Purse">What the credential may spend; null for all that the account has.</param>
internal sealed record Payer(AccountId Account, Money? Limit, Purse? Purse = null)
{
    public static Payer Owner { get; } = new(Opening.Owner, null);

    /// <summary>The payer of a tenant. A limit above zero counts as zero.</summary>
    public static Payer Of(TenantId tenant, TenantRecord? record, ControllerSettings settings) => tenant == TenantId.Owner
        ? Owner
        : new(Membership.AccountOf(tenant), new(Math.Min(0, record?.LimitMicros ?? settings.TenantLimitMicros), settings.Currency));
}
