namespace Crank.Core;

/// <summary>A key that belongs to one tenant. Caches, counters and stores take this type, so that an unscoped key does not compile.</summary>
/// <typeparam name="T">The key within the tenant.</typeparam>
public readonly record struct TenantScoped<T>(TenantId Tenant, T Key)
    where T : notnull;
