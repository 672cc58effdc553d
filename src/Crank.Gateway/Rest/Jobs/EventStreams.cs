using System.Collections.Concurrent;
using Crank.Core;

namespace Crank.Gateway.Rest.Jobs;

/// <summary>Counts the streams of events that tenants have open.</summary>
internal sealed class EventStreams(Func<int> mostPerTenant)
{
    private readonly ConcurrentDictionary<TenantId, int> _open = new();

    /// <summary>Opens one more; null when the tenant has as many as it may.</summary>
    public Place? Open(TenantId tenant)
    {
        if (_open.AddOrUpdate(tenant, 1, (_, n) => n + 1) <= mostPerTenant())
        {
            return new(this, tenant);
        }

        Close(tenant);
        return null;
    }

    private void Close(TenantId tenant)
    {
        if (_open.AddOrUpdate(tenant, 0, (_, n) => n - 1) == 0)
        {
            // Only when nobody opened one meanwhile.
            _open.TryRemove(new KeyValuePair<TenantId, int>(tenant, 0));
        }
    }

    /// <summary>An open stream; disposing it closes it.</summary>
    public sealed class Place(EventStreams streams, TenantId tenant) : IDisposable
    {
        public void Dispose() => streams.Close(tenant);
    }
}
