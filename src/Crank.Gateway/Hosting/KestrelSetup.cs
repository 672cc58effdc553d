using System.Net;
using Crank.Gateway.Hosting.Tls;
using Crank.Gateway.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Crank.Gateway.Hosting;

/// <summary>Turns the options into the server's own.</summary>
internal static class KestrelSetup
{
    public static void Apply(KestrelServerOptions kestrel, GatewayOptions options, ServerCertificates? certificates)
    {
        var limits = options.Limits;
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = limits.Connections;
        kestrel.Limits.MaxRequestLineSize = limits.RequestLine;
        kestrel.Limits.MaxRequestHeadersTotalSize = limits.Headers;
        kestrel.Limits.MaxRequestHeaderCount = limits.HeaderFields;
        kestrel.Limits.RequestHeadersTimeout = limits.HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = limits.KeepAlive;
        kestrel.Limits.MaxRequestBodySize = limits.JsonBody;
        kestrel.Limits.MinRequestBodyDataRate = new(limits.MinDataRate, limits.DataRateGrace);
        kestrel.Limits.Http2.MaxStreamsPerConnection = limits.Streams;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = limits.RequestLine;
        kestrel.Limits.MinResponseDataRate = new(limits.MinDataRate, limits.DataRateGrace);

        foreach (var address in options.Listen.Addresses)
        {
            Listen(kestrel, address, certificates);
        }

        if (options.Listen.OwnerSocket is { } socket)
        {
            kestrel.ListenUnixSocket(socket, listener => listener.Use(OwnerSocketIdentity.Mark));
        }
    }

    private static void Listen(KestrelServerOptions kestrel, Uri address, ServerCertificates? certificates)
    {
        void Configure(Microsoft.AspNetCore.Server.Kestrel.Core.ListenOptions listener)
        {
            if (address.Scheme == Uri.UriSchemeHttps)
            {
                listener.UseHttps(https => certificates!.Apply(https));
            }
        }

        if (address.Host == "localhost" && address.Port != 0)
        {
            kestrel.ListenLocalhost(address.Port, Configure);
        }
        else
        {
            kestrel.Listen(address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(address.Host.Trim('[', ']')), address.Port, Configure);
        }
    }
}
