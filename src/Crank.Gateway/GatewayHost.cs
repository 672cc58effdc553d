using System.Collections.Immutable;
using Crank.Gateway.A2a;
using Crank.Gateway.AuthZen;
using Crank.Gateway.Contract;
using Crank.Gateway.Contract.Explorer;
using Crank.Gateway.Health;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Identity.Keys;
using Crank.Gateway.Identity.Tokens;
using Crank.Gateway.Mcp;
using Crank.Gateway.Observability;
using Crank.Gateway.Observability.Objectives;
using Crank.Gateway.Opa;
using Crank.Gateway.Policies;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest;
using Crank.Gateway.Rest.Rollouts;
using Crank.Gateway.Services;
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

    private readonly LiveOptions _options;

    private readonly RequestSpans _spans;
    private readonly ObjectiveBook _objectives;

    private readonly IdentityDesk _identity;
    private readonly WebhookDesk _webhooks;
    private readonly RolloutLog _rollouts;
    private readonly ServiceDesk _services;

    private readonly OpaDesk _opa;

    private GatewayHost(WebApplication app, LiveOptions options, RequestSpans spans, ObjectiveBook objectives, IdentityDesk identity, WebhookDesk webhooks, OpaDesk opa, RolloutLog rollouts, ServiceDesk services) =>
        (_app, _options, _spans, _objectives, _identity, _webhooks, _opa, _rollouts, _services) = (app, options, spans, objectives, identity, webhooks, opa, rollouts, services);

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
        var live = new LiveOptions(options);
        var identity = IdentityDesk.Open(live, parts);
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "crank" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => KestrelSetup.Apply(kestrel, options, identity.Certificates));
        builder.Services.AddRoutingCore().AddCompression();
        builder.Services.AddSingleton(live).AddSingleton(parts).AddSingleton(parts.Controller).AddSingleton(parts.Clock);
        builder.Services.AddMcp(live, parts, identity.Door);
        A2aEndpoints.Add(builder.Services, live, parts, identity.Door);
        logging?.Invoke(builder.Logging);
        builder.Services.AddObservability(live, parts);

        var app = builder.Build();
        app.UseMiddleware<RequestTags>();
        app.UseCompression();
        app.UseMiddleware<ProblemHandling>();
        app.UseMiddleware<Framing>();
        app.UseWebSockets();
        app.UseRouting();
        app.UseMiddleware<RequestIds>();
        app.UseMiddleware<OptionsMethod>();
        identity.Use(app, app.Services.GetService<ILoggerFactory>());
        app.UseMiddleware<GateQuestions>();
        app.MapHealth(parts);
        identity.Map(app);
        app.MapRest(parts, live);
        app.MapPolicy(parts, live);
        var webhooks = WebhookDesk.Open(live, parts, (ILogger?)app.Services.GetService<ILoggerFactory>()?.CreateLogger("crank.webhooks") ?? NullLogger.Instance);
        webhooks.Map(app);
        var opa = OpaDesk.Open(live, parts);
        opa.Map(app);
        new AuthZenEndpoints(opa.Book, opa.Asker, live).Map(app);
        var services = new ServiceDesk(live, parts, (ILogger?)app.Services.GetService<ILoggerFactory>()?.CreateLogger("crank.services") ?? NullLogger.Instance);
        services.Map(app, app.Lifetime.ApplicationStopping);
        app.MapContract();
        app.MapExplorer();
        app.MapMcp(live);
        A2aEndpoints.Map(app);
        app.MapMetrics(options.Observability.Metrics);
        var objectives = new ObjectiveBook(goals, parts.Controller, parts.Clock);
        app.MapObjectives(objectives);
        var spans = new RequestSpans();
        var rollouts = new RolloutLog(parts.Controller.Rollouts, (ILogger?)app.Services.GetService<ILoggerFactory>()?.CreateLogger("crank.rollouts") ?? NullLogger.Instance);
        try
        {
            await app.StartAsync(cancellationToken);
            webhooks.Engine.Start();
            services.Start();
            return new(app, live, spans, objectives, identity, webhooks, opa, rollouts, services);
        }
        catch
        {
            spans.Dispose();
            rollouts.Dispose();
            await objectives.DisposeAsync();
            await webhooks.DisposeAsync();
            opa.Dispose();
            await services.DisposeAsync();
            await app.DisposeAsync();
            await identity.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes over what can change while it runs (<see cref="GatewayOptions.Renewed"/>): whole, or, when something in it does not hold, not at all.</summary>
    /// <exception cref="ArgumentException">An issuer does not hold.</exception>
    /// <exception cref="FormatException">A network of the webhooks is none.</exception>
    /// <exception cref="Storage.StoreException">The plans of tenants cannot be read.</exception>
    public void Reload(GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var next = _options.Current.Renewed(options);
        foreach (var issuer in next.Identity.Issuers)
        {
            IssuerRule.Check(issuer);
        }

        _webhooks.Renew(next.Webhooks);
        _options.Renew(next);
        _identity.Renew();
    }

    /// <summary>Takes no new request and waits for those that run, up to the token.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _services.DisposeAsync();
        _spans.Dispose();
        await _objectives.DisposeAsync();
        _rollouts.Dispose();
        await _webhooks.DisposeAsync();
        _opa.Dispose();
        await _identity.DisposeAsync();
    }
}
