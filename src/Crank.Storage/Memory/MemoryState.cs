using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Storage;

/// <summary>All rows of a <see cref="MemoryStore"/> at one commit: immutable, so that a reader keeps what it began with.</summary>
internal sealed record MemoryState
{
    internal static MemoryState Empty { get; } = new();

    internal ImmutableSortedDictionary<AccountId, AccountRow> Accounts { get; private init; } = ImmutableSortedDictionary<AccountId, AccountRow>.Empty;
    internal ImmutableDictionary<TenantScoped<string>, KeyRow> Keys { get; private init; } = ImmutableDictionary<TenantScoped<string>, KeyRow>.Empty;
    internal ImmutableSortedDictionary<JobId, HoldRow> Holds { get; private init; } = ImmutableSortedDictionary<JobId, HoldRow>.Empty;
    internal ImmutableSortedDictionary<JobId, JobRow> Jobs { get; private init; } = ImmutableSortedDictionary<JobId, JobRow>.Empty;
    internal ImmutableSortedDictionary<TransferId, TransferRow> Transfers { get; private init; } = ImmutableSortedDictionary<TransferId, TransferRow>.Empty;
    internal ImmutableSortedDictionary<long, ReceiptRow> Receipts { get; private init; } = ImmutableSortedDictionary<long, ReceiptRow>.Empty;
    internal ImmutableDictionary<JobId, ReceiptRow> ReceiptsByJob { get; private init; } = ImmutableDictionary<JobId, ReceiptRow>.Empty;
    internal ImmutableDictionary<(int Level, long Index), LogNodeRow> LogNodes { get; private init; } = ImmutableDictionary<(int Level, long Index), LogNodeRow>.Empty;
    internal ImmutableSortedDictionary<long, CheckpointRow> Checkpoints { get; private init; } = ImmutableSortedDictionary<long, CheckpointRow>.Empty;
    internal ImmutableDictionary<Digest, SnapshotRow> Snapshots { get; private init; } = ImmutableDictionary<Digest, SnapshotRow>.Empty;
    internal ImmutableDictionary<(Digest Blob, JobId Job), BlobRefRow> BlobRefs { get; private init; } = ImmutableDictionary<(Digest Blob, JobId Job), BlobRefRow>.Empty;
    internal ImmutableDictionary<string, byte[]> Meta { get; private init; } = ImmutableDictionary<string, byte[]>.Empty;
    internal ImmutableSortedDictionary<string, RecordRow> Records { get; private init; } = ImmutableSortedDictionary.Create<string, RecordRow>(Utf8Order.Instance);
    internal ImmutableSortedDictionary<JobId, QueueRow> Queue { get; private init; } = ImmutableSortedDictionary<JobId, QueueRow>.Empty;
    internal ImmutableDictionary<JobId, InputRow> Inputs { get; private init; } = ImmutableDictionary<JobId, InputRow>.Empty;
    internal long LogSize { get; private init; }

    /// <summary>The state after a batch.</summary>
    /// <exception cref="StoreConflictException">A version or a unique key did not fit.</exception>
    internal MemoryState With(Batch batch)
    {
        var keys = Keys.ToBuilder();
        keys.RemoveRange(batch.RemovedKeys);
        var blobRefs = BlobRefs.ToBuilder();
        foreach (var row in batch.RemovedBlobRefs)
        {
            blobRefs.Remove((row.Blob, row.Job));
        }

        var records = Records.ToBuilder();
        foreach (var row in batch.RemovedRecords)
        {
            var stored = records.GetValueOrDefault(RecordKey(row.Kind, row.Tenant, row.Id))?.Version;
            if (stored != row.Version)
            {
                throw Conflicts.Removed("record", BatchRules.RecordName(row.Kind, row.Tenant, row.Id), row.Version, stored);
            }

            records.Remove(RecordKey(row.Kind, row.Tenant, row.Id));
        }

        var queue = Queue.ToBuilder();
        queue.RemoveRange(batch.RemovedQueue);
        var inputs = Inputs.ToBuilder();
        inputs.RemoveRange(batch.RemovedQueue);
        var accounts = Accounts.ToBuilder();
        foreach (var row in batch.Accounts)
        {
            Expect("account", row.Id, row.Version, accounts.GetValueOrDefault(row.Id)?.Version);
            accounts[row.Id] = row;
        }

        foreach (var row in batch.Keys)
        {
            Unique("key", BatchRules.KeyName(row.Key), keys.TryAdd(row.Key, row));
        }

        var holds = Holds.ToBuilder();
        foreach (var row in batch.Holds)
        {
            Expect("hold", row.Job, row.Version, holds.GetValueOrDefault(row.Job)?.Version);
            holds[row.Job] = row;
        }

        var jobs = Jobs.ToBuilder();
        foreach (var row in batch.Jobs)
        {
            Expect("job", row.Id, row.Version, jobs.GetValueOrDefault(row.Id)?.Version);
            jobs[row.Id] = row;
        }

        var transfers = Transfers.ToBuilder();
        foreach (var row in batch.Transfers)
        {
            Unique("transfer", row.Id, transfers.TryAdd(row.Id, row));
        }

        var receipts = Receipts.ToBuilder();
        var receiptsByJob = ReceiptsByJob.ToBuilder();
        foreach (var row in batch.Receipts)
        {
            Unique("receipt", row.Job, receipts.TryAdd(row.LogIndex, row) && receiptsByJob.TryAdd(row.Job, row));
        }

        var logNodes = LogNodes.ToBuilder();
        var logSize = LogSize;
        foreach (var row in batch.LogNodes)
        {
            Unique("log node", BatchRules.LogKey(row), logNodes.TryAdd((row.Level, row.Index), row));
            logSize = row.Level == 0 ? Math.Max(logSize, row.Index + 1) : logSize;
        }

        var checkpoints = Checkpoints.ToBuilder();
        foreach (var row in batch.Checkpoints)
        {
            Unique("checkpoint", row.Size, checkpoints.TryAdd(row.Size, row));
        }

        var snapshots = Snapshots.ToBuilder();
        foreach (var row in batch.Snapshots)
        {
            snapshots.TryAdd(row.Digest, row);
        }

        foreach (var row in batch.BlobRefs)
        {
            var earlier = blobRefs.GetValueOrDefault((row.Blob, row.Job));
            blobRefs[(row.Blob, row.Job)] = earlier is not null && earlier.ExpiresAt > row.ExpiresAt ? earlier : row;
        }

        var meta = Meta.ToBuilder();
        foreach (var row in batch.Meta)
        {
            if (row.Value is null)
            {
                meta.Remove(row.Name);
            }
            else
            {
                meta[row.Name] = row.Value;
            }
        }

        foreach (var row in batch.Records)
        {
            var key = RecordKey(row.Kind, row.Tenant, row.Id);
            Expect("record", BatchRules.RecordName(row), row.Version, records.GetValueOrDefault(key)?.Version);
            records[key] = row;
        }

        foreach (var row in batch.Queue)
        {
            Expect("place in the queue", row.Job, row.Version, queue.GetValueOrDefault(row.Job)?.Version);
            queue[row.Job] = row;
        }

        foreach (var row in batch.Inputs)
        {
            Unique("input", row.Job, inputs.TryAdd(row.Job, row));
        }

        return new()
        {
            Queue = queue.ToImmutable(),
            Inputs = inputs.ToImmutable(),
            Records = records.ToImmutable(),
            Accounts = accounts.ToImmutable(),
            Keys = keys.ToImmutable(),
            Holds = holds.ToImmutable(),
            Jobs = jobs.ToImmutable(),
            Transfers = transfers.ToImmutable(),
            Receipts = receipts.ToImmutable(),
            ReceiptsByJob = receiptsByJob.ToImmutable(),
            LogNodes = logNodes.ToImmutable(),
            Checkpoints = checkpoints.ToImmutable(),
            Snapshots = snapshots.ToImmutable(),
            BlobRefs = blobRefs.ToImmutable(),
            Meta = meta.ToImmutable(),
            LogSize = logSize,
        };
    }

    /// <summary>One string that sorts like the three: neither kinds nor tenants hold a nul.</summary>
    internal static string RecordKey(string kind, TenantId tenant, string id) => $"{kind}\0{tenant}\0{id}";

    private static void Expect<T>(string kind, T id, long version, long? stored)
    {
        if (version - 1 != (stored ?? 0))
        {
            throw Conflicts.Version(kind, $"{id}", version, stored);
        }
    }

    private static void Unique<T>(string kind, T id, bool added)
    {
        if (!added)
        {
            throw Conflicts.Taken(kind, $"{id}");
        }
    }
}
