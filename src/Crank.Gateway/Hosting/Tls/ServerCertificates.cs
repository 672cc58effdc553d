using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crank.Trust.Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Crank.Gateway.Hosting.Tls;

/// <summary>The certificate that the server shows: the operator's files, read again when they change, or the development authority's, renewed by itself.</summary>
internal sealed class ServerCertificates : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TlsOptions _options;
    private readonly TimeProvider _clock;
    private readonly DevelopmentAuthority _authority;
    private readonly LeafKeeper? _leaf;
    private (X509Certificate2 Certificate, DateTime Written, DateTimeOffset Looked)? _file;

    private ServerCertificates(TlsOptions options, TimeProvider clock, DevelopmentAuthority authority, LeafKeeper? leaf) =>
        (_options, _clock, _authority, _leaf) = (options, clock, authority, leaf);

    /// <summary>The authority of the mesh: its certificates authenticate clients too.</summary>
    public X509Certificate2 Authority => _authority.Certificate;

    /// <exception cref="Trust.Keys.KeyStoreException">The development authority cannot be used.</exception>
    /// <exception cref="IOException">The operator's files cannot be read.</exception>
    /// <exception cref="CryptographicException">They are no certificate with its key.</exception>
    public static ServerCertificates Open(GatewayOptions options, string folder, TimeProvider clock)
    {
        var authority = DevelopmentAuthority.OpenOrCreate(Path.Combine(folder, "tls"), options.Identity.TrustDomain, clock.GetUtcNow());
        LeafKeeper? leaf = null;
        if (options.Tls.Certificate is null)
        {
            var hosts = options.Tls.Hosts.Append("localhost").Append(Dns.GetHostName().ToLowerInvariant())
                .Concat(options.Listen.Addresses.Select(a => a.Host).Where(h => !IPAddress.TryParse(h.Trim('[', ']'), out _)))
                .Distinct(StringComparer.OrdinalIgnoreCase).Where(h => Uri.CheckHostName(h) == UriHostNameType.Dns);
            var addresses = options.Listen.Addresses.Select(a => IPAddress.TryParse(a.Host.Trim('[', ']'), out var ip) ? ip : null).OfType<IPAddress>()
                .Where(ip => !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)).Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Distinct();
            leaf = new LeafKeeper(authority, new LeafRequest([.. hosts], [.. addresses], null, options.Tls.Lifetime), clock);
        }

        var certificates = new ServerCertificates(options.Tls, clock, authority, leaf);
        certificates.Current();
        return certificates;
    }

    /// <summary>How one listener speaks TLS. A client certificate is taken as it comes: whether it holds is the identity source's to say, with words instead of a closed connection.</summary>
    public void Apply(HttpsConnectionAdapterOptions https)
    {
        https.SslProtocols = _options.AllowTls12 ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls13;
        https.ServerCertificateSelector = (_, _) => Current();
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.ClientCertificateValidation = (_, _, _) => true;
        https.CheckCertificateRevocation = false;
        https.HandshakeTimeout = TimeSpan.FromSeconds(10);
    }

    public void Dispose() => _authority.Dispose();

    internal X509Certificate2 Current()
    {
        if (_leaf is not null)
        {
            return _leaf.Current();
        }

        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (_file is { } held && now - held.Looked < s_look)
            {
                return held.Certificate;
            }

            var written = File.GetLastWriteTimeUtc(_options.Certificate!);
            if (_file is not { } old)
            {
                _file = (Load(), written, now);
            }
            else
            {
                _file = old with { Looked = now };
                if (written != old.Written)
                {
                    _file = (Reload(old.Certificate), written, now);
                }
            }

            return _file.Value.Certificate;
        }
    }

    private X509Certificate2 Load() => X509Certificate2.CreateFromPemFile(_options.Certificate!, _options.Key);

    /// <summary>Files that are half written leave the certificate that was good until now in use; the next look tries again.</summary>
    private X509Certificate2 Reload(X509Certificate2 old)
    {
        try
        {
            return Load();
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            return old;
        }
    }
}
