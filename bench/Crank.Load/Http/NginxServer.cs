using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Crank.Load.Processes;

namespace Crank.Load.Http;

/// <summary>The nginx of the system, in the foreground, with a configuration of its own: connections to the worker are kept, nothing is logged.</summary>
internal static class NginxServer
{
    /// <summary>Where Debian puts it, which is not on everybody's path.</summary>
    private const string Usual = "/usr/sbin/nginx";

    /// <summary>Starts it.</summary>
    /// <returns>Null when there is none here.</returns>
    public static async Task<(Child Child, Uri Address)?> StartAsync(string folder, Uri worker)
    {
        Directory.CreateDirectory(folder);
        var port = FreePort();
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            worker_processes {{Environment.ProcessorCount}};
            pid {{folder}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 4096; }
            http {
                access_log off;
                client_max_body_size 0;
                client_body_buffer_size 128k;
                proxy_buffers 16 16k;
                keepalive_requests 1000000000;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                upstream worker { server {{worker.Authority}}; keepalive 512; keepalive_requests 1000000000; }
                server {
                    listen 127.0.0.1:{{port}} reuseport;
                    location / { proxy_pass http://worker; proxy_http_version 1.1; proxy_set_header Connection ""; }
                }
            }
            """));
        Child child;
        try
        {
            child = Child.Start(File.Exists(Usual) ? Usual : "nginx", ["-p", folder, "-e", "stderr", "-c", file]);
        }
        catch (Win32Exception)
        {
            return null;
        }

        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        for (var tries = 0; tries < 100; tries++)
        {
            try
            {
                using var probe = await RawConnection.OpenAsync(RawConnection.Server(address));
                return (child, address);
            }
            catch (SocketException)
            {
                await Task.Delay(100);
            }
        }

        await child.DisposeAsync();
        throw new InvalidOperationException("nginx does not listen.");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
