using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Tests.Opa.Elsewhere;

/// <summary>An OPA on a free port of this machine that answers as a test says.</summary>
internal sealed class FakeOpa : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeOpa(WebApplication app) => _app = app;

    public Func<HttpContext, Task> Answer { get; set; } = context => context.Response.WriteAsync("{}");

    public ConcurrentQueue<(string Target, string Token, string Body)> Got { get; } = [];

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Answers every question with the same text.</summary>
    public void Says(string body, int status = 200) => Answer = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(body);
    };

    public static async Task<FakeOpa> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        if (certificate is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        var opa = new FakeOpa(app);
        app.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
            opa.Got.Enqueue((context.Request.Method + " " + context.Request.Path + context.Request.QueryString, context.Request.Headers.Authorization.ToString(), await body.ReadToEndAsync()));
            await opa.Answer(context);
        });
        await app.StartAsync();
        return opa;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
