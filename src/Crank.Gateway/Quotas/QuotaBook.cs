using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Mesh.Records;

namespace Crank.Gateway.Quotas;

/// <summary>
/// The buckets of every tenant and key. A request takes a token from all of its buckets or from none. The use of a day is written down ahead, a hundredth
/// of the day's limit at a time: after a crash a tenant may have lost that much, and never has it twice. Safe for many threads.
/// </summary>
internal sealed class QuotaBook(QuotaOptions options, RecordBook records, TimeProvider clock)
{
    private volatile QuotaOptions _options = options;

    private const int Blocks = 100;
    private const string TenantKey = "tenant";

    private readonly ConcurrentDictionary<TenantId, Account> _accounts = new();

    /// <summary>Takes a token for one request and counts it as running, or says when to come again.</summary>
    public async ValueTask<QuotaVerdict> EnterAsync(Caller caller)
    {
        var account = AccountOf(caller.Tenant);
        while (true)
        {
            Task writing;
            lock (account)
            {
                var now = clock.GetUtcNow();
                var meters = MetersOf(account, caller, now);
                if (Refusal(meters, now) is { } refused)
                {
                    return refused;
                }

                if (Account.IsCovered(meters, now))
                {
                    foreach (var meter in meters)
                    {
                        meter.Take(now);
                        meter.Running++;
                    }

                    return Verdict(true, meters, now, TimeSpan.Zero, "");
                }

                writing = account.Writing ??= WriteAheadAsync(account, caller.Tenant, meters, now);
            }

            await writing;
        }
    }

    /// <summary>The request has ended.</summary>
    public void Leave(Caller caller)
    {
        var account = AccountOf(caller.Tenant);
        lock (account)
        {
            foreach (var meter in MetersOf(account, caller, clock.GetUtcNow()))
            {
                meter.Running--;
            }

            // A key that is used no more leaves nothing behind but a full bucket.
            if (account.Keys.Count > Account.MaxKeys)
            {
                foreach (var idle in account.Keys.Where(k => k.Value is { Running: 0, Plan.PerDay: null }).Select(k => k.Key).ToList())
                {
                    account.Keys.Remove(idle);
                }
            }
        }
    }

    /// <summary>The plan of a tenant in force.</summary>
    public QuotaPlan PlanOf(TenantId tenant) => QuotaRecord.Read(records.Find(QuotaRecord.PlanKind, tenant, TenantKey))?.Plan ?? Standard(tenant);

    /// <summary>Gives a tenant a plan of its own, from the next request on; null takes it back.</summary>
    public async Task SetPlanAsync(TenantId tenant, QuotaPlan? plan)
    {
        var stored = records.Find(QuotaRecord.PlanKind, tenant, TenantKey);
        if (plan is not null)
        {
            await records.PutAsync(new QuotaRecord(plan).ToRow(QuotaRecord.PlanKind, tenant, TenantKey, null, (stored?.Version ?? 0) + 1));
        }
        else if (stored is not null)
        {
            await records.RemoveAsync(QuotaRecord.PlanKind, tenant, TenantKey, stored.Version);
        }

        if (_accounts.TryGetValue(tenant, out var account))
        {
            lock (account)
            {
                account.Tenant.Set(plan ?? Standard(tenant), clock.GetUtcNow());
            }
        }
    }

    /// <summary>Takes over other standard plans of tenants, from the next request on.</summary>
    public void Renew(QuotaOptions next)
    {
        _options = next;
        foreach (var (tenant, account) in _accounts)
        {
            var plan = PlanOf(tenant);
            lock (account)
            {
                var now = clock.GetUtcNow();
                account.Tenant.Set(plan, now);
                foreach (var meter in account.Keys.Values)
                {
                    meter.Set(next.Key, now);
                }
            }
        }
    }

    /// <summary>Writes the day's use of everybody down as it is: after that a restart loses nothing.</summary>
    public async Task CloseAsync()
    {
        foreach (var (tenant, account) in _accounts)
        {
            foreach (var (id, meter) in account.Keys.Select(k => (k.Key, k.Value)).Prepend((TenantKey, account.Tenant)).ToList())
            {
                if (meter.Day is { } day)
                {
                    await StoreAsync(tenant, id, day);
                }
            }
        }
    }

    private Account AccountOf(TenantId tenant) => _accounts.GetOrAdd(tenant, t => new Account(Restored("tenant", t, TenantKey, PlanOf(t))));

    private QuotaPlan Standard(TenantId tenant) => tenant == TenantId.Owner ? _options.Owner : _options.Tenant;

    private Meter[] MetersOf(Account account, Caller caller, DateTimeOffset now)
    {
        if (caller.Source != "api-key" || caller.Credential is not { } key || _options.Key is { PerSecond: null, PerMinute: null, PerDay: null, Concurrent: null })
        {
            return [account.Tenant];
        }

        if (!account.Keys.TryGetValue(key, out var meter))
        {
            account.Keys[key] = meter = Restored("key", caller.Tenant, key, _options.Key);
        }

        return [account.Tenant, meter];
    }

    private Meter Restored(string name, TenantId tenant, string id, QuotaPlan plan)
    {
        var now = clock.GetUtcNow();
        var meter = new Meter(name, plan, now);
        if (meter.Day is { } day && QuotaRecord.Read(records.Find(QuotaRecord.UseKind, tenant, id)) is { Used: { } used, At: { } at } && Int128.TryParse(used, CultureInfo.InvariantCulture, out var units))
        {
            meter.Day = meter.Written = new TokenBucket(day.Limit, day.Period, Int128.Min(units, (Int128)day.Limit * day.Period.Ticks), at);
        }

        return meter;
    }

    private static QuotaVerdict? Refusal(Meter[] meters, DateTimeOffset now)
    {
        (string Limit, TimeSpan Wait)? worst = null;
        foreach (var meter in meters)
        {
            var missing = meter.Plan.Concurrent is { } most && meter.Running >= most ? ($"{most} at the same time", TimeSpan.FromSeconds(1)) : meter.Missing(now);
            if (missing is { } found && (worst is null || found.Item2 > worst.Value.Wait))
            {
                worst = found;
            }
        }

        return worst is { } limit ? Verdict(false, meters, now, limit.Wait, limit.Limit) : null;
    }

    /// <summary>Writes the next block of the day down. Called under the account's lock, and does nothing of it before it has given the lock back.</summary>
    private Task WriteAheadAsync(Account account, TenantId tenant, Meter[] meters, DateTimeOffset now)
    {
        var due = meters.Where(m => m.Day is { } day && !Account.Covers(m, day, now))
            .Select(m => (Meter: m, Id: m == account.Tenant ? TenantKey : account.Keys.First(k => k.Value == m).Key)).ToList();
        return RunAsync();

        async Task RunAsync()
        {
            await Task.Yield();
            try
            {
                foreach (var (meter, id) in due)
                {
                    if (meter.Day is not { } day)
                    {
                        continue;
                    }

                    var block = day.Period.Ticks * (Int128)Math.Max(1, day.Limit / Blocks);
                    var ahead = new TokenBucket(day.Limit, day.Period, day.UsedAt(now) + block, now);
                    await StoreAsync(tenant, id, ahead);
                    lock (account)
                    {
                        meter.Written = ahead;
                    }
                }
            }
            finally
            {
                lock (account)
                {
                    account.Writing = null;
                }
            }
        }
    }

    private async Task StoreAsync(TenantId tenant, string id, TokenBucket bucket)
    {
        var stored = records.Find(QuotaRecord.UseKind, tenant, id);
        var record = new QuotaRecord(Used: bucket.Used.ToString(CultureInfo.InvariantCulture), At: bucket.At);
        await records.PutAsync(record.ToRow(QuotaRecord.UseKind, tenant, id, bucket.At + bucket.Period, (stored?.Version ?? 0) + 1));
    }

    private static QuotaVerdict Verdict(bool allowed, Meter[] meters, DateTimeOffset now, TimeSpan wait, string limit)
    {
        var policy = new StringBuilder();
        var tightest = (Share: double.MaxValue, Text: "");
        foreach (var meter in meters)
        {
            meter.Describe(now, policy, ref tightest);
        }

        return new(allowed, policy.ToString(), tightest.Text, wait, limit);
    }

    private sealed class Account(Meter tenant)
    {
        public const int MaxKeys = 2_000;

        public Meter Tenant { get; } = tenant;

        public Dictionary<string, Meter> Keys { get; } = new(StringComparer.Ordinal);

        public Task? Writing { get; set; }

        /// <summary>True when one more token of every day's bucket is already written down.</summary>
        public static bool IsCovered(Meter[] meters, DateTimeOffset now) => Array.TrueForAll(meters, m => m.Day is not { } day || Covers(m, day, now));

        public static bool Covers(Meter meter, TokenBucket day, DateTimeOffset now) =>
            meter.Written is { } written && written.Limit == day.Limit && day.UsedAt(now) + day.Period.Ticks <= written.UsedAt(now);
    }
}
