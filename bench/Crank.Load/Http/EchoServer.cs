using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Crank.Load.Http;

/// <summary>The least that Kestrel can do: every body is given back. Bare it is the floor; behind the proxies it is the worker that they need over HTTP.</summary>
internal static class EchoServer
{
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = context.Request.ContentLength;
            await context.Request.BodyReader.CopyToAsync(context.Response.BodyWriter, context.RequestAborted);
        });
        await Served.UntilAskedToEndAsync(app);
        return 0;
    }
}
