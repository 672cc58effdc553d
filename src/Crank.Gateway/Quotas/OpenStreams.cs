using Crank.Core;

namespace Crank.Gateway.Quotas;

/// <summary>Counts the streams that each tenant has open, and knows about how long one stays open. Safe for many threads.</summary>
/// <param name="most">How many a tenant may have open.</param>
/// <param name="clock">The time.</param>
internal sealed class OpenStreams(Func<int> most, TimeProvider clock)
{
    private const double FirstGuess = 30;

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, int> _open = [];
    private double _secondsEach = FirstGuess;

    /// <summary>How many a tenant may have open.</summary>
    public int Most => most();

    /// <summary>Opens one more.</summary>
    /// <returns>Its place, to be disposed when it ends; or, when the tenant has as many as it may, about how long it takes until one of them ends.</returns>
    public (IDisposable? Place, TimeSpan RetryAfter) Open(TenantId tenant)
    {
        lock (_lock)
        {
            var open = _open.GetValueOrDefault(tenant);
            if (open >= most())
            {
                var wait = TimeSpan.FromSeconds(Math.Ceiling(_secondsEach / Math.Max(1, open)));
                return (null, wait < s_least ? s_least : wait > s_longest ? s_longest : wait);
            }

            _open[tenant] = open + 1;
            return (new Place(this, tenant, clock.GetTimestamp()), TimeSpan.Zero);
        }
    }

    private void Close(TenantId tenant, long began)
    {
        lock (_lock)
        {
            _secondsEach = (0.9 * _secondsEach) + (0.1 * clock.GetElapsedTime(began).TotalSeconds);
            if (--_open[tenant] == 0)
            {
                _open.Remove(tenant);
            }
        }
    }

    private sealed class Place(OpenStreams streams, TenantId tenant, long began) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
            {
                streams.Close(tenant, began);
            }
        }
    }
}
