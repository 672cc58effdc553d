using System.Text.Json;
using Crank.Core;
using Crank.Storage;
using Microsoft.Extensions.Logging;

namespace Crank.Gateway.Webhooks;

/// <summary>
/// Tells webhooks of ended jobs. Every ended job has a leaf in the log, so the engine walks the log from a cursor that is kept: what was acknowledged is told at
/// least once, whatever crashes, and under the same id each time.
/// </summary>
internal sealed partial class WebhookEngine(GatewayParts parts, WebhookBook book, WebhookSender sender, LiveOptions options, Random random, ILogger log) : IAsyncDisposable
{
    private const string CursorKind = "webhook-cursor";
    private const string CursorId = "log";
    private const int Page = 256;

    /// <summary>Events on their way before the log is read no further.</summary>
    private const int MaxPending = 50_000;

    /// <summary>Leaves to which nobody listened before the cursor is written all the same: what a start walks again at most.</summary>
    private const int MaxUnwritten = 10_000;

    private const int PerWebhook = 4;
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(TenantId Tenant, string Record), (WebhookDelivery Delivery, long Version)> _pending = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private (long Leaf, long Version)? _cursor;
    private long _walked;
    private Task _running = Task.CompletedTask;

    /// <summary>Starts to beat.</summary>
    public void Start() => _running = Task.Run(BeatAsync);

    /// <summary>One turn: reads what ended since the last, and sends what is due.</summary>
    /// <returns>How many events were sent, delivered or not.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await LoadAsync();
            await CollectAsync();
            return await SendDueAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        sender.Dispose();
        _stop.Dispose();
        _turn.Dispose();
    }

    private async Task BeatAsync()
    {
        try
        {
            while (true)
            {
                try
                {
                    while (await RunOnceAsync(_stop.Token) > 0)
                    {
                        // What failed waits at least its pause, so this ends.
                    }
                }
                catch (Exception e) when (e is StoreException or IOException)
                {
                    Failed(log, e);
                }

                // One pause at a time, not a period: a clock that leaps ahead is one beat late, not as many as fit into the leap.
                await Task.Delay(s_beat, parts.Clock, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The gateway stops; what is on its way is kept.
        }
    }

    /// <summary>Reads, once, where the log was left and what was still on its way.</summary>
    private async Task LoadAsync()
    {
        if (_cursor is not null)
        {
            return;
        }

        TenantScoped<string>? after = null;
        while (parts.Controller.Records.List(WebhookDelivery.Kind, null, after, Page) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                if (JsonSerializer.Deserialize(row.Body, WebhookJson.Default.WebhookDelivery) is { NextAt: not null } delivery)
                {
                    _pending[(row.Tenant, row.Id)] = (delivery, row.Version);
                }
            }

            after = new(page[^1].Tenant, page[^1].Id);
        }

        if (parts.Controller.Records.Find(CursorKind, TenantId.Owner, CursorId) is { } kept)
        {
            _cursor = (JsonSerializer.Deserialize(kept.Body, WebhookJson.Default.Int64), kept.Version);
        }
        else
        {
            // What ended before there was an engine is nobody's news.
            await MoveAsync(parts.Controller.LogSize);
        }

        _walked = _cursor!.Value.Leaf;
    }

    private async Task CollectAsync()
    {
        while (_pending.Count < MaxPending && _walked < parts.Controller.LogSize && parts.Store.Receipts(_walked, Page) is { Count: > 0 } page)
        {
            var listened = false;
            foreach (var receipt in page)
            {
                if (parts.Store.FindJob(receipt.Job) is { } row && book.Of(row.Tenant) is { IsEmpty: false } webhooks && parts.Controller.Summary(row.Tenant, row.Id) is { } job)
                {
                    listened = true;
                    var (type, id) = (Webhook.TypeOf(job.State), CloudEvent.IdOf(job));
                    foreach (var (webhook, _) in webhooks.Where(w => w.Webhook.Wants(type) && w.Webhook.MadeAt <= (job.FinishedAt ?? job.AcceptedAt)))
                    {
                        await AddAsync(row.Tenant, new(webhook.Id, id, CloudEvent.Of(parts.Controller.Key.Name, row.Tenant, job), 0, parts.Clock.GetUtcNow(), null));
                    }
                }
            }

            _walked = page[^1].LogIndex + 1;

            // A stretch to which nobody listened may be walked again after a crash: a webhook made since is told of no job that ended before it. So it costs no commit.
            if (listened || _walked - _cursor!.Value.Leaf >= MaxUnwritten)
            {
                await MoveAsync(_walked);
            }
        }
    }

    /// <summary>Puts an event on its way that no job made.</summary>
    public async Task PingAsync(TenantId tenant, WebhookDelivery delivery)
    {
        await _turn.WaitAsync(_stop.Token);
        try
        {
            await AddAsync(tenant, delivery);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Puts an event on its way, unless it is already: a turn that crashed before it moved the cursor is walked again.</summary>
    private async Task AddAsync(TenantId tenant, WebhookDelivery delivery)
    {
        if (_pending.ContainsKey((tenant, delivery.RecordId)) || parts.Controller.Records.Find(WebhookDelivery.Kind, tenant, delivery.RecordId) is not null)
        {
            return;
        }

        await WriteAsync(tenant, delivery, 1);
    }

    private async Task MoveAsync(long leaf)
    {
        var version = (_cursor?.Version ?? 0) + 1;
        await parts.Controller.Records.PutAsync(new(CursorKind, TenantId.Owner, CursorId, JsonSerializer.SerializeToUtf8Bytes(leaf, WebhookJson.Default.Int64), null, version));
        _cursor = (leaf, version);
    }

    private async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var now = parts.Clock.GetUtcNow();
        var due = _pending.Where(p => p.Value.Delivery.NextAt <= now)
            .OrderBy(p => p.Value.Delivery.NextAt)
            .GroupBy(p => (p.Key.Tenant, p.Value.Delivery.Webhook))
            .SelectMany(g => g.Take(PerWebhook))
            .Take(options.Webhooks.Concurrent)
            .ToList();
        var answers = await Task.WhenAll(due.Select(async d => (d.Key, d.Value, Answer: await SendAsync(d.Key.Tenant, d.Value.Delivery, cancellationToken))));
        foreach (var (key, (delivery, version), answer) in answers)
        {
            await SettleAsync(key.Tenant, delivery, version, answer, now);
        }

        return due.Count;
    }

    private async Task<SendAnswer?> SendAsync(TenantId tenant, WebhookDelivery delivery, CancellationToken cancellationToken) =>
        book.Find(tenant, delivery.Webhook) is { GoneAt: null } webhook ? await sender.SendAsync(tenant, webhook, delivery, cancellationToken) : null;

    private async Task SettleAsync(TenantId tenant, WebhookDelivery delivery, long version, SendAnswer? answer, DateTimeOffset now)
    {
        if (answer is { Gone: true })
        {
            await book.SwitchOffAsync(tenant, delivery.Webhook);
        }

        if (answer is null or { Delivered: true } or { Gone: true })
        {
            await parts.Controller.Records.RemoveAsync(WebhookDelivery.Kind, tenant, delivery.RecordId, version);
            _pending.Remove((tenant, delivery.RecordId));
            return;
        }

        var attempts = delivery.Attempts + 1;
        var next = attempts >= options.Webhooks.Attempts ? (DateTimeOffset?)null : now + WebhookPauses.After(attempts, random.NextDouble(), answer.Value.RetryAfter);
        await WriteAsync(tenant, delivery with { Attempts = attempts, NextAt = next, LastError = answer.Value.Error }, version + 1);
    }

    private async Task WriteAsync(TenantId tenant, WebhookDelivery delivery, long version)
    {
        var expires = delivery.NextAt is null ? parts.Clock.GetUtcNow() + options.Webhooks.FailedKept : (DateTimeOffset?)null;
        await parts.Controller.Records.PutAsync(new(
            WebhookDelivery.Kind, tenant, delivery.RecordId, JsonSerializer.SerializeToUtf8Bytes(delivery, WebhookJson.Default.WebhookDelivery), expires, version));
        if (delivery.NextAt is null)
        {
            _pending.Remove((tenant, delivery.RecordId));
        }
        else
        {
            _pending[(tenant, delivery.RecordId)] = (delivery, version);
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Webhooks could not be told; the next turn tries again.")]
    private static partial void Failed(ILogger log, Exception exception);
}
