using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Path;
using Crank.Mesh.Serialization;
using Crank.Storage;

namespace Crank.Mesh.Queue;

/// <summary>What a queued job needs to be admitted again: its JSON as it came, and where its blobs lie.</summary>
/// <remarks>Stored as four bytes, the length of a JSON header (big-endian); the header; the JSON of the input.</remarks>
/// <param name="Header">Version, roles and blobs.</param>
/// <param name="Json">The input as UTF-8 JSON, without its blobs.</param>
internal sealed record StoredInput(StoredInputHeader Header, ReadOnlyMemory<byte> Json)
{
    private const int MaxHeader = 1 << 20;

    /// <summary>What is to be stored of a request whose blobs are in the blob store.</summary>
    public static StoredInput Of(JobRequest request, AdmittedJob admitted) => new(
        new(
            request.Version, admitted.Roles,
            [.. admitted.Blobs.OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => new StoredBlob(b.Key, b.Value.Digest, b.Value.Source.Length, b.Value.Source.Name))]),
        request.Input);

    public byte[] Encode()
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(Header, MeshJson.Default.StoredInputHeader);
        var bytes = new byte[4 + header.Length + Json.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(4));
        Json.Span.CopyTo(bytes.AsSpan(4 + header.Length));
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not that.</exception>
    public static StoredInput Decode(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.Span);
            return length is >= 0 and <= MaxHeader && JsonSerializer.Deserialize(bytes.Span.Slice(4, length), MeshJson.Default.StoredInputHeader) is { Roles.IsDefault: false, Blobs.IsDefault: false } header
                ? new(header, bytes[(4 + length)..])
                : throw new InvalidDataException("A stored input has no header of ours.");
        }
        catch (Exception e) when (e is ArgumentException or JsonException or FormatException)
        {
            throw new InvalidDataException("A stored input cannot be read.", e);
        }
    }

    /// <summary>Reads the input of a queued job.</summary>
    /// <exception cref="InvalidDataException">It is gone or damaged.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public static StoredInput Read(IStore store, BlobStore? blobs, JobId job) => store.FindInput(job) switch
    {
        { Inline: { } inline } => Decode(inline),
        { Blob: { } blob, Bytes: var length } when blobs?.OpenRead(blob, length) is { } stream => Decode(ReadAll(stream, length)),
        _ => throw new InvalidDataException($"The input of job {job} is no longer kept."),
    };

    /// <summary>The request as it came, with its blobs where they lie now.</summary>
    public JobRequest Request(TenantId tenant, PrincipalId principal, CapabilityName capability, Terms terms, string? key, JobId? parent, string? trace, BlobStore? blobs) => new(
        tenant, principal, capability, Header.Version, Json,
        Header.Blobs.ToImmutableDictionary(
            b => b.Member,
            b => new BlobSource(b.Length, () => blobs?.OpenRead(b.Digest, b.Length) ?? throw new IOException($"The blob {b.Digest} of the input is no longer kept."), b.Name, b.Digest)),
        terms, key, parent, trace, Header.Roles);

    private static byte[] ReadAll(Stream stream, long length)
    {
        using (stream)
        {
            var bytes = new byte[length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
