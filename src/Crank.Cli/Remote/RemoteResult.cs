using System.Text.Json;
using System.Text.Json.Nodes;
using Crank.Cli.Terminal;

namespace Crank.Cli.Remote;

/// <summary>Writes a result that a running mesh holds: the file itself, in pieces as it comes, when the capability gives one; else its JSON.</summary>
internal static class RemoteResult
{
    public static async Task WriteAsync(
        MeshClient mesh, string? blobOutput, JsonElement done, string? path, Answer answer, JsonNode receipt, string? receiptFile, CancellationToken cancellationToken)
    {
        var output = done.GetProperty("output");
        var href = blobOutput is not null && output.TryGetProperty(blobOutput, out var blob) && blob.TryGetProperty("digest", out var digest)
            && done.TryGetProperty("files", out var files) && files.TryGetProperty(digest.GetString()!, out var file)
            ? file.GetProperty("href").GetString()
            : null;
        if (path is not null || !answer.Json)
        {
            var target = path is null ? Console.OpenStandardOutput() : File.Create(path);
            await using (target.ConfigureAwait(false))
            {
                await CopyAsync(mesh, href, output, target, cancellationToken);
            }
        }

        answer.WriteJson(() => new JsonObject
        {
            ["job"] = done.GetProperty("job").GetString(),
            ["outcome"] = "done",
            ["repeated"] = done.GetProperty("repeated").GetBoolean(),
            ["output"] = JsonNode.Parse(output.GetRawText()),
            ["files"] = done.TryGetProperty("files", out var named) ? JsonNode.Parse(named.GetRawText()) : new JsonObject(),
            ["out"] = path,
            ["receipt"] = receipt,
            ["receiptFile"] = receiptFile,
        });
    }

    private static async Task CopyAsync(MeshClient mesh, string? href, JsonElement output, Stream target, CancellationToken cancellationToken)
    {
        if (href is null)
        {
            await target.WriteAsync(System.Text.Encoding.UTF8.GetBytes(output.GetRawText() + "\n"), cancellationToken);
            return;
        }

        using var request = new HttpRequestMessage(HttpMethod.Get, href);
        using var response = await mesh.SendAsync(request, cancellationToken);
        await response.Content.CopyToAsync(target, cancellationToken);
    }
}
