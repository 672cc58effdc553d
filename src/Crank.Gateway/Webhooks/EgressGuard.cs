using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Crank.Gateway.Webhooks;

/// <summary>Says which addresses may be called out to: public ones, and networks that the operator named. A name is resolved once, and what it resolved to is called.</summary>
internal sealed class EgressGuard
{
    /// <summary>Networks that are not the public internet: RFC 6890 and what was added to its registries.</summary>
    private static readonly ImmutableArray<IPNetwork> s_special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    private volatile Rule _rule;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <param name="options">What the operator allows.</param>
    /// <param name="resolve">Resolves a name; the system's when null.</param>
    /// <exception cref="FormatException">A network of the options is none.</exception>
    public EgressGuard(WebhookOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _rule = Read(options);
        _resolve = resolve ?? Dns.GetHostAddressesAsync;
    }

    /// <summary>Takes over what the operator allows now, for the next call.</summary>
    /// <exception cref="FormatException">A network of the options is none; what was allowed stays.</exception>
    public void Renew(WebhookOptions options) => _rule = Read(options);

    /// <summary>Why an address may not be called; null when it may.</summary>
    public string? Refuse(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _rule.Allowed.Any(n => n.Contains(plain)) ? null
            : s_special.Any(n => n.Contains(plain)) ? $"{plain} is not a public address"
            : null;
    }

    /// <summary>Why a URL may not be a webhook's; null when nothing is wrong with its form. What its name resolves to is checked at each call.</summary>
    public string? Refuse(Uri url) => url switch
    {
        { IsAbsoluteUri: false } => "It is not an absolute URL.",
        { UserInfo.Length: > 0 } => "It carries a user name or a password.",
        { Fragment.Length: > 0 } => "It has a fragment.",
        { Scheme: "https" } => Literal(url),
        { Scheme: "http" } when _rule.Http => Literal(url),
        { Scheme: "http" } => "It is plain HTTP; use https.",
        _ => $"Its scheme is '{url.Scheme}'; use https.",
    };

    /// <summary>Connects to a host by an address that may be called: every address of a name must be one, so that a name cannot hide one behind another.</summary>
    /// <exception cref="EgressException">It may not be called.</exception>
    /// <exception cref="SocketException">It cannot be resolved or reached.</exception>
    public async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool secure, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(target.Host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(target.Host, cancellationToken);
        foreach (var address in addresses)
        {
            if (Refuse(address) is { } why)
            {
                throw new EgressException($"'{target.Host}' is not called: {why}, and the configuration does not allow it.");
            }

            if (!secure && !_rule.Allowed.Any(n => n.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)))
            {
                throw new EgressException($"'{target.Host}' is not called: plain HTTP stays inside the networks that the configuration allows.");
            }
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private string? Literal(Uri url) =>
        IPAddress.TryParse(url.DnsSafeHost, out var address) && Refuse(address) is { } why ? $"{why}, and the configuration does not allow it." : null;

    private static Rule Read(WebhookOptions options) => new(
        [.. options.AllowedNetworks.Select(text => IPNetwork.TryParse(text, out var network) ? network : throw new FormatException($"'{text}' is not a network such as 10.1.0.0/16."))],
        options.AllowHttp);

    private sealed record Rule(ImmutableArray<IPNetwork> Allowed, bool Http);
}
