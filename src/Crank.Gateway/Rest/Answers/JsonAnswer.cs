using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Rest.Answers;

/// <summary>Writes an answer as JSON, whole and with its length.</summary>
internal static class JsonAnswer
{
    public const string MediaType = "application/json";

    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) => SendAsync(context, status, Render(write));

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
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>Writes a moment as RFC 3339 in UTC.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset time) => json.WriteString(name, time.UtcDateTime);
}
