using Crank.Core;

namespace Crank.Gateway.Webhooks;

/// <summary>Everything that is on its way to webhooks, one lane each, so that what is due is found without looking at all that waits. For one thread at a time.</summary>
/// <param name="most">Events that are sent at the same time; to the receivers of one tenant half of that.</param>
internal sealed class WebhookTraffic(Func<int> most)
{
    private readonly Dictionary<(TenantId Tenant, string Webhook), WebhookLane> _lanes = [];
    private readonly Dictionary<(TenantId Tenant, string Record), long> _versions = [];
    private readonly Dictionary<TenantId, int> _flyingOf = [];
    private int _flying;

    /// <summary>Events that wait or are being sent.</summary>
    public int Count => _versions.Count;

    public bool Contains(TenantId tenant, WebhookDelivery delivery) => _versions.ContainsKey((tenant, delivery.RecordId));

    /// <summary>The version of the record of an event.</summary>
    public long VersionOf(TenantId tenant, WebhookDelivery delivery) => _versions[(tenant, delivery.RecordId)];

    /// <summary>Lets an event wait until it is due.</summary>
    public void Add(TenantId tenant, WebhookDelivery delivery, long version)
    {
        _versions[(tenant, delivery.RecordId)] = version;
        if (!_lanes.TryGetValue((tenant, delivery.Webhook), out var lane))
        {
            _lanes[(tenant, delivery.Webhook)] = lane = new();
        }

        lane.Add(delivery);
    }

    /// <summary>Forgets an event, which was delivered or will never be.</summary>
    public void Remove(TenantId tenant, WebhookDelivery delivery) => _versions.Remove((tenant, delivery.RecordId));

    /// <summary>Takes what may be sent now, the longest due first.</summary>
    public List<(TenantId Tenant, WebhookDelivery Delivery)> TakeDue(DateTimeOffset now)
    {
        var taken = new List<(TenantId, WebhookDelivery)>();
        var due = new PriorityQueue<(TenantId Tenant, WebhookLane Lane), DateTimeOffset>(
            _lanes.Select(l => (Item: (l.Key.Tenant, l.Value), At: l.Value.DueAt(now))).Where(l => l.At is not null).Select(l => (l.Item, l.At!.Value)));
        var room = most();
        while (_flying < room && due.TryDequeue(out var first, out _))
        {
            var flying = _flyingOf.GetValueOrDefault(first.Tenant);
            if (flying >= Math.Max(1, room / 2))
            {
                continue;
            }

            taken.Add((first.Tenant, first.Lane.Take()));
            _flyingOf[first.Tenant] = flying + 1;
            _flying++;
            if (first.Lane.DueAt(now) is { } next)
            {
                due.Enqueue(first, next);
            }
        }

        return taken;
    }

    /// <summary>One that was being sent has landed; when it is to be tried again, add it again.</summary>
    public void Land(TenantId tenant, string webhook, bool taken, DateTimeOffset now)
    {
        var lane = _lanes[(tenant, webhook)];
        lane.Land(taken, now);
        if (lane.IsIdle && taken)
        {
            _lanes.Remove((tenant, webhook));
        }

        _flying--;
        if (--_flyingOf[tenant] is 0)
        {
            _flyingOf.Remove(tenant);
        }
    }
}
