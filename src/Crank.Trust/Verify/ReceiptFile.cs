using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using Crank.Core;
using Crank.Trust.Canonical;
using Crank.Trust.Envelopes;
using Crank.Trust.Log;
using Crank.Trust.Statements;

namespace Crank.Trust.Verify;

/// <summary>
/// A receipt as one self-contained file: the signed statement, the proof that the log holds it, and the signed checkpoint that the proof leads to.
/// The file is exactly the RFC 8785 bytes of itself.
/// </summary>
/// <param name="Envelope">The signed statement; the log's leaf is the leaf hash of its canonical bytes.</param>
/// <param name="Index">The leaf's place in the log, from 0.</param>
/// <param name="TreeSize">The size of the tree that <paramref name="Proof"/> leads into.</param>
/// <param name="Proof">The inclusion proof (RFC 9162 section 2.1.3), leaf's sibling first.</param>
/// <param name="Checkpoint">The text of the signed note.</param>
public sealed record ReceiptFile(DsseEnvelope Envelope, long Index, long TreeSize, IReadOnlyList<LogHash> Proof, string Checkpoint)
{
    /// <summary>Names the file format and its version.</summary>
    public const string MediaType = "application/vnd.crank.receipt.v1+json";

    /// <summary>The largest file: 2 MiB.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>The file's bytes.</summary>
    public byte[] Encode() => Encode(Envelope.Encode(), Index, TreeSize, [.. Proof], Checkpoint);

    /// <summary>The file's bytes, from an envelope that is stored as its canonical bytes (<see cref="Statements.SignedStatement.Envelope"/>).</summary>
    public static byte[] Encode(ReadOnlySpan<byte> envelope, long index, long treeSize, ReadOnlySpan<LogHash> proof, string checkpoint)
    {
        var json = new CanonicalJsonWriter(envelope.Length + 64 * proof.Length + 1024);
        json.StartObject();
        json.Name("checkpoint"u8);
        json.String(checkpoint);
        json.Name("envelope"u8);
        json.Canonical(envelope);
        json.Name("inclusion"u8);
        json.StartObject();
        json.Name("hashes"u8);
        json.StartArray();
        foreach (var hash in proof)
        {
            json.Base64String(hash.Span);
        }

        json.EndArray();
        json.Name("index"u8);
        json.Number(index);
        json.Name("treeSize"u8);
        json.Number(treeSize);
        json.EndObject();
        json.Name("mediaType"u8);
        json.String(MediaType);
        json.EndObject();
        return json.Written.ToArray();
    }

    /// <summary>Reads what a file says, without any check of who said it: for showing, never for trusting.</summary>
    /// <returns>False when it is no receipt file; <paramref name="why"/> says what was wrong.</returns>
    public static bool TryReadUnverified(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Receipt? receipt, [NotNullWhen(false)] out string? why)
    {
        receipt = null;
        why = Read(bytes, out var file)?.Text;
        return file is not null && ReceiptStatement.TryDecode(file.Envelope.Payload, out receipt, out why);
    }

    /// <summary>Reads a file, and encodes it again: a file that differs from its own encoding in any byte is refused.</summary>
    /// <returns>Null when it is accepted, else what was wrong.</returns>
    internal static ReceiptFailure? Read(ReadOnlyMemory<byte> bytes, out ReceiptFile? file)
    {
        file = null;
        if (bytes.Length > MaxBytes)
        {
            return new(ReceiptFault.TooLarge, $"The file has {bytes.Length} bytes; a receipt has at most {MaxBytes}.");
        }

        ReceiptFile read;
        byte[] again;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = CanonicalJsonWriter.MaxDepth });
            var json = document.RootElement;
            if (json.GetProperty("mediaType").GetString() is var type && type != MediaType)
            {
                return new(ReceiptFault.UnknownVersion, $"The file says it is '{type}'; this version verifies '{MediaType}'.");
            }

            read = ReadMembers(json);
            again = read.Encode();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return new(ReceiptFault.NotAReceipt, $"The file is not a receipt: {e.Message}");
        }

        var same = bytes.Span.CommonPrefixLength(again);
        if (same != again.Length || same != bytes.Length)
        {
            return new(
                ReceiptFault.NotCanonical,
                $"The file is not exactly what a receipt's encoding gives (RFC 8785), from byte {same} on: '{Encoding.UTF8.GetString(bytes.Span.Slice(same, Math.Min(40, bytes.Length - same)))}'. White space, a member too many or another spelling was put in.");
        }

        file = read;
        return null;
    }

    private static ReceiptFile ReadMembers(JsonElement json)
    {
        var inclusion = json.GetProperty("inclusion");
        var hashes = inclusion.GetProperty("hashes");
        if (hashes.GetArrayLength() is var count && count > LogProof.MaxHashes)
        {
            throw new FormatException($"An inclusion proof has at most {LogProof.MaxHashes} hashes, not {count}.");
        }

        return new ReceiptFile(
            DsseEnvelope.Read(json.GetProperty("envelope")),
            inclusion.GetProperty("index").GetInt64(),
            inclusion.GetProperty("treeSize").GetInt64(),
            [.. hashes.EnumerateArray().Select(h => LogHash.TryParse(h.GetString(), out var hash) ? hash : throw new FormatException($"'{h}' is not the base64 of a hash."))],
            json.GetProperty("checkpoint").GetString() ?? throw new FormatException("'checkpoint' is not a string."));
    }
}
