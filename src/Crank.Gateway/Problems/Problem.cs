using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Crank.Gateway.Opa;
using Crank.Mesh;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Problems;

/// <summary>
/// Writes errors as <c>application/problem+json</c>, RFC 9457: <c>type title status detail code try instance traceId job errors</c>; on the face for OPA's clients in OPA's shape.
/// </summary>
public static class Problem
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>What every <c>type</c> starts with; what follows is the code. A tag URI (RFC 4151): a name, not an address.</summary>
    public const string TypePrefix = "tag:crank.dev,2026:problem:";

    /// <summary>People read these in terminals; nobody puts JSON of this media type into a page.</summary>
    private static readonly JsonWriterOptions s_readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers with a code of the gateway.</summary>
    public static Task WriteAsync(HttpContext context, ProblemCode code, string detail, string hint = "", IReadOnlyList<ProblemPointer>? errors = null) =>
        WriteAsync(context, code.Status, code.Code, code.Title, detail, hint, null, errors);

    /// <summary>Answers with a refusal of the path.</summary>
    public static Task WriteAsync(HttpContext context, JobReport report)
    {
        var refusal = report.Refusal ?? throw new ArgumentException("A report without a refusal is no problem.", nameof(report));
        var status = ProblemCodes.StatusOf(refusal);
        var title = ProblemCodes.All.FirstOrDefault(c => c.Code == refusal.Code.Value)?.Title ?? Sentence(refusal.Code.Value);
        if (refusal.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return WriteAsync(context, status, refusal.Code.Value, title, refusal.Message, refusal.Try, report.Job?.ToString(),
            [.. refusal.Faults.Select(f => new ProblemPointer("/input" + f.Pointer, f.Message))]);
    }

    private static async Task WriteAsync(
        HttpContext context, int status, string code, string title, string detail, string hint, string? job, IReadOnlyList<ProblemPointer>? errors)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer is out: the only honest end is to cut the connection.
            context.Abort();
            return;
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<OpaFace>() is not null)
        {
            await OpaErrors.WriteAsync(context, status, OpaCodes.Of(status), hint.Length > 0 ? $"{detail} {hint}" : detail, []);
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, s_readable))
        {
            json.WriteStartObject();
            json.WriteString("type", TypePrefix + code);
            json.WriteString("title", title);
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            json.WriteString("code", code);
            if (hint.Length > 0)
            {
                json.WriteString("try", hint);
            }

            if (job is not null)
            {
                json.WriteString("job", job);
            }

            if (Activity.Current?.TraceId.ToHexString() is { } trace)
            {
                json.WriteString("traceId", trace);
            }

            if (errors is { Count: > 0 })
            {
                json.WriteStartArray("errors");
                foreach (var error in errors)
                {
                    json.WriteStartObject();
                    json.WriteString("pointer", error.Pointer);
                    json.WriteString("detail", error.Detail);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = buffer.WrittenCount;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    private static string Sentence(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' ');
}
