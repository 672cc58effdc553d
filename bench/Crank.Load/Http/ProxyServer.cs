using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Configuration;

namespace Crank.Load.Http;

/// <summary>YARP as one would set it up: one route for everything, one cluster with one destination.</summary>
internal static class ProxyServer
{
    public static async Task<int> RunAsync(string to)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "worker", Match = new() { Path = "{**rest}" } }],
            [new ClusterConfig { ClusterId = "worker", Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["one"] = new() { Address = to } } }]);
        await using var app = builder.Build();
        app.UseRouting();
        app.MapReverseProxy();
        await Served.UntilAskedToEndAsync(app);
        return 0;
    }
}
