using Crank.Core;

namespace Crank.Storage;

/// <summary>A record to remove, at the version it must have: whoever changed it meanwhile keeps it.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Id">Its name within kind and tenant.</param>
/// <param name="Version">The version that is stored.</param>
public sealed record RemovedRecord(string Kind, TenantId Tenant, string Id, long Version);
