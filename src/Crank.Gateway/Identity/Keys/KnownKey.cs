using System.Collections.Frozen;
using Crank.Core;
using Crank.Mesh.Tenants;

namespace Crank.Gateway.Identity.Keys;

/// <summary>A key as it is stored now.</summary>
internal sealed class KnownKey(TenantId tenant, SortableId id, KeyRecord record, long version, CancellationTokenSource? end = null)
{
    public TenantId Tenant => tenant;

    public SortableId Id => id;

    public KeyRecord Record => record;

    public long Version => version;

    /// <summary>The id as its holder sees it in the key: small letters.</summary>
    public string Text { get; } = TextOf(id);

    /// <summary>The record's scopes, ready to be asked.</summary>
    public FrozenSet<string> Scopes { get; } = record.Scopes.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The end of the key, the same for every version of its record; never disposed, as requests may still listen.</summary>
    public CancellationTokenSource End { get; } = end ?? new CancellationTokenSource();

    /// <summary>What it may spend; null for all that its tenant may.</summary>
    public Purse? Purse { get; } = record is { Budget: { } budget, Purse: { } purse } ? new(purse, budget.PerDay, budget.Total, record.ExpiresAt + KeyRecord.Kept) : null;

    public static string TextOf(SortableId id) => id.ToString().ToLowerInvariant();
}
