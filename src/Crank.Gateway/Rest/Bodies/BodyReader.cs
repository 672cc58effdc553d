using System.Buffers;
using System.IO.Compression;
using Crank.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Crank.Gateway.Rest.Bodies;

/// <summary>Reads bodies that fit into memory. What is taken grows with what came, never with what was announced.</summary>
internal static class BodyReader
{
    private const int Piece = 16 * 1024;

    /// <summary>A JSON body, checked by <see cref="StrictJson"/>.</summary>
    /// <exception cref="BadRequestException">It is too large, packed in a way that is not taken, or not JSON.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadJsonAsync(HttpContext context, LiveOptions options)
    {
        var body = await ReadAsync(context, options.Limits.JsonBody);
        StrictJson.Check(body.Span, options.Limits.JsonDepth);
        return body;
    }

    /// <summary>A body of at most so many bytes, unpacked when it is gzip.</summary>
    /// <exception cref="BadRequestException">It is too large, or packed in a way that is not taken.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int maxBytes)
    {
        var packed = IsGzip(context);
        if (context.Request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        var stream = context.Request.Body;
        if (!packed)
        {
            return await ReadAsync(stream, maxBytes, context.RequestAborted);
        }

        var unpacking = new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true);
        await using (unpacking.ConfigureAwait(false))
        {
            try
            {
                return await ReadAsync(unpacking, maxBytes, context.RequestAborted);
            }
            catch (InvalidDataException)
            {
                throw new BadRequestException(ProblemCodes.BadRequest, "The body says it is gzip and is not.", "Leave out Content-Encoding, or pack the body.");
            }
        }
    }

    /// <summary>Refuses a body that is packed: its bytes are taken as they are.</summary>
    /// <exception cref="BadRequestException">It is.</exception>
    public static void RefusePacked(HttpContext context)
    {
        if (context.Request.Headers.ContentEncoding is { Count: > 0 } coding && coding != "identity")
        {
            throw UnknownCoding(context, coding.ToString(), "identity");
        }
    }

    /// <summary>Lets a body be as large as this operation takes, and refuses one that announces more.</summary>
    /// <exception cref="BadRequestException">It announces more.</exception>
    public static void Allow(HttpContext context, long maxBytes)
    {
        if (context.Request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = maxBytes;
        }
    }

    public static BadRequestException TooLarge(long maxBytes) =>
        new(ProblemCodes.TooLarge, $"The body has more than the {maxBytes:N0} bytes that are taken here.", "Send less; large files go to /v1/uploads.");

    private static bool IsGzip(HttpContext context)
    {
        var coding = context.Request.Headers.ContentEncoding;
        return coding.Count switch
        {
            0 => false,
            1 when coding[0] is "identity" => false,
            1 when coding[0] is "gzip" or "x-gzip" => true,
            _ => throw UnknownCoding(context, coding.ToString(), "gzip"),
        };
    }

    private static BadRequestException UnknownCoding(HttpContext context, string coding, string taken)
    {
        context.Response.Headers[HeaderNames.AcceptEncoding] = taken;
        return new(ProblemCodes.UnsupportedMediaType, $"A body with the content coding '{coding}' is not taken here.", taken == "gzip" ? "Send it plain or as gzip." : "Send it plain.");
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var (filled, read) = (0, 0);
            while ((read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken)) > 0)
            {
                filled += read;
                if (filled > maxBytes)
                {
                    throw TooLarge(maxBytes);
                }

                if (filled == buffer.Length)
                {
                    buffer = Larger(buffer);
                }
            }

            return buffer.AsSpan(0, filled).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Larger(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
