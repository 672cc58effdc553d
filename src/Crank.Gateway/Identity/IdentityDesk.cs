using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;
using Crank.Gateway.Hosting.Tls;
using Crank.Gateway.Identity.Certificates;
using Crank.Gateway.Identity.Endpoints;
using Crank.Gateway.Identity.Keys;
using Crank.Gateway.Identity.Members;
using Crank.Gateway.Identity.Tokens;
using Crank.Gateway.Quotas;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crank.Gateway.Identity;

/// <summary>Everything that knows who asks and how much they may: composed once for a gateway.</summary>
internal sealed class IdentityDesk : IAsyncDisposable
{
    private readonly LiveOptions _options;
    private readonly GatewayParts _parts;
    private readonly HttpClient _issuers;
    private readonly X509Certificate2Collection _roots = [];
    private TokenIdentity? _tokens;

    private IdentityDesk(LiveOptions options, GatewayParts parts, KeyBook keys, ServerCertificates? certificates)
    {
        (_options, _parts, Keys, Certificates, _issuers) = (options, parts, keys, certificates, TokenIdentity.NewClient());
        Quotas = new(options.Quotas, parts.Controller.Records, parts.Clock);
        Door = new(options.Quotas, tenant => TenantRecord.Find(parts.Store, tenant)?.Weight ?? 1, parts.Clock);
        if (certificates is not null)
        {
            _roots.Add(certificates.Authority);
        }

        foreach (var file in options.Identity.ClientAuthorities)
        {
            _roots.ImportFromPemFile(file);
        }
    }

    public KeyBook Keys { get; }

    /// <summary>What TLS shows; null when no address speaks it.</summary>
    public ServerCertificates? Certificates { get; }

    public QuotaBook Quotas { get; }

    public Door Door { get; }

    /// <exception cref="Trust.Keys.KeyStoreException">A key or the development authority cannot be used.</exception>
    public static IdentityDesk Open(LiveOptions options, GatewayParts parts)
    {
        foreach (var issuer in options.Identity.Issuers)
        {
            IssuerRule.Check(issuer);
        }

        var keys = KeyBook.Open(parts, options);
        var isTls = options.Listen.Addresses.Any(a => a.Scheme == Uri.UriSchemeHttps);
        return new(options, parts, keys, isTls ? ServerCertificates.Open(options.Current, parts.Folder, parts.Clock) : null);
    }

    /// <summary>Puts authentication and metering into the chain.</summary>
    public void Use(IApplicationBuilder app, ILoggerFactory? logs)
    {
        var log = (logs ?? NullLoggerFactory.Instance).CreateLogger("Crank.Gateway.Identity");
        var members = new MemberGate(_parts.Store);
        var sources = ImmutableArray.CreateBuilder<IIdentitySource>();
        sources.AddRange(_parts.Identities);
        sources.Add(new OwnerSocketIdentity());
        sources.Add(new ApiKeyIdentity(Keys, members));
        sources.Add(_tokens = new(_options, _issuers, members, _parts.Controller.Records, _parts.Clock, log));
        if (_roots.Count > 0)
        {
            sources.Add(new ClientCertificateIdentity(_roots, _options.Identity.TrustDomain, members, _parts.Clock));
        }

        app.UseMiddleware<Authentication>(sources.ToImmutable(), new FailureGuard(_options.Identity.FailuresPerMinute, _parts.Clock));
        app.UseMiddleware<Metering>(_options, Quotas, Door, _parts.Controller);
    }

    /// <summary>Takes over quotas, doors and issuers as the options say now.</summary>
    public void Renew()
    {
        Quotas.Renew(_options.Quotas);
        Door.Renew(_options.Quotas);
        _tokens?.Renew();
    }

    /// <summary>Maps the endpoints of keys, principals, tenants and who is asking.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapCaller(Quotas);
        routes.MapKeys(Keys, _options, _parts.Clock);
        routes.MapPrincipals(_parts.Controller.Records, _parts.Store, _options);
        routes.MapTenants(Keys, Quotas, _parts.Controller.Records, _parts.Store, _options);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Quotas.CloseAsync();
        }
        catch (StoreException)
        {
            // What was written ahead stands: a restart then counts a little more than was used.
        }

        _tokens?.Dispose();
        Keys.Dispose();
        _issuers.Dispose();
        Certificates?.Dispose();
    }
}
