using Crank.Core;
using Crank.Storage;
using Crank.Trust.Envelopes;
using Crank.Trust.Log;
using Crank.Trust.Statements;
using Crank.Trust.Verify;

namespace Crank.Mesh.Receipts;

/// <summary>Receipts as they leave the mesh: statement, inclusion proof and checkpoint in one file, made from stored rows when somebody asks.</summary>
public static class StoredReceipts
{
    /// <summary>The receipt of a job; null when it has none.</summary>
    /// <exception cref="InvalidDataException">The stored envelope cannot be read.</exception>
    public static Receipt? Read(IStore store, JobId job)
    {
        if (store.FindReceipt(job) is not { } row)
        {
            return null;
        }

        return DsseEnvelope.TryParse(row.Envelope, out var envelope, out var why) && ReceiptStatement.TryDecode(envelope.Payload, out var receipt, out why)
            ? receipt
            : throw new InvalidDataException($"The stored receipt of {job} cannot be read: {why}");
    }

    /// <summary>The self-contained file; null when the job has no receipt.</summary>
    public static byte[]? File(IStore store, JobId job)
    {
        if (store.FindReceipt(job) is not { } row || store.FindCheckpoint(row.LogIndex + 1) is not { } checkpoint)
        {
            return null;
        }

        var proof = LogProof.Inclusion(row.LogIndex, checkpoint.Size, (level, index) => new LogHash(
            store.NodeHash(level, index) ?? throw new InvalidDataException($"Node {level}/{index} of the log is missing: the store is damaged.")));
        return ReceiptFile.Encode(row.Envelope, row.LogIndex, checkpoint.Size, proof, checkpoint.Note);
    }
}
