using Crank.Core;
using Crank.Trust.Envelopes;
using Crank.Trust.Keys;
using Crank.Trust.Log;
using Crank.Trust.Notes;
using Crank.Trust.Statements;

namespace Crank.Trust.Verify;

/// <summary>
/// Verifies a receipt with nothing but the file and the public keys that one trusts: no network, no clock, no storage. Any changed byte fails, because the
/// file must equal its own encoding, the signature covers the statement, the log's leaf covers the envelope, and the checkpoint's signature covers the log.
/// </summary>
public static class ReceiptVerifier
{
    /// <param name="file">The file's bytes; anything is accepted, nothing throws.</param>
    /// <param name="trusted">The keys of the mesh. A key's <see cref="TrustedKey.Until"/> is compared with the date in the receipt.</param>
    /// <param name="expectedOrigin">The log that it must be from; null: the one that its key is named for.</param>
    public static ReceiptVerification Verify(ReadOnlyMemory<byte> file, IReadOnlyCollection<TrustedKey> trusted, string? expectedOrigin = null)
    {
        ArgumentNullException.ThrowIfNull(trusted);
        if (ReceiptFile.Read(file, out var read) is { } unreadable)
        {
            return new ReceiptVerification.Failed([unreadable]);
        }

        var failures = new List<ReceiptFailure>();
        var signer = CheckEnvelope(read!.Envelope, trusted, failures);
        var (statement, receipt) = CheckStatement(read.Envelope, failures);
        var checkpoint = CheckCheckpoint(read, trusted, receipt?.FinishedAt, failures);
        if (receipt is not null)
        {
            CheckOrigin("The statement", receipt.Origin, expectedOrigin, failures);
            if (signer is not null)
            {
                CheckOrigin("The key of the statement", signer.Key.Name, receipt.Origin, failures);
                if (!signer.VouchesFor(receipt.FinishedAt))
                {
                    failures.Add(Retired("statement", signer, receipt.FinishedAt));
                }
            }
        }

        if (checkpoint is not null)
        {
            CheckOrigin("The checkpoint", checkpoint.Origin, expectedOrigin ?? receipt?.Origin, failures);
            if (!LogProof.VerifyInclusion(LogHasher.Leaf(read.Envelope.Encode()), read.Index, checkpoint.Size, [.. read.Proof], checkpoint.Root))
            {
                failures.Add(new(ReceiptFault.NotIncluded, $"The proof does not lead from the statement, as leaf {read.Index}, to the root of the checkpoint of size {checkpoint.Size}: the log does not hold this statement there."));
            }
        }

        if (failures.Count > 0)
        {
            return new ReceiptVerification.Failed(failures);
        }

        return new ReceiptVerification.Verified(receipt!, statement!, signer!.Key, checkpoint!, read.Index);
    }

    private static TrustedKey? CheckEnvelope(DsseEnvelope envelope, IReadOnlyCollection<TrustedKey> trusted, List<ReceiptFailure> failures)
    {
        if (envelope.Signatures is not [var signature])
        {
            failures.Add(new(ReceiptFault.BadSignature, $"A receipt's statement has one signature, not {envelope.Signatures.Count}."));
            return null;
        }

        if (trusted.FirstOrDefault(t => t.Key.Id == signature.KeyId) is not { } key)
        {
            failures.Add(new(ReceiptFault.UnknownKey, $"The statement is signed by '{signature.KeyId}', which is not among the trusted keys: {Names(trusted)}."));
            return null;
        }

        if (!envelope.IsSignedBy(key.Key, signature))
        {
            failures.Add(new(ReceiptFault.BadSignature, $"The signature of the statement is not that of {key.Key.Id}: statement or signature was changed."));
        }

        return key;
    }

    private static (InTotoStatement? Statement, Receipt? Receipt) CheckStatement(DsseEnvelope envelope, List<ReceiptFailure> failures)
    {
        if (envelope.PayloadType != InTotoStatement.PayloadType)
        {
            failures.Add(new(ReceiptFault.BadStatement, $"The payload is '{envelope.PayloadType}', not '{InTotoStatement.PayloadType}'."));
            return default;
        }

        if (!InTotoStatement.TryParse(envelope.Payload, out var statement, out var why))
        {
            failures.Add(new(ReceiptFault.BadStatement, why));
            return default;
        }

        if (ReceiptStatement.TryDecode(envelope.Payload, statement, out var receipt, out why))
        {
            return (statement, receipt);
        }

        failures.Add(new(statement.PredicateType == ReceiptStatement.PredicateType ? ReceiptFault.BadStatement : ReceiptFault.UnknownVersion, why));
        return default;
    }

    private static Checkpoint? CheckCheckpoint(ReceiptFile file, IReadOnlyCollection<TrustedKey> trusted, DateTimeOffset? dated, List<ReceiptFailure> failures)
    {
        if (!SignedNote.TryParse(file.Checkpoint, out var note, out var why) || !Checkpoint.TryParse(note.Text, out var checkpoint, out why))
        {
            failures.Add(new(ReceiptFault.BadCheckpoint, why!));
            return null;
        }

        if (checkpoint.Size != file.TreeSize)
        {
            failures.Add(new(ReceiptFault.BadCheckpoint, $"The checkpoint is of size {checkpoint.Size}, the proof of size {file.TreeSize}."));
        }

        // A note may carry signatures by keys that a reader does not know. Here each must be known: an unchecked line would be bytes that anyone may change.
        foreach (var signature in note.Signatures)
        {
            if (trusted.FirstOrDefault(t => t.Key.Name == signature.Name && t.Key.Hash == signature.Hash) is not { } key)
            {
                failures.Add(new(ReceiptFault.UnknownKey, $"The checkpoint is signed by '{signature.Name}+{signature.Hash:x8}', which is not among the trusted keys: {Names(trusted)}."));
                continue;
            }

            if (!note.IsSignedBy(key.Key, signature))
            {
                failures.Add(new(ReceiptFault.BadSignature, $"The signature of the checkpoint is not that of {key.Key.Id}: checkpoint or signature was changed."));
            }

            if (dated is { } at && !key.VouchesFor(at))
            {
                failures.Add(Retired("checkpoint", key, at));
            }
        }

        if (!note.Signatures.Any(s => s.Name == checkpoint.Origin))
        {
            failures.Add(new(ReceiptFault.OtherOrigin, $"The checkpoint of '{checkpoint.Origin}' is not signed by a key of that name."));
        }

        return checkpoint;
    }

    private static void CheckOrigin(string part, string origin, string? expected, List<ReceiptFailure> failures)
    {
        if (expected is not null && origin != expected)
        {
            failures.Add(new(ReceiptFault.OtherOrigin, $"{part} is of the log '{origin}', not of '{expected}'."));
        }
    }

    private static ReceiptFailure Retired(string part, TrustedKey key, DateTimeOffset at) =>
        new(ReceiptFault.RetiredKey, $"The key {key.Key.Id} was retired at {key.Until:u}; it cannot vouch for the {part} of a job that finished at {at:u}.");

    private static string Names(IReadOnlyCollection<TrustedKey> trusted) =>
        trusted.Count == 0 ? "none was given" : string.Join(", ", trusted.Take(8).Select(t => t.Key.Id)) + (trusted.Count > 8 ? ", …" : "");
}
