using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Records;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Crank.Trust.ApiKeys;

namespace Crank.Gateway.Identity.Keys;

/// <summary>
/// The API keys of a mesh. Every key is in memory, so that a request costs no read; a change is durable first and then counts from that instant on.
/// Safe for many threads.
/// </summary>
public sealed class KeyBook : IDisposable
{
    private const int Page = 1_000;

    private readonly RecordBook _records;
    private readonly IStore _store;
    private readonly LiveOptions _options;
    private readonly TimeProvider _clock;
    private readonly IdSource _ids;
    private readonly Func<byte[]> _secret;
    private readonly byte[] _pepper;
    private readonly Currency _currency;
    private readonly ConcurrentDictionary<SortableId, KnownKey> _keys = new();
    private readonly SemaphoreSlim _writing = new(1, 1);

    private KeyBook(RecordBook records, IStore store, LiveOptions options, TimeProvider clock, IdSource ids, Func<byte[]> secret, byte[] pepper, Currency currency) =>
        (_records, _store, _options, _clock, _ids, _secret, _pepper, _currency) = (records, store, options, clock, ids, secret, pepper, currency);

    /// <summary>Reads every key that is stored.</summary>
    /// <param name="parts">What the gateway works with.</param>
    /// <param name="options">What the operator decided.</param>
    /// <exception cref="Trust.Keys.KeyStoreException">The secret under which keys are hashed cannot be used.</exception>
    internal static KeyBook Open(GatewayParts parts, LiveOptions options)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var book = new KeyBook(
            parts.Controller.Records, parts.Store, options, parts.Clock, parts.Ids ?? new IdSource(parts.Clock, new Random(RandomNumberGenerator.GetInt32(int.MaxValue))),
            parts.Secret ?? (() => RandomNumberGenerator.GetBytes(ApiKey.SecretSize)), Pepper.OpenOrCreate(Path.Combine(parts.Folder, "keys")),
            parts.Controller.Currency);
        TenantScoped<string>? after = null;
        IReadOnlyList<RecordRow> rows;
        do
        {
            rows = parts.Store.ListRecords(KeyRecord.Kind, null, after, Page);
            foreach (var row in rows)
            {
                book.Take(row);
            }

            after = rows.Count > 0 ? new(rows[^1].Tenant, rows[^1].Id) : null;
        }
        while (rows.Count == Page);
        return book;
    }

    /// <summary>Makes a key.</summary>
    /// <param name="by">Who makes it; the key belongs to that tenant and may do no more.</param>
    /// <param name="wanted">What it should be.</param>
    /// <returns>The key, or why there is none.</returns>
    public async Task<(IssuedKey? Key, KeyFault? Fault)> CreateAsync(Caller by, NewKey wanted)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentNullException.ThrowIfNull(wanted);
        if (ScopesOf(by.Tenant, wanted.Principal) is not { } possible)
        {
            return (null, KeyFault.NoPrincipal);
        }

        // Without a wish, what both may; a wish beyond that is refused, not cut: whoever asks shall know.
        ImmutableArray<string> scopes = wanted.Scopes.IsDefault ? [.. possible.Intersect(by.Scopes).Order(StringComparer.Ordinal)] : [.. wanted.Scopes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (!scopes.All(s => possible.Contains(s) && by.Scopes.Contains(s)))
        {
            return (null, KeyFault.TooMuch);
        }

        if (wanted.Budget is { } budget && (by.Purse is not null || new[] { budget.PerDay, budget.Total }.Any(m => m is { } money && (money.Currency != _currency || money.Micros < 0))))
        {
            return (null, KeyFault.Budget);
        }

        // Who has a budget cannot get round it with another key.
        var shared = by.Purse is { } purse ? (new KeyBudget(purse.PerDay, purse.Total), purse.Id) : ((KeyBudget, string)?)null;
        return await MakeAsync(by.Tenant, by.Principal, wanted with { Scopes = scopes }, null, shared);
    }

    /// <summary>Makes a key for a tenant that the operator has just made: the one case in which the maker is of another tenant.</summary>
    internal async Task<(IssuedKey? Key, KeyFault? Fault)> CreateFirstAsync(TenantId tenant, PrincipalId principal, PrincipalId by)
    {
        return ScopesOf(tenant, principal) is { } possible
            ? await MakeAsync(tenant, by, new NewKey(principal, [.. possible.Order(StringComparer.Ordinal)], Name: "first key"), null)
            : (null, KeyFault.NoPrincipal);
    }

    /// <summary>Makes the owner's key on the first run.</summary>
    /// <returns>The key; null when the owner has, or ever had, one that is still listed.</returns>
    public async Task<IssuedKey?> EnsureOwnerKeyAsync()
    {
        if (_keys.Values.Any(k => k.Tenant == TenantId.Owner && k.Record.Principal == PrincipalId.Owner))
        {
            return null;
        }

        var (key, _) = await MakeAsync(TenantId.Owner, PrincipalId.Owner, new NewKey(PrincipalId.Owner, [.. Scopes.All.Order(StringComparer.Ordinal)], TimeSpan.FromDays(365), "first key"), null);
        return key;
    }

    /// <summary>Puts a new key with the same principal and scopes in the place of one; both are good for a while.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="id">The key, one of that tenant.</param>
    /// <param name="overlap">How long the old one stays good; null for the configured time.</param>
    public async Task<(IssuedKey? Key, KeyFault? Fault)> RotateAsync(Caller by, SortableId id, TimeSpan? overlap)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (Of(by.Tenant, id) is not { } old)
        {
            return (null, KeyFault.NotFound);
        }

        var now = _clock.GetUtcNow();
        if (!old.Record.IsGood(now) || old.Record.ReplacedBy is not null)
        {
            return (null, KeyFault.Ended);
        }

        if (!old.Scopes.IsSubsetOf(by.Scopes) || (by.Purse is { } purse && purse.Id != old.Record.Purse))
        {
            return (null, KeyFault.TooMuch);
        }

        var lifetime = old.Record.ExpiresAt - old.Record.CreatedAt;
        var wanted = new NewKey(old.Record.Principal, old.Record.Scopes, lifetime < _options.Identity.MaxKeyLifetime ? lifetime : _options.Identity.MaxKeyLifetime, old.Record.Name);
        var (key, fault) = await MakeAsync(by.Tenant, by.Principal, wanted, old, old.Record is { Budget: { } budget, Purse: { } shared } ? (budget, shared) : null);
        if (key is null)
        {
            return (null, fault);
        }

        var end = now + (overlap ?? _options.Identity.RotationOverlap);
        var retired = old.Record with { ReplacedBy = key.Key.Id, ExpiresAt = end < old.Record.ExpiresAt ? end : old.Record.ExpiresAt };
        return await ReplaceAsync(old, retired) ? (key, null) : (null, KeyFault.Changed);
    }

    /// <summary>Revokes a key: when this returns true, no request is authenticated by it any more.</summary>
    public async Task<KeyFault?> RevokeAsync(TenantId tenant, SortableId id)
    {
        // A rotation may change the key at the same time: then the newer version is revoked.
        for (var i = 0; i < 3; i++)
        {
            if (Of(tenant, id) is not { } key)
            {
                return KeyFault.NotFound;
            }

            if (key.Record.RevokedAt is not null || await ReplaceAsync(key, key.Record with { RevokedAt = _clock.GetUtcNow() }))
            {
                return null;
            }
        }

        return KeyFault.Changed;
    }

    /// <inheritdoc/>
    public void Dispose() => _writing.Dispose();

    /// <summary>The key that a text is, when it is one of this mesh, good now, and its secret is right.</summary>
    internal KnownKey? Recognise(string text, out bool ended)
    {
        ended = false;
        if (!ApiKey.TryParse(text, out var key))
        {
            return null;
        }

        // An unknown id costs the same hash as a known one.
        var known = _keys.GetValueOrDefault(key.Id);
        if (!key.Matches(known?.Record.Hash ?? s_nobody, _pepper) || known is null)
        {
            return null;
        }

        ended = !known.Record.IsGood(_clock.GetUtcNow());
        return ended ? null : known;
    }

    /// <summary>What was spent with a key that has a budget, and with those that share it; null when nothing ever was.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    internal PurseRecord? SpentOf(KnownKey key) => key.Purse is { } purse ? PurseRecord.Find(_store, key.Tenant, purse.Id) : null;

    internal KnownKey? Of(TenantId tenant, SortableId id) => _keys.GetValueOrDefault(id) is { } key && key.Tenant == tenant ? key : null;

    /// <summary>Keys of one tenant, oldest first.</summary>
    internal IReadOnlyList<KnownKey> List(TenantId tenant, SortableId? after, int limit) =>
        [.. _keys.Values.Where(k => k.Tenant == tenant && (after is null || k.Id.CompareTo(after.Value) > 0)).OrderBy(k => k.Id).Take(limit)];

    /// <summary>What a principal may do at most; null when the tenant has no such principal.</summary>
    private FrozenSet<string>? ScopesOf(TenantId tenant, PrincipalId principal) =>
        tenant == TenantId.Owner && principal == PrincipalId.Owner ? Scopes.All
        : PrincipalRecord.Find(_store, tenant, principal) is { Disabled: false } record ? RoleScopes.Of(tenant, record.Roles ?? [])
        : null;

    private async Task<(IssuedKey? Key, KeyFault? Fault)> MakeAsync(TenantId tenant, PrincipalId by, NewKey wanted, KnownKey? instead, (KeyBudget Budget, string Purse)? shared = null)
    {
        var lifetime = wanted.Lifetime ?? _options.Identity.KeyLifetime;
        if (lifetime <= TimeSpan.Zero || lifetime > _options.Identity.MaxKeyLifetime)
        {
            return (null, KeyFault.Lifetime);
        }

        await _writing.WaitAsync();
        try
        {
            var now = _clock.GetUtcNow();
            foreach (var gone in _keys.Values.Where(k => k.Record.ExpiresAt + KeyRecord.Kept <= now))
            {
                _keys.TryRemove(gone.Id, out _);
            }

            if (_keys.Values.Count(k => k.Tenant == tenant && k.Record.IsGood(now)) - (instead is null ? 0 : 1) >= _options.Identity.KeysPerTenant)
            {
                return (null, KeyFault.TooMany);
            }

            var key = ApiKey.Create(_ids.Next(), _secret());
            var record = new KeyRecord(wanted.Principal, key.Hash(_pepper), wanted.Scopes, now, by, now + lifetime, wanted.Name)
            {
                Budget = shared?.Budget ?? wanted.Budget,
                Purse = shared?.Purse ?? (wanted.Budget is null ? null : key.Id.ToString()),
            };
            await _records.PutAsync(record.ToRow(tenant, key.Id, 1));
            _keys[key.Id] = new KnownKey(tenant, key.Id, record, 1);
            return (new IssuedKey(key, tenant, wanted.Principal, wanted.Scopes, record.ExpiresAt), null);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<bool> ReplaceAsync(KnownKey old, KeyRecord record)
    {
        await _writing.WaitAsync();
        try
        {
            await _records.PutAsync(record.ToRow(old.Tenant, old.Id, old.Version + 1));
            _keys[old.Id] = new KnownKey(old.Tenant, old.Id, record, old.Version + 1, old.End);
            return true;
        }
        catch (StoreConflictException)
        {
            if (_records.Find(KeyRecord.Kind, old.Tenant, old.Id.ToString()) is { } row)
            {
                Take(row);
            }

            return false;
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Take(RecordRow row)
    {
        // A row that cannot be read is a key that opens nothing.
        try
        {
            if (SortableId.TryParse(row.Id, null, out var id) && JsonSerializer.Deserialize(row.Body, KeyJson.Default.KeyRecord) is { Hash.Length: > 0 } record)
            {
                _keys[id] = new KnownKey(row.Tenant, id, record, row.Version, _keys.GetValueOrDefault(id)?.End);
            }
        }
        catch (JsonException)
        {
            _keys.TryRemove(SortableId.TryParse(row.Id, null, out var damaged) ? damaged : default, out _);
        }
    }

    private static readonly byte[] s_nobody = new byte[HMACSHA256.HashSizeInBytes];
}
