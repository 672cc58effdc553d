using Crank.Mesh.Path;

namespace Crank.Gateway.Agents;

/// <summary>A file that a tenant can name: one that a job delivered, or one that was uploaded.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="MediaType">What it is said to be.</param>
/// <param name="Open">Opens it from the start.</param>
internal sealed record AgentFile(long Length, string MediaType, Func<Stream> Open)
{
    public BlobSource Source(string? name) => new(Length, Open, name);

    /// <summary>All its bytes. The caller has looked at <see cref="Length"/> before.</summary>
    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        var content = new byte[Length];
        var stream = Open();
        await using (stream.ConfigureAwait(false))
        {
            await stream.ReadExactlyAsync(content, cancellationToken);
        }

        return content;
    }
}
