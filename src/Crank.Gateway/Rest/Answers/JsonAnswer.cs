using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Answers;

/// <summary>Writes an answer as JSON, whole and with its length.</summary>
internal static class JsonAnswer
{
    public const string MediaType = "application/json";

    /// <summary>A buffer that grew beyond this is not kept for the next answer.</summary>
    private const int LargestKept = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        var buffer = RenderHere(write);
        Begin(context, status, buffer.WrittenCount, MediaType);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return Task.CompletedTask;
        }

        // Copied before anything is awaited: the buffer is this thread's, and the next answer's.
        context.Response.BodyWriter.Write(buffer.WrittenSpan);
        return FlushAsync(context);
    }

    public static ReadOnlyMemory<byte> Render(Action<Utf8JsonWriter> write, JsonWriterOptions options = default)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            write(json);
        }

        return buffer.WrittenMemory;
    }

    public static async Task SendAsync(HttpContext context, int status, ReadOnlyMemory<byte> body, string mediaType = MediaType)
    {
        Begin(context, status, body.Length, mediaType);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>Writes a moment as RFC 3339 in UTC.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset time) => json.WriteString(name, time.UtcDateTime);

    private static ArrayBufferWriter<byte> RenderHere(Action<Utf8JsonWriter> write)
    {
        // Taken while it is written: what writes may render something of its own.
        var (buffer, json) = (t_buffer is { Capacity: <= LargestKept } kept ? kept : new ArrayBufferWriter<byte>(4096), t_writer ?? new Utf8JsonWriter(Stream.Null));
        (t_buffer, t_writer) = (null, null);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        write(json);
        json.Flush();
        (t_buffer, t_writer) = (buffer, json);
        return buffer;
    }

    private static void Begin(HttpContext context, int status, int length, string mediaType)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = length;
    }

    private static async Task FlushAsync(HttpContext context) => await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
}
