using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Bodies;
using Crank.Gateway.Rest.Invoke;
using Crank.Mesh.Blobs;
using Crank.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Blobs;

/// <summary>Files that a tenant keeps, named by the SHA-256 of their bytes: <c>PUT</c>, <c>GET</c>, <c>HEAD</c> and <c>DELETE /v1/blobs/{sha256}</c>.</summary>
/// <remarks>Whether another tenant has the same bytes cannot be told from any answer: a file is there for those who brought it, and every byte of a <c>PUT</c> is read.</remarks>
internal sealed class BlobEndpoints(GatewayParts parts, LiveOptions options)
{
    private const int MaxMediaType = 256;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/blobs/{sha256}", Methods.Put, PutAsync).RequireScope(Scopes.BlobsWrite).Describe(BlobOperations.Put);
        routes.MapMethods("/v1/blobs/{sha256}", Methods.Read, GetAsync).RequireScope(Scopes.BlobsRead).Describe(BlobOperations.Get);
        routes.MapMethods("/v1/blobs/{sha256}", Methods.Delete, DeleteAsync).RequireScope(Scopes.BlobsWrite).Describe(BlobOperations.Delete);
    }

    /// <summary>The digest that a route names, with or without <c>sha256:</c>.</summary>
    /// <exception cref="BadRequestException">That is no digest; answered as a file that is not there.</exception>
    public static Digest DigestOf(HttpContext context)
    {
        var text = (string)context.GetRouteValue("sha256")!;
        return Digest.TryParse(text.StartsWith("sha256:", StringComparison.Ordinal) ? text : "sha256:" + text, null, out var digest)
            ? digest
            : throw new BadRequestException(ProblemCodes.NotFound, $"'{(text.Length > 80 ? text[..80] + "…" : text)}' is not the SHA-256 of anything: 64 hexadecimal digits in lower case.", "Try: sha256sum FILE.");
    }

    /// <summary>Says what is kept, and until when.</summary>
    public static Task AnswerAsync(HttpContext context, KeptBlob blob, bool isNew)
    {
        context.Response.Headers.ETag = $"\"{blob.Digest.Hex}\"";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers[isNew ? HeaderNames.Location : HeaderNames.ContentLocation] = Links.Blob(blob.Digest);
        return JsonAnswer.WriteAsync(context, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, json =>
        {
            json.WriteStartObject();
            json.WriteString("digest", blob.Digest.ToString());
            json.WriteNumber("bytes", blob.Bytes);
            json.WriteString("mediaType", blob.MediaType);
            if (blob.Name is { } name)
            {
                json.WriteString("name", name);
            }

            json.WriteString("until", blob.Until.UtcDateTime);
            json.WriteString("href", Links.Blob(blob.Digest));
            json.WriteEndObject();
        });
    }

    /// <summary>The media type that a caller gives to a file.</summary>
    /// <exception cref="BadRequestException">It is none.</exception>
    public static string MediaTypeOf(HttpRequest request) => request.ContentType switch
    {
        null => "application/octet-stream",
        { Length: <= MaxMediaType } type when MediaTypeHeaderValue.TryParse(type, out _) => type,
        _ => throw new BadRequestException(ProblemCodes.UnsupportedMediaType, $"Content-Type is a media type of at most {MaxMediaType} characters.", "Try application/octet-stream."),
    };

    private async Task PutAsync(HttpContext context)
    {
        Query.Only(context);
        var (tenant, digest) = (context.Caller().Tenant, DigestOf(context));
        BodyReader.RefusePacked(context);
        if (context.Request.Headers.ContentRange.Count > 0)
        {
            // RFC 9110, section 14.5: a part must never be taken for the whole.
            throw new BadRequestException(ProblemCodes.BadRequest, "A PUT takes a file whole.", "Large files can be sent in parts to /v1/uploads.");
        }

        if (context.Request.Headers.IfNoneMatch is ["*"] && parts.Controller.Blobs.Find(tenant, digest) is not null)
        {
            await Problem.WriteAsync(context, ProblemCodes.PreconditionFailed, $"You have {digest} already.", "Leave out If-None-Match to keep it longer.");
            return;
        }

        var mediaType = MediaTypeOf(context.Request);
        BodyReader.Allow(context, options.Limits.Blob);
        try
        {
            var blob = await parts.Blobs.PutAsync(context.Request.Body, digest, context.RequestAborted);
            var (kept, isNew) = await parts.Controller.Blobs.KeepAsync(
                tenant, blob, mediaType, InvocationReader.FileName(context.Request.Headers.ContentDisposition.ToString()), options.Rest.BlobTime);
            await AnswerAsync(context, kept, isNew);
        }
        catch (BlobMismatchException e)
        {
            await Problem.WriteAsync(context, ProblemCodes.BadInput, $"The bytes that came have the digest {e.Found}, not {digest}; nothing was kept.", "Compute the SHA-256 over the bytes as they are sent.");
        }
        catch (BlobTooLargeException e)
        {
            throw BodyReader.TooLarge(e.MaxBytes);
        }
    }

    private Task GetAsync(HttpContext context)
    {
        Query.Only(context);
        var digest = DigestOf(context);
        return parts.Controller.Blobs.Find(context.Caller().Tenant, digest) is { } kept && parts.Blobs.Contains(digest)
            ? BlobAnswer.SendAsync(context, new(kept.Bytes, kept.MediaType, kept.Name, from => Open(kept, from)), digest)
            : throw NoSuchBlob(digest);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        Query.Only(context);
        var digest = DigestOf(context);
        if (!await parts.Controller.Blobs.RemoveAsync(context.Caller().Tenant, digest))
        {
            throw NoSuchBlob(digest);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Stream? Open(KeptBlob blob, long from) => from == 0 ? parts.Blobs.OpenRead(blob.Digest, blob.Bytes) : parts.Blobs.OpenPart(blob.Digest, blob.Bytes, from);

    private static BadRequestException NoSuchBlob(Digest digest) =>
        new(ProblemCodes.NotFound, $"There is no file {digest} of yours; it was not uploaded, or its time is up.", "Upload it with PUT.");
}
