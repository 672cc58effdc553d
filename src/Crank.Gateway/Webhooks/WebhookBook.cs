using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Records;
using Crank.Trust.Sealing;

namespace Crank.Gateway.Webhooks;

/// <summary>The webhooks of all tenants, kept as records; each tenant's are read once and remembered until they change.</summary>
internal sealed class WebhookBook(RecordBook records, SealingKey sealing, LiveOptions options, TimeProvider clock, IdSource ids)
{
    private readonly ConcurrentDictionary<TenantId, ImmutableArray<(Webhook Webhook, long Version)>> _known = new();

    private volatile bool _written;
    private bool? _stored;

    /// <summary>True when no tenant has any: then nobody is to be told of what has ended so far.</summary>
    /// <remarks>For the engine alone, one turn at a time. What is written while this reads counts from before it is durable.</remarks>
    public bool IsEmpty => !_written && !(_stored ??= records.List(Webhook.Kind, null, null, 1).Count > 0);

    /// <summary>The webhooks of a tenant, in order of id, which is the order of their making.</summary>
    public ImmutableArray<(Webhook Webhook, long Version)> Of(TenantId tenant) => _known.GetOrAdd(tenant, Load);

    public Webhook? Find(TenantId tenant, string id) => Of(tenant).FirstOrDefault(w => w.Webhook.Id == id).Webhook;

    /// <summary>Makes one; the secret is told once.</summary>
    /// <returns>Null when the tenant has as many as it may.</returns>
    public async Task<(Webhook Webhook, string Secret)?> AddAsync(TenantId tenant, Uri url, ImmutableArray<string> events)
    {
        if (Of(tenant).Length >= options.Webhooks.PerTenant)
        {
            return null;
        }

        var id = ids.Next().ToString().ToLowerInvariant();
        var secret = WebhookSignature.NewSecret();
        var webhook = new Webhook(id, url, events, sealing.Seal(secret, Place(tenant, id)), null, null, clock.GetUtcNow(), null);
        await WriteAsync(tenant, webhook, 1);
        return (webhook, WebhookSignature.Show(secret));
    }

    /// <summary>Gives one a new secret, told once; the old one signs beside it for a while. Null when there is none of that id.</summary>
    public async Task<(Webhook Webhook, string Secret)?> RotateAsync(TenantId tenant, string id)
    {
        if (Of(tenant).FirstOrDefault(w => w.Webhook.Id == id) is not { Webhook: { } webhook, Version: var version })
        {
            return null;
        }

        var secret = WebhookSignature.NewSecret();
        webhook = webhook with { Secret = sealing.Seal(secret, Place(tenant, id)), Old = webhook.Secret, OldUntil = clock.GetUtcNow() + options.Webhooks.RotationOverlap, GoneAt = null };
        await WriteAsync(tenant, webhook, version + 1);
        return (webhook, WebhookSignature.Show(secret));
    }

    /// <summary>Switches one off whose receiver says that it is gone.</summary>
    public async Task SwitchOffAsync(TenantId tenant, string id)
    {
        if (Of(tenant).FirstOrDefault(w => w.Webhook.Id == id) is { Webhook: { GoneAt: null } webhook, Version: var version })
        {
            await WriteAsync(tenant, webhook with { GoneAt = clock.GetUtcNow() }, version + 1);
        }
    }

    /// <summary>Removes one. False when there is none of that id.</summary>
    public async Task<bool> RemoveAsync(TenantId tenant, string id)
    {
        if (Of(tenant).FirstOrDefault(w => w.Webhook.Id == id) is not { Webhook: not null, Version: var version })
        {
            return false;
        }

        await records.RemoveAsync(Webhook.Kind, tenant, id, version);
        _known.TryRemove(tenant, out _);
        return true;
    }

    /// <summary>The secrets that sign now, opened. One that cannot be opened signs nothing.</summary>
    public IReadOnlyList<byte[]> Secrets(TenantId tenant, Webhook webhook)
    {
        var seals = webhook.Old is { } old && webhook.OldUntil > clock.GetUtcNow() ? new[] { webhook.Secret, old } : [webhook.Secret];
        return [.. seals.Select(s => sealing.Open(s, Place(tenant, webhook.Id))).OfType<byte[]>()];
    }

    private async Task WriteAsync(TenantId tenant, Webhook webhook, long version)
    {
        _written = true;
        await records.PutAsync(new(Webhook.Kind, tenant, webhook.Id, JsonSerializer.SerializeToUtf8Bytes(webhook, WebhookJson.Default.Webhook), null, version));
        _known.TryRemove(tenant, out _);
    }

    private ImmutableArray<(Webhook Webhook, long Version)> Load(TenantId tenant) =>
        [.. records.List(Webhook.Kind, tenant, null, options.Webhooks.PerTenant + 1).Select(r => (Webhook: Webhook.Read(r), r.Version)).Where(w => w.Webhook is not null).Select(w => (w.Webhook!, w.Version))];

    private static byte[] Place(TenantId tenant, string id) => Encoding.UTF8.GetBytes($"webhook/{tenant}/{id}");
}
