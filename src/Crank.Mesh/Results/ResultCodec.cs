using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Mesh.Run;

namespace Crank.Mesh.Results;

/// <summary>A delivery as one string of bytes, for the job's row or for a blob.</summary>
/// <remarks>Four bytes: the length of a JSON header (big-endian); the header, which lists the blobs; the output's JSON; the blobs one after the other.</remarks>
internal static class ResultCodec
{
    private const int MaxHeader = 1 << 20;

    public static byte[] Encode(Delivery delivery)
    {
        var header = Header(delivery);
        var bytes = new byte[checked(4 + header.Length + delivery.Bytes)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, header.Length);
        header.CopyTo(bytes.AsSpan(4));
        var at = 4 + header.Length;
        delivery.Json.Span.CopyTo(bytes.AsSpan(at));
        at += delivery.Json.Length;
        foreach (var (_, blob) in Ordered(delivery))
        {
            blob.Content.Span.CopyTo(bytes.AsSpan(at));
            at += blob.Content.Length;
        }

        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not that.</exception>
    public static Delivery Decode(ReadOnlyMemory<byte> bytes)
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
                var content = bytes.Slice(at, blob.GetProperty("length").GetInt32());
                at += content.Length;
                blobs.Add(Digest.Parse(blob.GetProperty("digest").GetString()!), new(blob.GetProperty("mediaType").GetString()!, content));
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
                writer.WriteNumber("length", blob.Content.Length);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
