using System.Net;
using System.Net.Sockets;

namespace Crank.Gateway.Quotas;

/// <summary>Counts failed authentications by address, so that guessing and forging cost whoever tries, not the mesh. Bounded; safe for many threads.</summary>
internal sealed class FailureGuard(int perMinute, TimeProvider clock)
{
    private const int MaxAddresses = 10_000;
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, TokenBucket> _buckets = [];

    /// <summary>How long an address stays away; zero when it may try.</summary>
    public TimeSpan Wait(IPAddress? address)
    {
        if (address is null)
        {
            return TimeSpan.Zero;
        }

        lock (_lock)
        {
            return _buckets.TryGetValue(Group(address), out var bucket) ? bucket.Wait(clock.GetUtcNow()) : TimeSpan.Zero;
        }
    }

    /// <summary>Takes note of a failure.</summary>
    public void Failed(IPAddress? address)
    {
        if (address is null)
        {
            return;
        }

        lock (_lock)
        {
            var (group, now) = (Group(address), clock.GetUtcNow());
            var bucket = _buckets.TryGetValue(group, out var known) ? known : new TokenBucket(perMinute, s_minute, 0, now);
            _buckets[group] = bucket.HasToken(now) ? bucket.Take(now) : bucket;
            if (_buckets.Count > MaxAddresses)
            {
                foreach (var (full, _) in _buckets.Where(b => b.Value.UsedAt(now) == 0).Take(MaxAddresses / 10).ToList())
                {
                    _buckets.Remove(full);
                }

                // Everybody fails at once: whoever came first makes room.
                if (_buckets.Count > MaxAddresses)
                {
                    _buckets.Remove(_buckets.Keys.First());
                }
            }
        }
    }

    /// <summary>An IPv6 subscriber has a /64 at least: its addresses count as one.</summary>
    private static IPAddress Group(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
