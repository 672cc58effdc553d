using System.Buffers;
using System.Text.Json;
using Crank.Gateway.Opa.Sets;
using Crank.Gateway.Rest.Answers;
using Crank.Rego.Values;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Opa;

/// <summary>Writes what OPA's clients read.</summary>
internal static class OpaAnswer
{
    /// <summary>What the set in force is called where OPA names a bundle.</summary>
    public const string SetName = "crank";

    private static readonly string s_version = typeof(OpaAnswer).Assembly.GetName().Version?.ToString(3) ?? "";
    private static readonly JsonWriterOptions s_indented = new() { Indented = true, NewLine = "\n", MaxDepth = JsonIn.MaxDepth + 8 };
    private static readonly JsonDocumentOptions s_deep = new() { MaxDepth = JsonIn.MaxDepth + 8 };

    public static Task WriteAsync(HttpContext context, bool pretty, Action<Utf8JsonWriter> write)
    {
        var body = JsonAnswer.Render(json =>
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        });
        return SendAsync(context, pretty, body);
    }

    /// <summary>Sends a value alone.</summary>
    public static Task SendAsync(HttpContext context, bool pretty, in Value value)
    {
        var body = new ArrayBufferWriter<byte>();
        JsonOut.Write(body, value);
        return SendAsync(context, pretty, body.WrittenMemory);
    }

    public static void WriteValue(Utf8JsonWriter json, string name, in Value value)
    {
        var text = new ArrayBufferWriter<byte>();
        JsonOut.Write(text, value);
        json.WritePropertyName(name);
        json.WriteRawValue(text.WrittenSpan, skipInputValidation: true);
    }

    public static void WriteMetrics(Utf8JsonWriter json, OpaTimers timers)
    {
        json.WriteStartObject("metrics");
        foreach (var (name, nanoseconds) in timers.All())
        {
            json.WriteNumber(name, nanoseconds);
        }

        json.WriteEndObject();
    }

    public static void WriteProvenance(Utf8JsonWriter json, AskedSet set)
    {
        json.WriteStartObject("provenance");
        json.WriteString("version", s_version);
        json.WriteStartObject("bundles");
        json.WriteStartObject(SetName);
        json.WriteString("revision", set.Basis.Revision);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void WriteLabels(Utf8JsonWriter json, string origin)
    {
        json.WriteStartObject("labels");
        json.WriteString("id", origin);
        json.WriteString("version", s_version);
        json.WriteEndObject();
    }

    private static Task SendAsync(HttpContext context, bool pretty, ReadOnlyMemory<byte> body)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.SendAsync(context, StatusCodes.Status200OK, pretty ? Indent(body) : body);
    }

    private static ReadOnlyMemory<byte> Indent(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, s_deep);
        return JsonAnswer.Render(document.WriteTo, s_indented);
    }
}
