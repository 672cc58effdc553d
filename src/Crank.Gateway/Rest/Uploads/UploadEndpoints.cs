using System.Globalization;
using Crank.Core;
using Crank.Gateway.Contract;
using Crank.Gateway.Identity;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Crank.Gateway.Rest.Blobs;
using Crank.Gateway.Rest.Bodies;
using Crank.Gateway.Rest.Invoke;
using Crank.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Uploads;

/// <summary>Uploads that can be gone on with after a break: draft-ietf-httpbis-resumable-upload-11, interop version 8, without its optional interim answers (104).</summary>
internal sealed class UploadEndpoints(GatewayParts parts, LiveOptions options)
{
    public const string Partial = "application/partial-upload";

    private const string Complete = "Upload-Complete";
    private const string Offset = "Upload-Offset";
    private const string Length = "Upload-Length";
    private const string Limit = "Upload-Limit";
    private const string Digest = "Repr-Digest";

    private readonly UploadStore _uploads = new(parts, options);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/v1/uploads", Methods.Post, CreateAsync).RequireScope(Scopes.BlobsWrite).Describe(UploadOperations.Create);
        routes.MapMethods("/v1/uploads", ["OPTIONS"], TellAsync).OpenToAll().LeaveOut("It tells what HTTP itself asks.");
        routes.MapMethods("/v1/uploads/{upload}", ["HEAD"], LookAsync).RequireScope(Scopes.BlobsWrite).Describe(UploadOperations.Look);
        routes.MapMethods("/v1/uploads/{upload}", Methods.Patch, AppendAsync).RequireScope(Scopes.BlobsWrite).Describe(UploadOperations.Append);
        routes.MapMethods("/v1/uploads/{upload}", Methods.Delete, CancelAsync).RequireScope(Scopes.BlobsWrite).Describe(UploadOperations.Cancel);
    }

    private Task TellAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.Allow = "POST, OPTIONS";
        context.Response.Headers["Accept-Patch"] = Partial;
        context.Response.Headers[Limit] = $"max-size={options.Limits.Blob}";
        return Task.CompletedTask;
    }

    private async Task CreateAsync(HttpContext context)
    {
        Query.Only(context);
        BodyReader.RefusePacked(context);
        var request = context.Request;
        var whole = Boolean(request, Complete) ?? true;
        var length = LengthOf(request, 0, whole);
        if (length > options.Limits.Blob)
        {
            context.Response.Headers[Limit] = $"max-size={options.Limits.Blob}";
            throw BodyReader.TooLarge(options.Limits.Blob);
        }

        BodyReader.Allow(context, length ?? options.Limits.Blob);
        var upload = _uploads.Create(new(
            context.Caller().Tenant, BlobEndpoints.MediaTypeOf(request), InvocationReader.FileName(request.Headers.ContentDisposition.ToString()), length, ExpectedOf(request), null));
        using var turn = await upload.EnterAsync(context.RequestAborted);
        try
        {
            await _uploads.AppendAsync(upload, request.Body, turn.Stop);
        }
        catch when (!upload.IsGone)
        {
            // Nobody knows its name yet, so nobody can go on with it.
            _uploads.Remove(upload);
            throw;
        }

        context.Response.Headers.Location = PlaceOf(upload);
        await AnswerAsync(context, upload, whole, StatusCodes.Status201Created, turn.Stop);
    }

    private async Task LookAsync(HttpContext context)
    {
        var upload = UploadOf(context);
        using var turn = await EnterAsync(context, upload);
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers[Offset] = Number(upload.Offset);
        headers[Complete] = upload.State.Done is null ? "?0" : "?1";
        if (upload.State.Length is { } length)
        {
            headers[Length] = Number(length);
        }

        if (upload.State.Done is { } blob)
        {
            headers.ContentLocation = Links.Blob(blob);
        }

        SetLimit(context, upload);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AppendAsync(HttpContext context)
    {
        Query.Only(context);
        BodyReader.RefusePacked(context);
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.MediaType.Equals(Partial, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers["Accept-Patch"] = Partial;
            throw new BadRequestException(ProblemCodes.UnsupportedMediaType, $"A part of an upload has the media type {Partial}.", $"Send Content-Type: {Partial}.");
        }

        var offset = Integer(request, Offset) ?? throw new BadRequestException(ProblemCodes.BadRequest, "Upload-Offset is missing: where this part begins.", "Ask with HEAD.");
        var whole = Boolean(request, Complete) ?? throw new BadRequestException(ProblemCodes.BadRequest, "Upload-Complete is missing: whether this part is the last, ?1, or not, ?0.", "");
        var upload = UploadOf(context);
        using var turn = await EnterAsync(context, upload);
        if (upload.State.Done is not null)
        {
            throw new BadRequestException(ProblemCodes.Conflict, "The upload is complete; nothing can be appended.", "Its file is where Content-Location of HEAD says.");
        }

        if (offset != upload.Offset)
        {
            context.Response.Headers[Offset] = Number(upload.Offset);
            throw new BadRequestException(ProblemCodes.Conflict, $"The upload has {upload.Offset} bytes; the part begins at {offset}.", "Go on from Upload-Offset.");
        }

        if (LengthOf(request, offset, whole) is { } length)
        {
            if (upload.State.Length is { } known && known != length)
            {
                throw new BadRequestException(ProblemCodes.BadRequest, $"The upload was announced with {known} bytes and now with {length}.", "Send the length that was announced.");
            }

            if (length > options.Limits.Blob)
            {
                SetLimit(context, upload);
                throw BodyReader.TooLarge(options.Limits.Blob);
            }

            _uploads.SetLength(upload, length);
        }

        BodyReader.Allow(context, options.Limits.Blob);
        try
        {
            await _uploads.AppendAsync(upload, request.Body, turn.Stop);
            await AnswerAsync(context, upload, whole, StatusCodes.Status204NoContent, turn.Stop);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw TakenOver();
        }
    }

    private async Task CancelAsync(HttpContext context)
    {
        var upload = UploadOf(context);
        using var turn = await EnterAsync(context, upload);
        _uploads.Remove(upload);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AnswerAsync(HttpContext context, Upload upload, bool whole, int otherwise, CancellationToken cancellationToken)
    {
        context.Response.Headers[Complete] = whole ? "?1" : "?0";
        if (!whole)
        {
            context.Response.StatusCode = otherwise;
            context.Response.Headers[Offset] = Number(upload.Offset);
            SetLimit(context, upload);
            return;
        }

        if (upload.State.Length is { } length && length != upload.Offset)
        {
            context.Response.Headers[Complete] = "?0";
            context.Response.Headers[Offset] = Number(upload.Offset);
            throw new BadRequestException(ProblemCodes.BadRequest, $"The upload was announced with {length} bytes and has {upload.Offset}.", "Send the rest.");
        }

        try
        {
            var blob = await _uploads.FinishAsync(upload, cancellationToken);
            var (kept, isNew) = await parts.Controller.Blobs.KeepAsync(upload.State.Tenant, blob, upload.State.MediaType, upload.State.Name, options.Rest.BlobTime);
            _uploads.Close(upload, blob.Digest);
            context.Response.Headers.Remove(HeaderNames.Location);
            await BlobEndpoints.AnswerAsync(context, kept, isNew);
        }
        catch (BlobMismatchException e)
        {
            throw new BadRequestException(ProblemCodes.BadInput, $"The bytes that came have the digest {e.Found}, not {upload.State.Expected}; nothing was kept.", "Compute the SHA-256 over the bytes as they are sent.");
        }
    }

    private Upload UploadOf(HttpContext context) =>
        context.GetRouteValue("upload") is string id && _uploads.Find(context.Caller().Tenant, id) is { } upload ? upload : throw NoSuchUpload();

    private static async Task<Upload.Turn> EnterAsync(HttpContext context, Upload upload)
    {
        try
        {
            var turn = await upload.EnterAsync(context.RequestAborted);
            if (!upload.IsGone)
            {
                return turn;
            }

            turn.Dispose();
            throw NoSuchUpload();
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw TakenOver();
        }
    }

    private static BadRequestException TakenOver() => new(ProblemCodes.Conflict, "A newer request of this upload took over.", "Ask for the offset with HEAD.");

    private void SetLimit(HttpContext context, Upload upload) =>
        context.Response.Headers[Limit] = $"max-size={options.Limits.Blob}, max-age={Number((long)Math.Max(0, _uploads.Left(upload).TotalSeconds))}";

    private static string PlaceOf(Upload upload) => $"/v1/uploads/{upload.Id}";

    private static BadRequestException NoSuchUpload() => new(ProblemCodes.NotFound, "There is no such upload of yours; it was cancelled, or its time is up.", "Begin anew with POST /v1/uploads.");

    /// <summary>How long the upload will be, from <c>Upload-Length</c>, or from the rest that this request brings whole.</summary>
    private static long? LengthOf(HttpRequest request, long offset, bool whole)
    {
        var announced = Integer(request, Length);
        var rest = whole ? offset + request.ContentLength : null;
        return announced is null || rest is null || announced == rest
            ? announced ?? rest
            : throw new BadRequestException(ProblemCodes.BadRequest, $"Upload-Length says {announced} and the body ends at {rest}.", "They must agree.");
    }

    /// <summary>The SHA-256 of the whole in <c>Repr-Digest</c> (RFC 9530); null when it is not there. Digests of other kinds are left alone.</summary>
    private static Digest? ExpectedOf(HttpRequest request)
    {
        foreach (var member in request.Headers[Digest].SelectMany(v => v!.Split(',', StringSplitOptions.TrimEntries)).Where(m => m.StartsWith("sha-256=", StringComparison.Ordinal)))
        {
            var bytes = new byte[48];
            var text = member["sha-256=".Length..];
            return text is [':', .. var base64, ':'] && base64.Length <= 64 && Convert.TryFromBase64String(base64, bytes, out var length) && length == 32
                ? Core.Digest.From(bytes.AsSpan(0, 32))
                : throw new BadRequestException(ProblemCodes.BadRequest, "Repr-Digest has a SHA-256 that is none.", "It is sha-256=:BASE64:.");
        }

        return null;
    }

    /// <summary>An integer of Structured Fields (RFC 9651); what is none counts as absent, as the draft says.</summary>
    private static long? Integer(HttpRequest request, string field) =>
        request.Headers[field] is [{ Length: <= 15 } text] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static bool? Boolean(HttpRequest request, string field) => request.Headers[field].ToString() switch
    {
        "?1" => true,
        "?0" => false,
        _ => null,
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
