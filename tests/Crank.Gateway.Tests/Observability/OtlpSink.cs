using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Crank.Gateway.Tests.Observability;

/// <summary>A collector that keeps what it is sent, and reads as much of the protobuf as tests ask for.</summary>
internal sealed class OtlpSink : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpSink(WebApplication app) => _app = app;

    public ConcurrentQueue<(string Path, string? Key, byte[] Body)> Received { get; } = [];

    public Uri Address => new(_app.Urls.First());

    public IEnumerable<OtlpSpan> Spans => Received.Where(r => r.Path == "/v1/traces").SelectMany(r => SpansOf(r.Body));

    /// <summary>Everything that was sent, as text that a planted word would show in.</summary>
    public string Everything => string.Join('\n', Received.Select(r => Encoding.Latin1.GetString(r.Body)));

    public static async Task<OtlpSink> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var sink = new OtlpSink(builder.Build());
        sink._app.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            sink.Received.Enqueue((context.Request.Path, context.Request.Headers["x-collector-key"], body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });
        await sink._app.StartAsync();
        return sink;
    }

    /// <summary>Waits until something was sent: spans go out in batches, after their request was answered.</summary>
    public async Task UntilAsync(Func<OtlpSink, bool> arrived)
    {
        for (var waited = TimeSpan.Zero; !arrived(this); waited += TimeSpan.FromMilliseconds(50))
        {
            Assert.True(waited < TimeSpan.FromMinutes(2), "What was waited for did not arrive.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static IEnumerable<OtlpSpan> SpansOf(byte[] request) =>
        from resource in Fields(request, 1)
        from scope in Fields(resource, 2)
        let source = Encoding.UTF8.GetString(Fields(Fields(scope, 1).Single(), 1).Single())
        from span in Fields(scope, 2)
        select new OtlpSpan(
            source,
            Encoding.UTF8.GetString(Fields(span, 5).Single()),
            Convert.ToHexStringLower(Fields(span, 1).Single()),
            Convert.ToHexStringLower(Fields(span, 2).Single()),
            Convert.ToHexStringLower(Fields(span, 4).SingleOrDefault() ?? []),
            Encoding.UTF8.GetString(Fields(span, 3).SingleOrDefault() ?? []),
            Fields(span, 9).ToDictionary(
                a => Encoding.UTF8.GetString(Fields(a, 1).Single()),
                a => Encoding.UTF8.GetString(Fields(Fields(a, 2).Single(), 1).SingleOrDefault() ?? []),
                StringComparer.Ordinal));

    /// <summary>The length-delimited fields of one number.</summary>
    private static IEnumerable<byte[]> Fields(byte[] message, int number)
    {
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0: Varint(message, ref at); break;
                case 1: at += sizeof(ulong); break;
                case 5: at += sizeof(uint); break;
                default:
                    var length = (int)Varint(message, ref at);
                    if (tag >> 3 == (ulong)number)
                    {
                        yield return message[at..(at + length)];
                    }

                    at += length;
                    break;
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
