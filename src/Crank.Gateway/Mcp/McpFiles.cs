using System.Text;
using System.Text.Json.Nodes;
using Crank.Gateway.Agents;
using ModelContextProtocol.Protocol;

namespace Crank.Gateway.Mcp;

/// <summary>A file in the forms that the protocol has for it.</summary>
internal static class McpFiles
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Inside the answer when it is small, else its address.</summary>
    public static async Task<ContentBlock> BlockAsync(string uri, AgentFile file, int inline, CancellationToken cancellationToken)
    {
        if (file.Length > inline)
        {
            return new ResourceLinkBlock { Uri = uri, Name = "file", MimeType = file.MediaType, Size = file.Length };
        }

        // What a model can look at or listen to comes as that; its address is for the next call.
        var address = new JsonObject { [McpTools.MetaPrefix + "uri"] = uri };
        ContentBlock block = file.MediaType switch
        {
            var image when image.StartsWith("image/", StringComparison.Ordinal) => ImageContentBlock.FromBytes(await file.ReadAsync(cancellationToken), image),
            var audio when audio.StartsWith("audio/", StringComparison.Ordinal) => AudioContentBlock.FromBytes(await file.ReadAsync(cancellationToken), audio),
            _ => new EmbeddedResourceBlock { Resource = await ContentsAsync(uri, file, cancellationToken) },
        };
        block.Meta = address;
        return block;
    }

    /// <summary>As text when the bytes are UTF-8 and said to be text, else in base64.</summary>
    public static async Task<ResourceContents> ContentsAsync(string uri, AgentFile file, CancellationToken cancellationToken)
    {
        var content = await file.ReadAsync(cancellationToken);
        return IsText(file.MediaType) && Text(content) is { } text
            ? new TextResourceContents { Uri = uri, MimeType = file.MediaType, Text = text }
            : BlobResourceContents.FromBytes(content, uri, file.MediaType);
    }

    private static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.Ordinal) || mediaType is "application/json" or "application/xml"
        || mediaType.EndsWith("+json", StringComparison.Ordinal) || mediaType.EndsWith("+xml", StringComparison.Ordinal);

    private static string? Text(byte[] content)
    {
        try
        {
            return s_strict.GetString(content);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
