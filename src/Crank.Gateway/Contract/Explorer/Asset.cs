using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Crank.Gateway.Contract.Explorer;

/// <summary>A file of the explorer, embedded in the program.</summary>
internal sealed class Asset
{
    private readonly byte[] _bytes;
    private readonly bool _isGzip;
    private readonly string _mediaType;
    private readonly string _tag;

    private Asset(byte[] bytes, string mediaType)
    {
        (_bytes, _mediaType) = (bytes, mediaType);
        _isGzip = bytes is [0x1f, 0x8b, ..];
        _tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"";
    }

    public static Asset Read(Assembly assembly, string name, string mediaType)
    {
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no '{name}'.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return new(copy.ToArray(), mediaType);
    }

    /// <summary>Answers with the file, or with 304 for the copy that the caller has; packed when it is kept so and the caller takes it.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var answer = context.Response;
        answer.Headers.ETag = _tag;
        answer.Headers.CacheControl = "no-cache";
        answer.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.Headers.IfNoneMatch == _tag)
        {
            answer.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        answer.ContentType = _mediaType;
        if (!_isGzip)
        {
            answer.ContentLength = _bytes.Length;
            await answer.BodyWriter.WriteAsync(_bytes, context.RequestAborted);
            return;
        }

        answer.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            answer.Headers.ContentEncoding = "gzip";
            answer.ContentLength = _bytes.Length;
            await answer.BodyWriter.WriteAsync(_bytes, context.RequestAborted);
            return;
        }

        using var packed = new MemoryStream(_bytes, writable: false);
        var plain = new GZipStream(packed, CompressionMode.Decompress);
        await using (plain.ConfigureAwait(false))
        {
            await plain.CopyToAsync(answer.Body, context.RequestAborted);
        }
    }
}
