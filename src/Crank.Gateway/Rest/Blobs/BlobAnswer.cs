using System.Buffers;
using System.Globalization;
using Crank.Core;
using Crank.Gateway.Problems;
using Crank.Gateway.Rest.Answers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Blobs;

/// <summary>Sends bytes whole or in part (RFC 9110, section 14), in pieces and no faster than they are taken.</summary>
internal static class BlobAnswer
{
    private const int Piece = 64 * 1024;
    private const string Fallback = "application/octet-stream";

    /// <summary>Sends bytes whole.</summary>
    public static async Task SendAsync(HttpContext context, DeliveredBlob blob)
    {
        Describe(context, blob);
        context.Response.ContentLength = blob.Bytes;
        await CopyAsync(context, blob, 0, blob.Bytes);
    }

    /// <summary>Sends bytes that are named by their digest: with a strong tag, with ranges, and for good.</summary>
    public static async Task SendAsync(HttpContext context, DeliveredBlob blob, Digest digest)
    {
        var headers = context.Response.Headers;
        var tag = new EntityTagHeaderValue($"\"{digest.Hex}\"");
        headers.CacheControl = "private, max-age=31536000, immutable";
        headers.AcceptRanges = "bytes";
        headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(digest.ToBytes())}:";
        if (await Conditional.AnsweredAsync(context, tag))
        {
            return;
        }

        Describe(context, blob);
        switch (RangeOf(context.Request, tag, blob.Bytes))
        {
            case { Length: 0 }:
                headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{blob.Bytes}");
                headers.Remove(HeaderNames.ETag);
                await Problem.WriteAsync(context, ProblemCodes.RangeNotSatisfiable, $"The file has {blob.Bytes} bytes; the range begins behind them.", "Ask for less.");
                break;
            case { } part:
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {part.From}-{part.From + part.Length - 1}/{blob.Bytes}");
                context.Response.ContentLength = part.Length;
                await CopyAsync(context, blob, part.From, part.Length);
                break;
            default:
                context.Response.ContentLength = blob.Bytes;
                await CopyAsync(context, blob, 0, blob.Bytes);
                break;
        }
    }

    /// <summary>Bytes that others brought are never shown as a page of ours: no guessing of types, no scripts, saved rather than opened.</summary>
    private static void Describe(HttpContext context, DeliveredBlob blob)
    {
        var headers = context.Response.Headers;
        context.Response.ContentType = MediaTypeHeaderValue.TryParse(blob.MediaType, out _) ? blob.MediaType : Fallback;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        var disposition = new ContentDispositionHeaderValue("attachment");
        if (blob.Name is { } name)
        {
            disposition.SetHttpFileName(name);
        }

        headers.ContentDisposition = disposition.ToString();
    }

    /// <summary>The one range that is asked for; null for the whole, which also answers several ranges and units of others.</summary>
    private static (long From, long Length)? RangeOf(HttpRequest request, EntityTagHeaderValue tag, long bytes)
    {
        if (request.Headers.Range.Count != 1 || !RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var range) || range.Unit != "bytes" || range.Ranges.Count != 1
            || (request.Headers.IfRange.Count > 0 && !Conditional.Any(request.Headers.IfRange, tag, strong: true)))
        {
            return null;
        }

        var (from, to) = (range.Ranges.First().From, range.Ranges.First().To);
        return from is { } first
            ? first >= bytes ? (0, 0) : (first, Math.Min(to ?? long.MaxValue, bytes - 1) - first + 1)
            : to is 0 || bytes == 0 ? (0, 0) : (bytes - Math.Min(to!.Value, bytes), Math.Min(to.Value, bytes));
    }

    private static async Task CopyAsync(HttpContext context, DeliveredBlob blob, long from, long length)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var stream = blob.OpenFrom(from) ?? throw new FileNotFoundException("A file is gone that was there a moment ago.");
        await using (stream.ConfigureAwait(false))
        {
            var buffer = ArrayPool<byte>.Shared.Rent(Piece);
            try
            {
                while (length > 0)
                {
                    var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(length, Piece)), context.RequestAborted);
                    if (read == 0)
                    {
                        throw new EndOfStreamException("A file is shorter than it is known to be.");
                    }

                    await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
                    length -= read;
                }

                // The last look of a stream that checks itself: what fails here was not all sent, so the caller notices.
                _ = from == 0 ? await stream.ReadAsync(buffer.AsMemory(0, 1), context.RequestAborted) : 0;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
