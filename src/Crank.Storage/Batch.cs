using Crank.Core;

namespace Crank.Storage;

/// <summary>What one commit writes: flat lists of rows, all or nothing. Removals come first, then the lists in the order below.</summary>
/// <remarks>Not safe for several threads. <see cref="Clear"/> lets one be used again and again.</remarks>
public sealed class Batch
{
    /// <summary>Keys to remove; one that is not there is no error.</summary>
    public List<TenantScoped<string>> RemovedKeys { get; } = [];

    /// <summary>References to remove; one that is not there is no error.</summary>
    public List<BlobRefRow> RemovedBlobRefs { get; } = [];

    /// <summary>Records to remove, each at the version that is stored.</summary>
    public List<RemovedRecord> RemovedRecords { get; } = [];

    /// <summary>Jobs whose place in the queue and whose input are removed; one that is not there is no error.</summary>
    public List<JobId> RemovedQueue { get; } = [];

    /// <summary>Accounts that are new or changed.</summary>
    public List<AccountRow> Accounts { get; } = [];

    /// <summary>New idempotency keys.</summary>
    public List<KeyRow> Keys { get; } = [];

    /// <summary>Holds that are new or changed.</summary>
    public List<HoldRow> Holds { get; } = [];

    /// <summary>Jobs that are new or changed.</summary>
    public List<JobRow> Jobs { get; } = [];

    /// <summary>New transfers.</summary>
    public List<TransferRow> Transfers { get; } = [];

    /// <summary>New receipts.</summary>
    public List<ReceiptRow> Receipts { get; } = [];

    /// <summary>New complete subtrees of the log, leaves included.</summary>
    public List<LogNodeRow> LogNodes { get; } = [];

    /// <summary>New checkpoints.</summary>
    public List<CheckpointRow> Checkpoints { get; } = [];

    /// <summary>Offer snapshots; one that is there already is left alone.</summary>
    public List<SnapshotRow> Snapshots { get; } = [];

    /// <summary>References to blobs.</summary>
    public List<BlobRefRow> BlobRefs { get; } = [];

    /// <summary>Named values to set or remove.</summary>
    public List<MetaRow> Meta { get; } = [];

    /// <summary>Records that are new or changed.</summary>
    public List<RecordRow> Records { get; } = [];

    /// <summary>Places in the queue that are new or changed.</summary>
    public List<QueueRow> Queue { get; } = [];

    /// <summary>New inputs of queued jobs.</summary>
    public List<InputRow> Inputs { get; } = [];

    /// <summary>How many rows it holds.</summary>
    public int Count =>
        RemovedKeys.Count + RemovedBlobRefs.Count + RemovedRecords.Count + RemovedQueue.Count + Accounts.Count + Keys.Count + Holds.Count + Jobs.Count + Transfers.Count
        + Receipts.Count + LogNodes.Count + Checkpoints.Count + Snapshots.Count + BlobRefs.Count + Meta.Count + Records.Count + Queue.Count + Inputs.Count;

    /// <summary>Empties every list and keeps their room.</summary>
    public void Clear()
    {
        RemovedKeys.Clear();
        RemovedBlobRefs.Clear();
        RemovedRecords.Clear();
        RemovedQueue.Clear();
        Accounts.Clear();
        Keys.Clear();
        Holds.Clear();
        Jobs.Clear();
        Transfers.Clear();
        Receipts.Clear();
        LogNodes.Clear();
        Checkpoints.Clear();
        Snapshots.Clear();
        BlobRefs.Clear();
        Meta.Clear();
        Records.Clear();
        Queue.Clear();
        Inputs.Clear();
    }
}
