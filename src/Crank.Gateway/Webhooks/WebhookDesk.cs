using Crank.Core;
using Crank.Trust.Sealing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Crank.Gateway.Webhooks;

/// <summary>Everything about webhooks, put together.</summary>
internal sealed class WebhookDesk : IAsyncDisposable
{
    private readonly GatewayParts _parts;
    private readonly LiveOptions _options;
    private readonly WebhookBook _book;
    private readonly EgressGuard _guard;

    private WebhookDesk(GatewayParts parts, LiveOptions options, WebhookBook book, EgressGuard guard, WebhookEngine engine) =>
        (_parts, _options, _book, _guard, Engine) = (parts, options, book, guard, engine);

    public WebhookEngine Engine { get; }

    /// <exception cref="Trust.Keys.KeyStoreException">The sealing key cannot be used.</exception>
    /// <exception cref="FormatException">A network of the options is none.</exception>
    public static WebhookDesk Open(LiveOptions options, GatewayParts parts, ILogger log)
    {
        var random = new Random();
        var sealing = SealingKey.OpenOrCreate(Path.Combine(parts.Folder, "sealing.key"));
        var guard = new EgressGuard(options.Webhooks);
        var book = new WebhookBook(parts.Controller.Records, sealing, options, parts.Clock, parts.Ids ?? new IdSource(parts.Clock, random));
        return new(parts, options, book, guard, new(parts, book, new(guard, book, options, parts.Clock), options, random, log));
    }

    public void Map(IEndpointRouteBuilder routes) => new WebhookEndpoints(_book, Engine, _guard, _parts.Controller.Records, _parts, _options).Map(routes);

    /// <summary>Takes over which networks may be reached now.</summary>
    /// <exception cref="FormatException">A network of the options is none; what was allowed stays.</exception>
    public void Renew(WebhookOptions options) => _guard.Renew(options);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
