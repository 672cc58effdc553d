using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Run;
using Crank.Storage;

namespace Crank.Mesh.Results;

/// <summary>A delivery as one string of bytes, for the job's row or for a blob.</summary>
/// <remarks>Four bytes: the length of a JSON header (big-endian); the header, which lists the blobs; the output's JSON; the blobs one after the other, without those that lie in the blob store.</remarks>
internal static class ResultCodec
{
    private const int MaxHeader = 1 << 20;

    public static byte[] Encode(Delivery delivery)
    {
        var header = Header(delivery);
        var inMemory = delivery.Blobs.IsEmpty ? 0 : delivery.Blobs.Values.Sum(b => (long)b.Memory.Length);
        var bytes = new byte[checked(4 + header.Length + delivery.Json.Length + inMemory)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(4));
        var at = 4 + header.Length;
        delivery.Json.Span.CopyTo(bytes.AsSpan(at));
        at += delivery.Json.Length;
        foreach (var (_, blob) in Ordered(delivery))
        {
            blob.Memory.Span.CopyTo(bytes.AsSpan(at));
            at += blob.Memory.Length;
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="store">Where stored blobs are; null when nobody opens them.</param>
    /// <exception cref="InvalidDataException">The bytes are not that.</exception>
    public static Delivery Decode(ReadOnlyMemory<byte> bytes, BlobStore? store = null)
    {
        try
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes.Span);
            if (length is < 0 or > MaxHeader)
            {
                throw new InvalidDataException($"A result header of {length} bytes is not one of ours.");
            }

            using var header = JsonDocument.Parse(bytes.Slice(4, length));
            var at = 4 + length;
            var json = bytes.Slice(at, header.RootElement.GetProperty("json").GetInt32());
            at += json.Length;
            var blobs = ImmutableDictionary.CreateBuilder<Digest, OutputBlob>();
            foreach (var blob in header.RootElement.GetProperty("blobs").EnumerateArray())
            {
                var digest = Digest.Parse(blob.GetProperty("digest").GetString()!);
                var mediaType = blob.GetProperty("mediaType").GetString()!;
                if (blob.TryGetProperty("stored", out _))
                {
                    blobs.Add(digest, new(mediaType, digest, blob.GetProperty("length").GetInt64(), store));
                    continue;
                }

                var content = bytes.Slice(at, blob.GetProperty("length").GetInt32());
                at += content.Length;
                var read = new OutputBlob(mediaType, content);
                blobs.Add(digest, read.Digest == digest ? read : throw new InvalidDataException("A blob of a stored result is not the one of its digest."));
            }

            return at == bytes.Length
                ? new(json, blobs.ToImmutable(), Digest.Of(json.Span))
                : throw new InvalidDataException($"A stored result has {bytes.Length - at} bytes more than it says.");
        }
        catch (Exception e) when (e is ArgumentException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("A stored result cannot be read.", e);
        }
    }

    private static IEnumerable<KeyValuePair<Digest, OutputBlob>> Ordered(Delivery delivery) =>
        delivery.Blobs.OrderBy(b => b.Key.Hex, StringComparer.Ordinal);

    private static byte[] Header(Delivery delivery)
    {
        if (delivery.Blobs.IsEmpty)
        {
            return Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"json\":{delivery.Json.Length},\"blobs\":[]}}"));
        }

        var buffer = new System.Buffers.ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("json", delivery.Json.Length);
            writer.WriteStartArray("blobs");
            foreach (var (digest, blob) in Ordered(delivery))
            {
                writer.WriteStartObject();
                writer.WriteString("digest", digest.ToString());
                writer.WriteString("mediaType", blob.MediaType);
                writer.WriteNumber("length", blob.Length);
                if (blob.IsStored)
                {
                    writer.WriteBoolean("stored", true);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
