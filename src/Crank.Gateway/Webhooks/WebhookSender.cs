using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Crank.Core;

namespace Crank.Gateway.Webhooks;

/// <summary>Posts one event to one webhook: no redirect, no proxy, no cookie, an answer of which only the status counts.</summary>
internal sealed class WebhookSender : IDisposable
{
    private readonly HttpClient _http;
    private readonly WebhookBook _book;
    private readonly TimeProvider _clock;
    private readonly LiveOptions _options;

    public WebhookSender(EgressGuard guard, WebhookBook book, LiveOptions options, TimeProvider clock)
    {
        (_book, _clock, _options) = (book, clock, options);
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            // A call ends by its own limit, which may change.
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            MaxResponseHeadersLength = 16,
            // A name is resolved anew for each minute of connections, so that one which moves is followed.
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            ConnectCallback = (context, token) => guard.ConnectAsync(context.DnsEndPoint, context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttps, token),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Tries once.</summary>
    public async Task<SendAnswer> SendAsync(TenantId tenant, Webhook webhook, WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        var secrets = _book.Secrets(tenant, webhook);
        if (secrets.Count == 0)
        {
            return new(false, false, null, "The secret cannot be opened; rotate it.");
        }

        var (body, now) = (Encoding.UTF8.GetBytes(delivery.Body.GetRawText()), _clock.GetUtcNow());
        using var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new(CloudEvent.MediaType, "utf-8");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("crank-webhooks", "1"));
        request.Headers.Add("webhook-id", delivery.Event);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(secrets, delivery.Event, now, body));
        var timeout = _options.Webhooks.Timeout;
        using var late = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var asked = response.Headers.RetryAfter is { } retry ? retry.Delta ?? (retry.Date - now) : null;
            return new(response.IsSuccessStatusCode, response.StatusCode == HttpStatusCode.Gone, asked, response.IsSuccessStatusCode ? null : $"It answered {(int)response.StatusCode}.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(false, false, null, $"It did not answer within {timeout.TotalSeconds:0} s.");
        }
        catch (HttpRequestException e)
        {
            // What stands at the other end is told by kind alone: a sender is no scanner of networks.
            return new(false, false, null, e.InnerException is EgressException refused ? refused.Message : e.InnerException is SocketException ? "It cannot be reached." : "It does not answer as HTTP.");
        }
    }

    public void Dispose() => _http.Dispose();
}
