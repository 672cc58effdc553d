using System.Collections.Immutable;
using System.Text;
using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Bodies;
using Crank.Gateway.Rest.Capabilities;
using Crank.Mesh.Path;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Invoke;

/// <summary>Reads <c>multipart/form-data</c> (RFC 7578) part by part: files go to the spool as they arrive, fields are parameters.</summary>
internal sealed class MultipartForm(Capability capability, FileSpool spool, int maxFieldBytes, int maxParts)
{
    private const int MaxBoundary = 70;
    private const int MaxPartHeaders = 16;
    private const int MaxPartHeaderBytes = 8 * 1024;

    private readonly ImmutableArray<string> _members = BlobMembers.Of(capability);

    /// <summary>The fields, in order.</summary>
    public List<KeyValuePair<string, string>> Fields { get; } = [];

    /// <summary>The files by member.</summary>
    public Dictionary<string, BlobSource> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads the body to its end.</summary>
    /// <exception cref="BadRequestException">It is not such a form, or too large.</exception>
    public async Task ReadAsync(HttpContext context, string boundary)
    {
        if (boundary.Length is 0 or > MaxBoundary)
        {
            throw Wrong($"A form with files names a boundary of 1 to {MaxBoundary} characters.");
        }

        var (fileBytes, fieldBytes, parts) = (capability.Limits.Input.Value, maxFieldBytes, 0);
        var reader = new MultipartReader(boundary, context.Request.Body) { HeadersCountLimit = MaxPartHeaders, HeadersLengthLimit = MaxPartHeaderBytes, BodyLengthLimit = null };
        try
        {
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } part)
            {
                if (++parts > maxParts)
                {
                    throw new BadRequestException(ProblemCodes.TooLarge, $"The form has more than {maxParts} parts.");
                }

                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase)
                    || HeaderUtilities.RemoveQuotes(disposition.Name).Value is not { Length: > 0 } name)
                {
                    throw Wrong("A part has no Content-Disposition: form-data with a name.");
                }

                if (disposition.IsFileDisposition() || _members.Contains(name))
                {
                    var file = await spool.TakeAsync(part.Body, fileBytes, InvocationReader.FileName(part.ContentDisposition!), context.RequestAborted);
                    fileBytes -= file.Length;
                    Add(name, file);
                }
                else
                {
                    var value = await ReadFieldAsync(part.Body, fieldBytes, context.RequestAborted);
                    fieldBytes -= value.Length;
                    Fields.Add(new(name, value));
                }
            }
        }
        catch (InvalidDataException e)
        {
            throw Wrong($"The form cannot be read: {e.Message}");
        }
        catch (IOException e) when (!context.RequestAborted.IsCancellationRequested && e is not BadHttpRequestException)
        {
            throw Wrong($"The form ends before its last boundary: {e.Message}");
        }
    }

    /// <summary>A file goes to the member of its name; with one file and one place for it, the name does not matter.</summary>
    private void Add(string name, BlobSource file)
    {
        var member = _members.Contains(name) ? name : capability.BlobInput;
        if (member is null)
        {
            throw new BadRequestException(
                ProblemCodes.BadInput, $"{capability.Id} takes no file '{name}'.", _members.IsEmpty ? "It takes none." : $"It takes: {string.Join(", ", _members)}.",
                [new("/input/" + StrictJson.Escape(name), "There is no such file.")]);
        }

        if (!Files.TryAdd(member, file))
        {
            throw new BadRequestException(ProblemCodes.BadInput, $"The file '{member}' is given twice.", "Give it once.", [new("/input/" + StrictJson.Escape(member), "It is given twice.")]);
        }
    }

    private static async Task<string> ReadFieldAsync(Stream body, int maxBytes, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        var bounded = new BoundedStream(body, maxBytes);
        await using (bounded.ConfigureAwait(false))
        {
            await bounded.CopyToAsync(bytes, cancellationToken);
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("A field of the form is not UTF-8.");
        }
    }

    private static BadRequestException Wrong(string detail) => new(ProblemCodes.BadRequest, detail, "Try 'curl -F document=@FILE'.");
}
