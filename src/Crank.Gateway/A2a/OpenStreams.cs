using Crank.Core;

namespace Crank.Gateway.A2a;

/// <summary>Counts the streams that each tenant has open.</summary>
internal sealed class OpenStreams(Func<int> most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, int> _open = [];

    /// <summary>Takes a place; false when the tenant has none left. Who takes one gives it back.</summary>
    public bool TryOpen(TenantId tenant)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(tenant);
            if (open >= most())
            {
                return false;
            }

            _open[tenant] = open + 1;
            return true;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Close(TenantId tenant)
    {
        lock (_lock)
        {
            if (--_open[tenant] == 0)
            {
                _open.Remove(tenant);
            }
        }
    }
}
