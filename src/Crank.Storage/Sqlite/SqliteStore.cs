using System.Collections.Concurrent;
using Crank.Core;

namespace Crank.Storage;

/// <summary>A store in one SQLite file: a connection that writes ahead and flushes each commit, and others that read beside it.</summary>
/// <remarks>One process at a time: take the <see cref="DataFolderLock"/> of the folder first.</remarks>
public sealed class SqliteStore : IStore
{
    private readonly string _path;
    private readonly Database _database;
    private readonly Writer _writer;
    private readonly ConcurrentBag<Reader> _readers = [];
    private StoreException? _broken;
    private volatile bool _disposed;

    private SqliteStore(string path, Database database)
    {
        _path = path;
        _database = database;
        _writer = new(database);
    }

    /// <summary>The version of the tables that this program writes.</summary>
    public static int SchemaVersion => Schema.Current;

    /// <summary>Opens a database, makes it when there is none, and brings an older one to the present version.</summary>
    /// <param name="path">The file; its folder is made when missing. Both are made for their owner only.</param>
    /// <param name="durability">What a commit survives.</param>
    /// <exception cref="StoreNewerException">A later version of this program wrote it.</exception>
    /// <exception cref="StoreFullException">No room is left.</exception>
    /// <exception cref="StoreException">It is damaged, belongs to another program, or may not be opened.</exception>
    public static SqliteStore Open(string path, StoreDurability durability = StoreDurability.Full)
    {
        Create(path);
        var database = Database.Open(path, readOnly: false);
        try
        {
            Schema.Recognise(database);
            Tune(database, durability);
            Schema.Migrate(database);
            return new(path, database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public StoredState Load() => Read(static reader => reader.Load());

    /// <inheritdoc />
    public void Commit(Batch batch)
    {
        BatchRules.Check(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_broken is not null)
        {
            throw new StoreException($"An earlier commit to {_path} failed and nobody knows whether it was written. Open the store anew.", _broken);
        }

        try
        {
            _writer.Commit(batch);
        }
        catch (StoreException failure) when (failure is not (StoreConflictException or StoreFullException))
        {
            _broken = failure;
            throw;
        }
    }

    /// <inheritdoc />
    public JobRow? FindJob(JobId job) => Read(reader => reader.FindJob(job));

    /// <inheritdoc />
    public KeyRow? FindKey(TenantScoped<string> key) => !BatchRules.IsKey(key.Key) ? null : Read(reader => reader.FindKey(key));

    /// <inheritdoc />
    public IReadOnlyList<JobRow> ListJobs(TenantId tenant, JobId? before, int limit, JobFilter? filter = null) =>
        Read(limit, reader => reader.ListJobs(tenant, before, limit, filter ?? JobFilter.All));

    /// <inheritdoc />
    public IReadOnlyList<UsageRow> Usage(TenantId tenant, DateTimeOffset from, DateTimeOffset to) =>
        Read(reader => reader.Usage(tenant, SortableIds.First(from), SortableIds.First(to)));

    /// <inheritdoc />
    public ReceiptRow? FindReceipt(JobId job) => Read(reader => reader.FindReceipt(job));

    /// <inheritdoc />
    public IReadOnlyList<ReceiptRow> Receipts(long from, int limit) => Read(limit, reader => reader.Receipts(from, limit));

    /// <inheritdoc />
    public byte[]? NodeHash(int level, long index) => Read(reader => reader.NodeHash(level, index));

    /// <inheritdoc />
    public IReadOnlyList<byte[]> LeafHashes(long from, int limit) => Read(limit, reader => reader.LeafHashes(from, limit));

    /// <inheritdoc />
    public CheckpointRow? FindCheckpoint(long atLeast) => Read(reader => reader.FindCheckpoint(atLeast));

    /// <inheritdoc />
    public IReadOnlyList<CheckpointRow> Checkpoints(long after, int limit) => Read(limit, reader => reader.Checkpoints(after, limit));

    /// <inheritdoc />
    public byte[]? FindSnapshot(Digest snapshot) => Read(reader => reader.FindSnapshot(snapshot));

    /// <inheritdoc />
    public IReadOnlyList<AccountRow> Accounts() => Read(static reader => reader.Accounts());

    /// <inheritdoc />
    public IReadOnlyList<TransferRow> Transfers(TransferId? after, int limit) => Read(limit, reader => reader.Transfers(after, limit));

    /// <inheritdoc />
    public IReadOnlyList<AccountFlow> Flows() => Read(static reader => reader.Flows());

    /// <inheritdoc />
    public HoldRow? FindHold(JobId job) => Read(reader => reader.FindHold(job));

    /// <inheritdoc />
    public IReadOnlyList<HoldRow> Holds(JobId? after, int limit) => Read(limit, reader => reader.Holds(after, limit));

    /// <inheritdoc />
    public IReadOnlyList<KeyRow> ExpiredKeys(DateTimeOffset at, int limit) => Read(limit, reader => reader.ExpiredKeys(at, limit));

    /// <inheritdoc />
    public IReadOnlyList<JobRow> ExpiredResults(DateTimeOffset at, int limit) => Read(limit, reader => reader.ExpiredResults(at, limit));

    /// <inheritdoc />
    public IReadOnlyList<BlobRefRow> ExpiredBlobRefs(DateTimeOffset at, int limit) => Read(limit, reader => reader.ExpiredBlobRefs(at, limit));

    /// <inheritdoc />
    public IReadOnlySet<Digest> ReferencedBlobs() => Read(static reader => reader.ReferencedBlobs());

    /// <inheritdoc />
    public QueueRow? FindQueued(JobId job) => Read(reader => reader.FindQueued(job));

    /// <inheritdoc />
    public InputRow? FindInput(JobId job) => Read(reader => reader.FindInput(job));

    /// <inheritdoc />
    public IReadOnlyList<QueueRow> DeadLetters(TenantId tenant, JobId? before, int limit) => Read(limit, reader => reader.DeadLetters(tenant, before, limit));

    /// <inheritdoc />
    public IReadOnlyList<QueueRow> ExpiredDeadLetters(DateTimeOffset at, int limit) => Read(limit, reader => reader.ExpiredDeadLetters(at, limit));

    /// <inheritdoc />
    public RecordRow? FindRecord(string kind, TenantId tenant, string id) =>
        !BatchRules.IsRecord(kind, id) ? null : Read(reader => reader.FindRecord(kind, tenant, id));

    /// <inheritdoc />
    public IReadOnlyList<RecordRow> ListRecords(string kind, TenantId? tenant, TenantScoped<string>? after, int limit) =>
        Read(limit, reader => reader.ListRecords(kind, tenant, after, limit));

    /// <inheritdoc />
    public IReadOnlyList<RecordRow> ExpiredRecords(DateTimeOffset at, int limit) => Read(limit, reader => reader.ExpiredRecords(at, limit));

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        CloseReaders();
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Test hook: how many pages the database may grow to from now on.</summary>
    internal void LimitPages(int pages) => _database.Execute($"PRAGMA max_page_count = {pages}");

    private static void Create(string path)
    {
        try
        {
            OwnerOnly.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
            OwnerOnly.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path} cannot be made or opened ({failure.Message}). Check the rights of its folder and the room on its disk.", failure);
        }
    }

    /// <summary>Large pages because most rows are a few hundred bytes to 3 KiB and come in rising order: fewer pages a commit is fewer writes.</summary>
    private static void Tune(Database database, StoreDurability durability)
    {
        database.Execute("PRAGMA page_size = 8192");
        var journal = database.Scalar("PRAGMA journal_mode = WAL");
        if (journal != "wal")
        {
            throw new StoreException($"{database.Path} cannot be written ahead (journal mode {journal}). Use a data folder on a local disk.");
        }

        database.Execute($"PRAGMA synchronous = {durability}; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY");
    }

    private T Read<T>(int limit, Func<Reader, T> read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Read(read);
    }

    private T Read<T>(Func<Reader, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_readers.TryTake(out var reader))
        {
            reader = new(Database.Open(_path, readOnly: true));
        }

        try
        {
            return read(reader);
        }
        catch (Exception unreadable) when (unreadable is FormatException or OverflowException or ArgumentException)
        {
            throw new StoreException($"{_path} is damaged: a row holds what this program never writes ({unreadable.Message}). Restore it from a backup; nothing was changed.", unreadable);
        }
        finally
        {
            _readers.Add(reader);
            if (_disposed)
            {
                CloseReaders();
            }
        }
    }

    private void CloseReaders()
    {
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }
    }
}
