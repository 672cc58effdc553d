using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Path;

namespace Crank.Mesh.Run;

/// <summary>What a worker delivered, checked against the capability's output schema.</summary>
/// <param name="Json">The output as UTF-8 JSON, with a reference in the place of each blob.</param>
/// <param name="Blobs">The blobs of the output, by their digests.</param>
/// <param name="Digest">SHA-256 over the JSON, which names the blobs by their digests: the digest of the whole delivery.</param>
public sealed record Delivery(ReadOnlyMemory<byte> Json, ImmutableDictionary<Digest, OutputBlob> Blobs, Digest Digest)
{
    /// <summary>JSON and blobs together, in bytes.</summary>
    public long Bytes => Blobs.IsEmpty ? Json.Length : Blobs.Values.Aggregate((long)Json.Length, (sum, b) => sum + b.Length);

    /// <summary>The blob that a member of the output names; null when it names none.</summary>
    public OutputBlob? BlobOf(string member)
    {
        using var output = JsonDocument.Parse(Json);
        return BlobReference.Read(output.RootElement, member) is { } digest ? Blobs.GetValueOrDefault(digest) : null;
    }
}
