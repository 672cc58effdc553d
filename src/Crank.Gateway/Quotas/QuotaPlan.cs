namespace Crank.Gateway.Quotas;

/// <summary>How much a tenant or a key may ask for. Null: no limit of that kind.</summary>
/// <param name="PerSecond">Requests per second, 1 to 1,000,000.</param>
/// <param name="PerMinute">Requests per minute, 1 to 60,000,000.</param>
/// <param name="PerDay">Requests per day, 1 to 1,000,000,000; counted across restarts.</param>
/// <param name="Concurrent">Requests at the same time, 1 to 100,000.</param>
public sealed record QuotaPlan(int? PerSecond = null, int? PerMinute = null, int? PerDay = null, int? Concurrent = null)
{
    /// <summary>The largest number of each kind, in the order of the members.</summary>
    internal static readonly (string Name, int Most)[] Limits = [("perSecond", 1_000_000), ("perMinute", 60_000_000), ("perDay", 1_000_000_000), ("concurrent", 100_000)];
}
