using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Registry;
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

    /// <summary>Pages of the log that one turn reads at most, so that what is due is sent meanwhile.</summary>
    private const int MaxPages = 16;

    /// <summary>Events on their way before the log is read no further.</summary>
    private const int MaxPending = 50_000;

    /// <summary>Leaves to which nobody listened before the cursor is written all the same: what a start walks again at most.</summary>
    private const int MaxUnwritten = 10_000;

    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);

    private readonly WebhookTraffic _traffic = new(() => options.Webhooks.Concurrent);
    private readonly HashSet<Task> _flights = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SemaphoreSlim _landed = new(0, 1);
    private (long Leaf, long Version)? _cursor;
    private long _walked;
    private Task _running = Task.CompletedTask;

    /// <summary>Starts to beat.</summary>
    public void Start() => _running = Task.Run(BeatAsync);

    /// <summary>One turn, and the landing of everything that is being sent then.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await TurnAsync(cancellationToken);
        await _turn.WaitAsync(cancellationToken);
        Task[] flights = [.. _flights];
        _turn.Release();
        await Task.WhenAll(flights).WaitAsync(cancellationToken);
    }

    /// <summary>One turn: reads what ended since the last, and begins to send what is due. It waits for no receiver.</summary>
    /// <returns>How many events set out.</returns>
    public async Task<int> TurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await LoadAsync();
            await CollectAsync();
            _flights.RemoveWhere(flight => flight.IsCompleted);
            var due = _traffic.TakeDue(parts.Clock.GetUtcNow());
            foreach (var (tenant, delivery) in due)
            {
                _flights.Add(Task.Run(() => FlyAsync(tenant, delivery), CancellationToken.None));
            }

            return due.Count;
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
        await Task.WhenAll(_flights);
        sender.Dispose();
        _stop.Dispose();
        _turn.Dispose();
        _landed.Dispose();
    }

    private async Task BeatAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await TurnAsync(_stop.Token);
            }
            catch (Exception e)
            {
                // Whatever it is, the next turn tries again: an engine that ended silently would tell nobody anything any more. Unless the gateway stops: what is on its way is kept.
                if (!_stop.IsCancellationRequested)
                {
                    Failed(log, e);
                }
            }

            await PauseAsync();
        }
    }

    /// <summary>Until the next beat, or until something landed and made room. One pause at a time, not a period: a clock that leaps ahead is one beat late, not as many as fit into the leap.</summary>
    private async Task PauseAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        await Task.WhenAny(Task.Delay(s_beat, parts.Clock, over.Token), _landed.WaitAsync(over.Token));
        await over.CancelAsync();
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
                if (WebhookDelivery.Read(row) is { NextAt: not null } delivery)
                {
                    _traffic.Add(row.Tenant, delivery, row.Version);
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
        // The size first: who makes a webhook after this was read is told of no job that ended before it.
        var size = parts.Controller.LogSize;
        if (book.IsEmpty)
        {
            _walked = size;
            if (_walked - _cursor!.Value.Leaf >= MaxUnwritten)
            {
                await MoveAsync(_walked);
            }

            return;
        }

        for (var pages = 0; pages < MaxPages && _traffic.Count < MaxPending && _walked < parts.Controller.LogSize && parts.Store.Receipts(_walked, Page) is { Count: > 0 } page; pages++)
        {
            var listened = false;
            foreach (var receipt in page)
            {
                if (parts.Store.FindJob(receipt.Job) is { } row && !SelfJob.Is(row) && book.Of(row.Tenant) is { IsEmpty: false } webhooks && parts.Controller.Summary(row.Tenant, row.Id) is { } job)
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
        if (_traffic.Contains(tenant, delivery) || parts.Controller.Records.Find(WebhookDelivery.Kind, tenant, delivery.RecordId) is not null)
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

    /// <summary>Sends one event and writes down what became of it. What cannot be written down is tried again: at least once is the promise.</summary>
    private async Task FlyAsync(TenantId tenant, WebhookDelivery delivery)
    {
        SendAnswer? answer = new SendAnswer(false, false, null, "It could not be sent.");
        try
        {
            answer = await SendAsync(tenant, delivery, _stop.Token);
        }
        catch (Exception e)
        {
            if (_stop.IsCancellationRequested)
            {
                // The next start sends it again.
                return;
            }

            Failed(log, e);
        }

        await _turn.WaitAsync(CancellationToken.None);
        try
        {
            var now = parts.Clock.GetUtcNow();
            _traffic.Land(tenant, delivery.Webhook, answer is null or { Delivered: true } or { Gone: true }, now);
            await SettleAsync(tenant, delivery, answer, now);
        }
        catch (StoreConflictException)
        {
            // Its record is gone or another one, so somebody else took care of it.
            _traffic.Remove(tenant, delivery);
        }
        catch (Exception e)
        {
            Failed(log, e);
            _traffic.Add(tenant, delivery with { NextAt = parts.Clock.GetUtcNow() + WebhookPauses.After(1, 0, null) }, _traffic.VersionOf(tenant, delivery));
        }
        finally
        {
            _turn.Release();
        }

        Landed();
    }

    private void Landed()
    {
        try
        {
            _landed.Release();
        }
        catch (SemaphoreFullException)
        {
            // The engine is already told that there is room.
        }
    }

    private async Task<SendAnswer?> SendAsync(TenantId tenant, WebhookDelivery delivery, CancellationToken cancellationToken) =>
        book.Find(tenant, delivery.Webhook) is { GoneAt: null } webhook ? await sender.SendAsync(tenant, webhook, delivery, cancellationToken) : null;

    private async Task SettleAsync(TenantId tenant, WebhookDelivery delivery, SendAnswer? answer, DateTimeOffset now)
    {
        if (answer is { Gone: true })
        {
            await book.SwitchOffAsync(tenant, delivery.Webhook);
        }

        var version = _traffic.VersionOf(tenant, delivery);
        if (answer is null or { Delivered: true } or { Gone: true })
        {
            await parts.Controller.Records.RemoveAsync(WebhookDelivery.Kind, tenant, delivery.RecordId, version);
            _traffic.Remove(tenant, delivery);
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
            _traffic.Remove(tenant, delivery);
        }
        else
        {
            _traffic.Add(tenant, delivery, version);
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Webhooks could not be told; the next turn tries again.")]
    private static partial void Failed(ILogger log, Exception exception);
}
