using Crank.Core;

namespace Crank.Storage;

/// <summary>Where rows become durable. Writes rows, reads rows, decides nothing.</summary>
/// <remarks>
/// <see cref="Load"/> and <see cref="Commit"/> belong to one thread at a time; every other member may run on any thread beside them
/// and sees whole commits only. Every member throws <see cref="StoreException"/> when the store cannot be read, and
/// <see cref="ObjectDisposedException"/> once it is closed. Rows handed in or out are shared: nobody changes the bytes inside.
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>What is needed to go on.</summary>
    StoredState Load();

    /// <summary>Writes all rows or none, and returns when they would survive a power cut.</summary>
    /// <remarks>A row with version 1 must not be there yet; one with version n must be there with version n − 1.</remarks>
    /// <exception cref="ArgumentException">A row is malformed: no amount, a hash that is not 32 bytes, a result that is too big for a row. Nothing was written.</exception>
    /// <exception cref="StoreConflictException">A version or a unique key did not fit. Nothing was written; the store goes on.</exception>
    /// <exception cref="StoreFullException">No room is left. Nothing was written; the store goes on.</exception>
    /// <exception cref="StoreException">Nobody knows whether it was written. Every later commit is refused until the store is opened anew.</exception>
    void Commit(Batch batch);

    /// <summary>One job; null when there is none of that id.</summary>
    JobRow? FindJob(JobId job);

    /// <summary>What a key stands for, expired or not; null when it was not used or was removed.</summary>
    KeyRow? FindKey(TenantScoped<string> key);

    /// <summary>Jobs of one tenant, newest id first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Only smaller ids; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    /// <param name="filter">Which of them; null for all.</param>
    IReadOnlyList<JobRow> ListJobs(TenantId tenant, JobId? before, int limit, JobFilter? filter = null);

    /// <summary>What the jobs of one tenant came to, in order of capability and state.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="from">Those whose id was made then or later.</param>
    /// <param name="to">And before then.</param>
    IReadOnlyList<UsageRow> Usage(TenantId tenant, DateTimeOffset from, DateTimeOffset to);

    /// <summary>The receipt of one job; null when it has none yet.</summary>
    ReceiptRow? FindReceipt(JobId job);

    /// <summary>Receipts in the order of the log.</summary>
    /// <param name="from">The first leaf, counted from 0.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<ReceiptRow> Receipts(long from, int limit);

    /// <summary>The hash of one complete subtree, 32 bytes; null when it is not there.</summary>
    byte[]? NodeHash(int level, long index);

    /// <summary>Leaf hashes in order.</summary>
    /// <param name="from">The first leaf, counted from 0.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<byte[]> LeafHashes(long from, int limit);

    /// <summary>The smallest checkpoint that covers that many leaves; null when none does.</summary>
    CheckpointRow? FindCheckpoint(long atLeast);

    /// <summary>Checkpoints in order of size.</summary>
    /// <param name="after">Only larger ones; −1 for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<CheckpointRow> Checkpoints(long after, int limit);

    /// <summary>The bytes of an offer snapshot; null when it is not there.</summary>
    byte[]? FindSnapshot(Digest snapshot);

    /// <summary>Every account, in order of id.</summary>
    IReadOnlyList<AccountRow> Accounts();

    /// <summary>Transfers in order of id.</summary>
    /// <param name="after">Only greater ids; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<TransferRow> Transfers(TransferId? after, int limit);

    /// <summary>What all transfers together did to each account, in order of id and currency: one scan, one answer.</summary>
    IReadOnlyList<AccountFlow> Flows();

    /// <summary>The hold of one job; null when it has none.</summary>
    HoldRow? FindHold(JobId job);

    /// <summary>Holds, open or not, in order of job.</summary>
    /// <param name="after">Only greater ids; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<HoldRow> Holds(JobId? after, int limit);

    /// <summary>Keys whose time is up, oldest first.</summary>
    /// <param name="at">Those that expire then or before.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<KeyRow> ExpiredKeys(DateTimeOffset at, int limit);

    /// <summary>Jobs that hold a result whose time is up, oldest first.</summary>
    /// <param name="at">Those that expire then or before.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<JobRow> ExpiredResults(DateTimeOffset at, int limit);

    /// <summary>References whose time is up, oldest first.</summary>
    /// <param name="at">Those that expire then or before.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<BlobRefRow> ExpiredBlobRefs(DateTimeOffset at, int limit);

    /// <summary>Every blob that a reference still names, expired or not: the mark of a garbage collection.</summary>
    IReadOnlySet<Digest> ReferencedBlobs();

    /// <summary>The place of a job in the queue, dead letters included; null when it has none.</summary>
    QueueRow? FindQueued(JobId job);

    /// <summary>What a queued job will be run with; null when it has no place in the queue.</summary>
    InputRow? FindInput(JobId job);

    /// <summary>Dead letters of one tenant, newest job first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Only smaller ids; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<QueueRow> DeadLetters(TenantId tenant, JobId? before, int limit);

    /// <summary>Dead letters whose time is up, oldest first.</summary>
    /// <param name="at">Those that expire then or before.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<QueueRow> ExpiredDeadLetters(DateTimeOffset at, int limit);

    /// <summary>One record, expired or not; null when there is none of that name.</summary>
    RecordRow? FindRecord(string kind, TenantId tenant, string id);

    /// <summary>Records of one kind, in order of tenant and id (by their UTF-8 bytes), expired ones included.</summary>
    /// <param name="kind">What kind.</param>
    /// <param name="tenant">Whose; null for everybody's.</param>
    /// <param name="after">Only those after this one; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<RecordRow> ListRecords(string kind, TenantId? tenant, TenantScoped<string>? after, int limit);

    /// <summary>Records whose time is up, oldest first.</summary>
    /// <param name="at">Those that expire then or before.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    IReadOnlyList<RecordRow> ExpiredRecords(DateTimeOffset at, int limit);
}
