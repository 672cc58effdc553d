using System.Text;
using System.Text.Json;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using Crank.Rego.Values;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Opa;

/// <summary>Reads input documents. An input is JSON, of one meaning: a name that stands twice is refused, where OPA takes the last.</summary>
internal sealed class OpaInputs(LiveOptions options)
{
    /// <summary>The member <c>input</c> of a body; undefined when it is absent or null, as in OPA.</summary>
    /// <exception cref="BadRequestException">The body is too large or not JSON.</exception>
    /// <exception cref="OpaException">The body is no object.</exception>
    public async Task<Value> MemberAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        return body.IsEmpty ? default : Member(body.Span, "input");
    }

    /// <summary>A whole body; undefined when it is empty.</summary>
    /// <exception cref="BadRequestException">The body is too large or not JSON.</exception>
    public async Task<Value> WholeAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        return body.IsEmpty ? default : JsonIn.Read(body.Span);
    }

    /// <summary>The body, checked; empty when there is none.</summary>
    /// <exception cref="BadRequestException">It is too large or not JSON.</exception>
    public async Task<ReadOnlyMemory<byte>> BodyAsync(HttpContext context)
    {
        if (context.Request.ContentType is { } type && type.Contains("yaml", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadRequestException(ProblemCodes.UnsupportedMediaType, "Inputs in YAML are not taken.", "Send JSON.");
        }

        var body = await BodyReader.ReadAsync(context, options.Limits.JsonBody);
        if (!body.IsEmpty)
        {
            StrictJson.Check(body.Span, options.Limits.JsonDepth);
        }

        return body;
    }

    /// <summary>An input that stands in a query.</summary>
    /// <exception cref="BadRequestException">It is not JSON.</exception>
    public Value Read(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        StrictJson.Check(utf8, options.Limits.JsonDepth);
        return JsonIn.Read(utf8);
    }

    /// <summary>A member of an object; undefined when it is absent or null.</summary>
    /// <param name="utf8">JSON that was checked.</param>
    /// <param name="name">The member's name.</param>
    /// <exception cref="OpaException">It is no object.</exception>
    public static Value Member(ReadOnlySpan<byte> utf8, string name)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = JsonIn.MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw OpaException.Wrong($"body contains malformed input document: the body is an object such as {{\"{name}\": …}}");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (wanted)
            {
                var value = JsonIn.Read(utf8[start..(int)reader.BytesConsumed]);
                return value.Kind == ValueKind.Null ? default : value;
            }
        }

        return default;
    }
}
