using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Crank.Gateway.Hosting;

/// <summary>What only waits ends when the gateway stops, so that nobody who watches keeps it from stopping.</summary>
internal static class Stopping
{
    /// <summary>Cancelled when the caller leaves or the gateway stops. The caller's to dispose.</summary>
    public static CancellationTokenSource UntilStop(this HttpContext context) =>
        CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, TokenOf(context));

    /// <summary>True from the moment at which the gateway takes nothing new.</summary>
    public static bool IsStopping(this HttpContext context) => TokenOf(context).IsCancellationRequested;

    private static CancellationToken TokenOf(HttpContext context) => context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
}
