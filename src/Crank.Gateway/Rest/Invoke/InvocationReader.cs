using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Bodies;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Path;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>
/// Reads what is asked of a capability, by the media type of the body: JSON, a form, a form with files, or the one file itself; nothing at all when every
/// parameter stands in the query.
/// </summary>
internal sealed class InvocationReader(GatewayParts parts, LiveOptions options)
{
    private const int MaxFormBytes = 256 * 1024;
    private const int MaxParameters = 256;
    private const int MaxName = 256;

    private readonly FileSpool _spool = new(parts);

    /// <summary>Reads the body to its end.</summary>
    /// <exception cref="BadRequestException">It cannot be read, or is too large.</exception>
    public async Task<Invocation> ReadAsync(HttpContext context, Capability capability)
    {
        var request = context.Request;
        if (request.ContentType is not { } contentType)
        {
            return request.ContentLength is 0 || context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false }
                ? Parameters(context, capability, [])
                : await RawAsync(context, capability);
        }

        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            throw new BadRequestException(ProblemCodes.UnsupportedMediaType, $"The media type '{contentType}' cannot be read.", "Send Content-Type: application/json, or that of your file.");
        }

        return type.MediaType.Value?.ToLowerInvariant() switch
        {
            "application/json" => await JsonAsync(context, capability, type),
            "multipart/form-data" => await MultipartAsync(context, capability, type),
            "application/x-www-form-urlencoded" when capability.BlobInput is null => await FormAsync(context, capability),
            _ => await RawAsync(context, capability),
        };
    }

    /// <summary>A JSON body, with members beside <c>input</c> and <c>terms</c> that another reader takes.</summary>
    /// <exception cref="BadRequestException">It does not say that.</exception>
    public Invocation Read(HttpContext context, Capability capability, ReadOnlyMemory<byte> body, params ReadOnlySpan<string> others) =>
        new JsonInvocation(context.Caller().Tenant, capability, parts.Controller.Currency, _spool).Read(body, others);

    /// <summary>Refuses JSON in anything but UTF-8, which is the only charset that RFC 8259 has between systems.</summary>
    public static void CheckCharset(MediaTypeHeaderValue type)
    {
        if (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadRequestException(ProblemCodes.UnsupportedMediaType, $"JSON in the charset '{type.Charset}' is not taken.", "Send it in UTF-8.");
        }
    }

    private async Task<Invocation> JsonAsync(HttpContext context, Capability capability, MediaTypeHeaderValue type)
    {
        CheckCharset(type);
        Query.Only(context);
        if (TermsReader.Fields.FirstOrDefault(context.Request.Headers.ContainsKey) is { } field)
        {
            throw new BadRequestException(ProblemCodes.BadRequest, $"The field {field} goes with a file or a form; a JSON body has 'terms'.", "Put it into 'terms'.");
        }

        return Read(context, capability, await BodyReader.ReadJsonAsync(context, options));
    }

    private async Task<Invocation> RawAsync(HttpContext context, Capability capability)
    {
        if (capability.BlobInput is not { } member)
        {
            throw new BadRequestException(
                ProblemCodes.UnsupportedMediaType, $"{capability.Id} does not take a file as its body.", "Send Content-Type: application/json with {\"input\": …}, or a form.");
        }

        BodyReader.RefusePacked(context);
        BodyReader.Allow(context, capability.Limits.Input.Value);
        var parameters = Parameters(context, capability, []);
        var source = await _spool.TakeAsync(context.Request.Body, capability.Limits.Input.Value, FileName(context.Request.Headers.ContentDisposition.ToString()), context.RequestAborted);
        return parameters with { Blobs = parameters.Blobs.Add(member, source) };
    }

    private async Task<Invocation> FormAsync(HttpContext context, Capability capability)
    {
        var body = await BodyReader.ReadAsync(context, MaxFormBytes);
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var pair in new QueryStringEnumerable(Encoding.UTF8.GetString(body.Span)))
        {
            Add(fields, pair.DecodeName().ToString(), pair.DecodeValue().ToString());
        }

        return Parameters(context, capability, fields);
    }

    private async Task<Invocation> MultipartAsync(HttpContext context, Capability capability, MediaTypeHeaderValue type)
    {
        BodyReader.RefusePacked(context);
        BodyReader.Allow(context, Math.Min(long.MaxValue - MaxFormBytes, capability.Limits.Input.Value) + MaxFormBytes);
        var form = new MultipartForm(capability, _spool, MaxFormBytes, MaxParameters);
        await form.ReadAsync(context, HeaderUtilities.RemoveQuotes(type.Boundary).Value ?? "");
        var parameters = Parameters(context, capability, form.Fields);
        return parameters with { Blobs = parameters.Blobs.AddRange(form.Files) };
    }

    private Invocation Parameters(HttpContext context, Capability capability, List<KeyValuePair<string, string>> fields)
    {
        foreach (var (name, values) in context.Request.Query)
        {
            foreach (var value in values)
            {
                Add(fields, name, value ?? "");
            }
        }

        try
        {
            return new(
                ParameterInput.Write(capability, default, fields), ImmutableDictionary<string, BlobSource>.Empty, TermsReader.FromFields(context, parts.Controller.Currency), IsForm: true);
        }
        catch (ParameterException e)
        {
            throw new BadRequestException(ProblemCodes.BadInput, e.Message, e.Hint, [new("/input/" + StrictJson.Escape(e.Name), e.Message)]);
        }
    }

    private static void Add(List<KeyValuePair<string, string>> fields, string name, string value)
    {
        if (fields.Count == MaxParameters)
        {
            throw new BadRequestException(ProblemCodes.TooLarge, $"More than {MaxParameters} parameters came.", "Send JSON.");
        }

        fields.Add(new(name, value));
    }

    /// <summary>The name in a <c>Content-Disposition</c>, without any folder; null for none.</summary>
    internal static string? FileName(string disposition)
    {
        if (!ContentDispositionHeaderValue.TryParse(disposition, out var read))
        {
            return null;
        }

        var name = (read.FileNameStar.HasValue ? read.FileNameStar : HeaderUtilities.RemoveQuotes(read.FileName)).Value;
        name = name?[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return name is { Length: > 0 and <= MaxName } and not "." and not ".." && !name.Any(char.IsControl) ? name : null;
    }
}
