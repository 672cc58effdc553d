namespace Crank.Gateway.Webhooks;

/// <summary>What is on its way to one webhook, by when it is due. A receiver that does not take anything rests, a little longer each time, so that it is not asked with everything that waits for it.</summary>
internal sealed class WebhookLane
{
    /// <summary>Events on their way to one receiver at the same time.</summary>
    private const int MaxFlying = 4;

    private static readonly TimeSpan s_longestRest = TimeSpan.FromMinutes(5);

    private readonly PriorityQueue<WebhookDelivery, DateTimeOffset> _waiting = new();
    private int _failures;
    private DateTimeOffset _restsUntil = DateTimeOffset.MinValue;

    /// <summary>Events that are being sent now.</summary>
    public int Flying { get; private set; }

    /// <summary>True when nothing waits and nothing is being sent.</summary>
    public bool IsIdle => Flying == 0 && _waiting.Count == 0;

    /// <summary>Lets an event wait until it is due.</summary>
    public void Add(WebhookDelivery delivery) => _waiting.Enqueue(delivery, delivery.NextAt ?? throw new ArgumentException("It failed for good.", nameof(delivery)));

    /// <summary>When the first event that may be sent was due; null when none may be sent now. A receiver that did not take the last one is asked with one at a time.</summary>
    public DateTimeOffset? DueAt(DateTimeOffset now) =>
        Flying < (_failures == 0 ? MaxFlying : 1) && now >= _restsUntil && _waiting.TryPeek(out _, out var at) && at <= now ? at : null;

    /// <summary>Takes the event that is due first, to be sent.</summary>
    public WebhookDelivery Take()
    {
        Flying++;
        return _waiting.Dequeue();
    }

    /// <summary>One that was being sent has landed.</summary>
    /// <param name="taken">Whether the receiver took it.</param>
    /// <param name="now">The time.</param>
    public void Land(bool taken, DateTimeOffset now)
    {
        Flying--;
        _failures = taken ? 0 : Math.Min(_failures + 1, 10);
        if (!taken)
        {
            var rest = TimeSpan.FromSeconds(5 << (_failures - 1));
            _restsUntil = now + (rest < s_longestRest ? rest : s_longestRest);
        }
    }
}
