using Crank.Core;
using Crank.Storage;

namespace Crank.Mesh.Tests.Audit;

/// <summary>A store that shows rows otherwise than they were written.</summary>
internal sealed class TamperedStore(IStore store) : IStore
{
    public Func<IReadOnlyList<TransferRow>, IReadOnlyList<TransferRow>> TransferRows { get; set; } = rows => rows;

    public Func<IReadOnlyList<AccountRow>, IReadOnlyList<AccountRow>> AccountRows { get; set; } = rows => rows;

    public Func<IReadOnlyList<HoldRow>, IReadOnlyList<HoldRow>> HoldRows { get; set; } = rows => rows;

    public Func<IReadOnlyList<ReceiptRow>, IReadOnlyList<ReceiptRow>> ReceiptRows { get; set; } = rows => rows;

    public Func<IReadOnlyList<CheckpointRow>, IReadOnlyList<CheckpointRow>> CheckpointRows { get; set; } = rows => rows;

    public Func<int, long, byte[]?, byte[]?> Nodes { get; set; } = (_, _, hash) => hash;

    public Func<JobRow, JobRow?> Job { get; set; } = job => job;

    public StoredState Load() => store.Load();

    public void Commit(Batch batch) => throw new NotSupportedException();

    public JobRow? FindJob(JobId job) => store.FindJob(job) is { } row ? Job(row) : null;

    public KeyRow? FindKey(TenantScoped<string> key) => store.FindKey(key);

    public IReadOnlyList<JobRow> ListJobs(TenantId tenant, JobId? before, int limit, JobFilter? filter = null) => store.ListJobs(tenant, before, limit, filter);

    public IReadOnlyList<UsageRow> Usage(TenantId tenant, DateTimeOffset from, DateTimeOffset to) => store.Usage(tenant, from, to);

    public ReceiptRow? FindReceipt(JobId job) => store.FindReceipt(job);

    public IReadOnlyList<ReceiptRow> Receipts(long from, int limit) => [.. ReceiptRows(store.Receipts(0, int.MaxValue)).Where(r => r.LogIndex >= from).Take(limit)];

    public byte[]? NodeHash(int level, long index) => Nodes(level, index, store.NodeHash(level, index));

    public IReadOnlyList<byte[]> LeafHashes(long from, int limit) => store.LeafHashes(from, limit);

    public CheckpointRow? FindCheckpoint(long atLeast) => store.FindCheckpoint(atLeast);

    public IReadOnlyList<CheckpointRow> Checkpoints(long after, int limit) => [.. CheckpointRows(store.Checkpoints(-1, int.MaxValue)).Where(r => r.Size > after).Take(limit)];

    public byte[]? FindSnapshot(Digest snapshot) => store.FindSnapshot(snapshot);

    public IReadOnlyList<AccountRow> Accounts() => AccountRows(store.Accounts());

    public IReadOnlyList<TransferRow> Transfers(TransferId? after, int limit) =>
        [.. TransferRows(store.Transfers(null, int.MaxValue)).OrderBy(r => r.Id).Where(r => after is null || r.Id.CompareTo(after.Value) > 0).Take(limit)];

    public IReadOnlyList<AccountFlow> Flows() => store.Flows();

    public HoldRow? FindHold(JobId job) => store.FindHold(job);

    public IReadOnlyList<HoldRow> Holds(JobId? after, int limit) => HoldRows(store.Holds(after, limit));

    public IReadOnlyList<KeyRow> ExpiredKeys(DateTimeOffset at, int limit) => store.ExpiredKeys(at, limit);

    public IReadOnlyList<JobRow> ExpiredResults(DateTimeOffset at, int limit) => store.ExpiredResults(at, limit);

    public IReadOnlyList<BlobRefRow> ExpiredBlobRefs(DateTimeOffset at, int limit) => store.ExpiredBlobRefs(at, limit);

    public IReadOnlySet<Digest> ReferencedBlobs() => store.ReferencedBlobs();

    public QueueRow? FindQueued(JobId job) => store.FindQueued(job);

    public InputRow? FindInput(JobId job) => store.FindInput(job);

    public IReadOnlyList<QueueRow> DeadLetters(TenantId tenant, JobId? before, int limit) => store.DeadLetters(tenant, before, limit);

    public IReadOnlyList<QueueRow> ExpiredDeadLetters(DateTimeOffset at, int limit) => store.ExpiredDeadLetters(at, limit);

    public RecordRow? FindRecord(string kind, TenantId tenant, string id) => store.FindRecord(kind, tenant, id);

    public IReadOnlyList<RecordRow> ListRecords(string kind, TenantId? tenant, TenantScoped<string>? after, int limit) => store.ListRecords(kind, tenant, after, limit);

    public IReadOnlyList<RecordRow> ExpiredRecords(DateTimeOffset at, int limit) => store.ExpiredRecords(at, limit);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
