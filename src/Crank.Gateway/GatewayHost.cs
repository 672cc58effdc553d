using System.Collections.Immutable;
using Crank.Gateway.A2a;
using Crank.Gateway.Contract;
using Crank.Gateway.Contract.Explorer;
using Crank.Gateway.Health;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Keys;
using Crank.Gateway.Mcp;
using Crank.Gateway.Observability;
using Crank.Gateway.Observability.Objectives;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crank.Gateway;

/// <summary>Serves a mesh over HTTP: one server, every ingress, the one path behind it.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private readonly RequestSpans _spans;
    private readonly ObjectiveBook _objectives;

    private readonly IdentityDesk _identity;
    private readonly WebhookDesk _webhooks;

    private GatewayHost(WebApplication app, RequestSpans spans, ObjectiveBook objectives, IdentityDesk identity, WebhookDesk webhooks) =>
        (_app, _spans, _objectives, _identity, _webhooks) = (app, spans, objectives, identity, webhooks);

    /// <summary>The API keys of the mesh.</summary>
    public KeyBook Keys => _identity.Keys;

    /// <summary>Tells webhooks of ended jobs; beats by itself, and takes a turn when asked.</summary>
    internal WebhookEngine Webhooks => _webhooks.Engine;

    /// <summary>The addresses it really listens on, with their ports.</summary>
    public ImmutableArray<string> Addresses => [.. _app.Urls];

    /// <summary>Starts to serve.</summary>
    /// <param name="options">What the operator decided.</param>
    /// <param name="parts">What it works with; stays the caller's to dispose.</param>
    /// <param name="logging">Where the log goes; null for nowhere.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="ObjectivesException">A file of objectives does not hold.</exception>
    /// <exception cref="ListenRefusedException">It would listen beyond this machine in the clear.</exception>
    /// <exception cref="Trust.Keys.KeyStoreException">A key or the development authority cannot be used.</exception>
    /// <exception cref="IOException">An address is taken or cannot be listened on.</exception>
    public static async Task<GatewayHost> StartAsync(GatewayOptions options, GatewayParts parts, Action<ILoggingBuilder>? logging, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(parts);
        if (options.Listen.Addresses.Select(a => ListenRule.Fault(a, options.Listen.Plaintext, options.Listen.PlaintextConfirmed)).FirstOrDefault(f => f is not null) is { } fault)
        {
            throw new ListenRefusedException(fault);
        }

        var goals = OpenSlo.Load(options.Observability.Objectives);
        var identity = IdentityDesk.Open(options, parts);
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "crank" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => KestrelSetup.Apply(kestrel, options, identity.Certificates));
        builder.Services.AddRoutingCore().AddCompression();
        builder.Services.AddSingleton(options).AddSingleton(parts).AddSingleton(parts.Controller).AddSingleton(parts.Clock);
        builder.Services.AddMcp(options, parts);
        A2aEndpoints.Add(builder.Services, options, parts);
        logging?.Invoke(builder.Logging);
        builder.Services.AddObservability(options.Observability, parts);

        var app = builder.Build();
        app.UseMiddleware<RequestTags>();
        app.UseCompression();
        app.UseMiddleware<ProblemHandling>();
        app.UseMiddleware<Framing>();
        app.UseRouting();
        app.UseMiddleware<OptionsMethod>();
        identity.Use(app, app.Services.GetService<ILoggerFactory>());
        app.MapHealth(parts);
        identity.Map(app);
        app.MapRest(parts, options);
        var webhooks = WebhookDesk.Open(options, parts, (ILogger?)app.Services.GetService<ILoggerFactory>()?.CreateLogger("crank.webhooks") ?? NullLogger.Instance);
        webhooks.Map(app);
        app.MapContract();
        app.MapExplorer();
        app.MapMcp(options);
        A2aEndpoints.Map(app);
        app.MapMetrics(options.Observability.Metrics);
        var objectives = new ObjectiveBook(goals, parts.Controller, parts.Clock);
        app.MapObjectives(objectives);
        var spans = new RequestSpans();
        try
        {
            await app.StartAsync(cancellationToken);
            webhooks.Engine.Start();
            return new(app, spans, objectives, identity, webhooks);
        }
        catch
        {
            spans.Dispose();
            await objectives.DisposeAsync();
            await webhooks.DisposeAsync();
            await app.DisposeAsync();
            await identity.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes over what can change while it runs: the standard quotas of tenants and of the owner. All else needs a restart.</summary>
    public void Reload(GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _identity.Quotas.Renew(options.Quotas);
    }

    /// <summary>Takes no new request and waits for those that run, up to the token.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _spans.Dispose();
        await _objectives.DisposeAsync();
        await _webhooks.DisposeAsync();
        await _identity.DisposeAsync();
    }
}
