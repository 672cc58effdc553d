using System.Net;

namespace Crank.Gateway.Hosting;

/// <summary>Whether a gateway may listen on an address: beyond this machine only with TLS, unless the operator says twice that something else protects the line.</summary>
/// <remarks>Pure. Authentication is not asked about: it cannot be turned off.</remarks>
public static class ListenRule
{
    /// <summary>What forbids the address; null when nothing does.</summary>
    /// <param name="address">An address such as <c>http://0.0.0.0:8420</c>.</param>
    /// <param name="allowed">The configuration says that plain HTTP beyond this machine is meant.</param>
    /// <param name="confirmed">The command line, or the environment, says so too.</param>
    public static string? Fault(Uri address, bool allowed, bool confirmed)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            return $"{address} is neither http nor https.";
        }

        if (!IsHost(address))
        {
            return $"{address} names a host; listen on an IP address or on localhost.";
        }

        return address.Scheme == Uri.UriSchemeHttps || IsThisMachine(address) || (allowed && confirmed)
            ? null
            : $"{address} would serve keys and data in the clear to other machines. Use https://{address.Authority}, or, when something in front speaks TLS, say so twice: "
                + (allowed ? "listen.plaintext is set, --plaintext is missing." : confirmed ? "--plaintext is given, listen.plaintext is not set." : "listen.plaintext: true in crank.yaml, and --plaintext.");
    }

    private static bool IsHost(Uri address) => address.Host == "localhost" || IPAddress.TryParse(address.Host.Trim('[', ']'), out _);

    /// <summary>Loopback alone: a wildcard, a private and a link-local address all reach other machines.</summary>
    private static bool IsThisMachine(Uri address) =>
        address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip));
}
