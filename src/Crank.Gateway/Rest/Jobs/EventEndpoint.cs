using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Crank.Gateway.Contract;
using Crank.Gateway.Hosting;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Quotas;
using Crank.Gateway.Rest.Answers;
using Crank.Mesh.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Crank.Gateway.Rest.Jobs;

/// <summary><c>GET /v1/jobs/{job}/events</c>: what happens to a job, as server-sent events (WHATWG HTML, section 9.2), until it has ended.</summary>
/// <remarks>
/// Nothing is kept for a client here: the next event is taken when the last was sent. Who is slow misses progress in between, never the end; who reads nothing at all is
/// cut off by the lowest data rate. After the end a client that comes again with its last event gets 204, which tells it to stop.
/// </remarks>
internal sealed class EventEndpoint(GatewayParts parts, LiveOptions options)
{
    private static readonly byte[] s_comment = ": still here\n\n"u8.ToArray();
    private static readonly byte[] s_begin = "retry: 2000\n\n"u8.ToArray();

    private readonly OpenStreams _streams = new(() => options.Rest.EventStreamsPerTenant, parts.Clock);

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/v1/jobs/{job}/events", ["GET"], WatchAsync).RequireScope(Scopes.JobsRead).Describe(JobOperations.Events);

    private async Task WatchAsync(HttpContext context)
    {
        Query.Only(context);
        var tenant = context.Caller().Tenant;
        var job = JobEndpoints.IdOf(context);
        var after = LastSeen(context.Request);
        using var stop = context.UntilStop();
        var events = parts.Controller.Watch(tenant, job, after ?? -1, stop.Token) ?? throw JobEndpoints.NoSuchJob(job.ToString());
        var (open, retryAfter) = _streams.Open(tenant);
        if (open is null)
        {
            throw new BadRequestException(
                ProblemCodes.OverQuota, $"There are {_streams.Most} streams of events open, which is as many as a tenant may.", "Close one, or ask for the job itself.")
            { RetryAfter = retryAfter };
        }

        using var place = open;
        await using var reader = events.GetAsyncEnumerator(stop.Token);
        var next = reader.MoveNextAsync().AsTask();
        if (next.IsCompletedSuccessfully && !await next)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        try
        {
            await SendAsync(context, reader, next, stop);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The gateway stops: the stream ends, and its client comes again with the last event that it saw.
        }
    }

    /// <summary>Sends every event. When it ends, however it does, no event is being waited for any more.</summary>
    private async Task SendAsync(HttpContext context, IAsyncEnumerator<JobEvent> reader, Task<bool> next, CancellationTokenSource stop)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await WriteAsync(context, s_begin, stop.Token);
            while (true)
            {
                try
                {
                    if (!await next.WaitAsync(options.Rest.EventKeepAlive, parts.Clock, stop.Token))
                    {
                        return;
                    }
                }
                catch (TimeoutException)
                {
                    await WriteAsync(context, s_comment, stop.Token);
                    continue;
                }

                var happened = reader.Current;
                await WriteAsync(context, Render(happened), stop.Token);
                if (happened.IsLast)
                {
                    return;
                }

                next = reader.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        await context.Response.BodyWriter.WriteAsync(text, cancellationToken);
        await context.Response.BodyWriter.FlushAsync(cancellationToken);
    }

    private static ReadOnlyMemory<byte> Render(JobEvent happened)
    {
        var text = new ArrayBufferWriter<byte>(256);
        text.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"id: {happened.Sequence}\nevent: {(happened.Progress is null ? "state" : "progress")}\ndata: ")));
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("state", JobJson.Word(happened.State));
            json.WriteString("at", happened.At.UtcDateTime);
            if (happened.Progress is { } progress)
            {
                json.WriteNumber("share", progress.Share);
                if (progress.Note is { } note)
                {
                    json.WriteString("note", note);
                }
            }

            if (happened.Error is { } error)
            {
                json.WriteString("error", error.Value);
            }

            json.WriteEndObject();
        }

        text.Write("\n\n"u8);
        return text.WrittenMemory;
    }

    /// <summary>The last event that the client has seen; null for none. What is no number of ours counts as none, as for any client that never saw one.</summary>
    private static long? LastSeen(HttpRequest request) =>
        request.Headers["Last-Event-ID"] is [{ } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null;
}
