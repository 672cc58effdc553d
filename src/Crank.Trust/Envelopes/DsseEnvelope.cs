using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Crank.Trust.Canonical;
using Crank.Trust.Keys;

namespace Crank.Trust.Envelopes;

/// <summary>A signed payload: DSSE envelope v1 (secure-systems-lab/dsse, protocol and envelope v1.0.2), JSON form.</summary>
/// <param name="PayloadType">What the payload is, signed along with it.</param>
/// <param name="Payload">The payload's bytes.</param>
/// <param name="Signatures">At least one, at most <see cref="MaxSignatures"/>.</param>
public sealed record DsseEnvelope(string PayloadType, ReadOnlyMemory<byte> Payload, IReadOnlyList<DsseSignature> Signatures)
{
    /// <summary>The largest payload: 1 MiB.</summary>
    public const int MaxPayloadBytes = 1024 * 1024;

    /// <summary>The most signatures that are read.</summary>
    public const int MaxSignatures = 16;

    private const int MaxSignatureBytes = 8192;
    private const int MaxEnvelopeBytes = 2 * MaxPayloadBytes;

    /// <summary>The bytes that are signed: <c>DSSEv1 SP LEN(type) SP type SP LEN(payload) SP payload</c>, lengths in bytes.</summary>
    public static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        ArgumentNullException.ThrowIfNull(payloadType);
        var bytes = new byte[PaeLength(payloadType, payload.Length)];
        WritePae(payloadType, payload, bytes);
        return bytes;
    }

    /// <summary>Signs a payload with one key.</summary>
    /// <exception cref="ArgumentException">The payload exceeds <see cref="MaxPayloadBytes"/>.</exception>
    public static DsseEnvelope Sign(string payloadType, ReadOnlyMemory<byte> payload, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(payloadType);
        ArgumentNullException.ThrowIfNull(key);
        if (payload.Length > MaxPayloadBytes)
        {
            throw new ArgumentException($"The payload has {payload.Length} bytes; an envelope holds {MaxPayloadBytes}.", nameof(payload));
        }

        var length = PaeLength(payloadType, payload.Length);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        WritePae(payloadType, payload.Span, rented);
        var signature = new byte[SigningKey.SignatureSize];
        key.Sign(rented.AsSpan(0, length), signature);
        ArrayPool<byte>.Shared.Return(rented);
        return new DsseEnvelope(payloadType, payload, [new DsseSignature(key.Public.Id, signature)]);
    }

    /// <summary>True when <paramref name="signature"/>, one of this envelope's, was made by <paramref name="key"/>.</summary>
    public bool IsSignedBy(VerificationKey key, DsseSignature signature)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(signature);
        return key.Verify(PreAuthenticationEncoding(PayloadType, Payload.Span), signature.Bytes.Span);
    }

    /// <summary>The canonical JSON of this envelope. The log's leaf is the hash of exactly these bytes.</summary>
    public byte[] Encode()
    {
        var json = CanonicalJsonWriter.OfThisThread();
        WriteTo(json);
        return json.Written.ToArray();
    }

    /// <summary>Writes <see cref="Encode"/>'s bytes as a value of <paramref name="json"/>.</summary>
    public void WriteTo(CanonicalJsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.StartObject();
        json.Name("payload"u8);
        json.Base64String(Payload.Span);
        json.Name("payloadType"u8);
        json.String(PayloadType);
        json.Name("signatures"u8);
        json.StartArray();
        foreach (var signature in Signatures)
        {
            json.StartObject();
            if (signature.KeyId.Length > 0)
            {
                json.Name("keyid"u8);
                json.String(signature.KeyId);
            }

            json.Name("sig"u8);
            json.Base64String(signature.Bytes.Span);
            json.EndObject();
        }

        json.EndArray();
        json.EndObject();
    }

    /// <summary>Reads an envelope: base64 must be exact (padded, padding bits zero), no name twice; members that DSSE does not name are passed over, as it asks.</summary>
    /// <returns>False when refused; <paramref name="why"/> says what was wrong.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> json, [NotNullWhen(true)] out DsseEnvelope? envelope, [NotNullWhen(false)] out string? why)
    {
        envelope = null;
        if (json.Length > MaxEnvelopeBytes)
        {
            why = $"The envelope has {json.Length} bytes; at most {MaxEnvelopeBytes} are read.";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
            envelope = Read(document.RootElement);
            why = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            why = $"Not a DSSE envelope: {e.Message}";
            return false;
        }
    }

    /// <exception cref="FormatException">A member is missing, of another kind or too large.</exception>
    internal static DsseEnvelope Read(JsonElement json)
    {
        var signatures = json.GetProperty("signatures");
        if (signatures.GetArrayLength() is var count && count is 0 or > MaxSignatures)
        {
            throw new FormatException($"An envelope has 1 to {MaxSignatures} signatures, not {count}.");
        }

        return new DsseEnvelope(
            json.GetProperty("payloadType").GetString() ?? throw new FormatException("'payloadType' is a string."),
            Base64Of(json, "payload", MaxPayloadBytes),
            [.. signatures.EnumerateArray().Select(s => new DsseSignature(
                s.TryGetProperty("keyid", out var id) ? id.GetString() ?? "" : "",
                Base64Of(s, "sig", MaxSignatureBytes)))]);
    }

    private static byte[] Base64Of(JsonElement json, string name, int maxBytes) =>
        json.GetProperty(name).GetString() is { } text && ExactBase64.TryDecode(text, maxBytes, out var bytes)
            ? bytes
            : throw new FormatException($"'{name}' is standard base64 of at most {maxBytes} bytes, padded, with zero padding bits and no white space.");

    private static int PaeLength(string payloadType, int payloadLength)
    {
        var type = Encoding.UTF8.GetByteCount(payloadType);
        return checked("DSSEv1    ".Length + Digits(type) + type + Digits(payloadLength) + payloadLength);
    }

    private static void WritePae(string payloadType, ReadOnlySpan<byte> payload, Span<byte> destination)
    {
        "DSSEv1 "u8.CopyTo(destination);
        var at = "DSSEv1 ".Length;
        Utf8Formatter.TryFormat(Encoding.UTF8.GetByteCount(payloadType), destination[at..], out var written);
        at += written;
        destination[at++] = (byte)' ';
        at += Encoding.UTF8.GetBytes(payloadType, destination[at..]);
        destination[at++] = (byte)' ';
        Utf8Formatter.TryFormat(payload.Length, destination[at..], out written);
        at += written;
        destination[at++] = (byte)' ';
        payload.CopyTo(destination[at..]);
    }

    private static int Digits(int value)
    {
        var digits = 1;
        for (; value >= 10; value /= 10)
        {
            digits++;
        }

        return digits;
    }
}
