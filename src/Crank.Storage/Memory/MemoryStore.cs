using System.Collections.Immutable;
using Crank.Core;

namespace Crank.Storage;

/// <summary>A store without a disk, under the same contract as every other, for simulations and tests: a commit may be made to fail or to be the last.</summary>
/// <param name="disk">What was made durable so far.</param>
/// <param name="faults">Asked before each commit what goes wrong with it; null for never anything.</param>
public sealed class MemoryStore(MemoryDisk disk, Func<Batch, CommitFault>? faults = null) : IStore
{
    private StoreException? _broken;
    private bool _crashed;
    private bool _disposed;

    private MemoryState State
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _crashed ? throw new SimulatedCrashException() : disk.State;
        }
    }

    /// <inheritdoc />
    public StoredState Load()
    {
        var state = State;
        return new(
            [.. state.Accounts.Values],
            [.. state.Holds.Values.Where(hold => hold.Status == HoldStatus.Open)],
            [.. state.Jobs.Values.Where(job => !job.State.IsTerminal())],
            state.LogSize,
            [.. Frontier.Of(state.LogSize).Select(node => state.LogNodes.GetValueOrDefault(node) ?? throw Frontier.Missing(node.Level, node.Index, state.LogSize))],
            state.Checkpoints.IsEmpty ? null : state.Checkpoints.Values.Last(),
            state.Meta,
            [.. state.Queue.Values.Where(row => !row.IsDead)],
            state.Jobs.IsEmpty ? null : state.Jobs.Keys.Last());
    }

    /// <inheritdoc />
    public void Commit(Batch batch)
    {
        BatchRules.Check(batch);
        var state = State;
        if (_broken is not null)
        {
            throw new StoreException("An earlier commit failed and nobody knows whether it was written. Open the store anew.", _broken);
        }

        var next = state.With(batch);
        switch (faults?.Invoke(batch) ?? CommitFault.None)
        {
            case CommitFault.Full:
                throw new StoreFullException("No room is left in the simulated store. Nothing was written.");
            case CommitFault.LostIo:
                throw _broken = new StoreException("The simulated disk failed during a commit. Open the store anew.");
            case CommitFault.KeptIo:
                disk.State = next;
                throw _broken = new StoreException("The simulated disk failed during a commit. Open the store anew.");
            case CommitFault.CrashBefore:
                _crashed = true;
                throw new SimulatedCrashException();
            case CommitFault.CrashAfter:
                disk.State = next;
                _crashed = true;
                throw new SimulatedCrashException();
            default:
                disk.State = next;
                break;
        }
    }

    /// <inheritdoc />
    public JobRow? FindJob(JobId job) => State.Jobs.GetValueOrDefault(job);

    /// <inheritdoc />
    public KeyRow? FindKey(TenantScoped<string> key) => State.Keys.GetValueOrDefault(key);

    /// <inheritdoc />
    public IReadOnlyList<JobRow> ListJobs(TenantId tenant, JobId? before, int limit, JobFilter? filter = null) =>
    [
        .. State.Jobs.Values.Reverse()
            .Where(job => job.Tenant == tenant && (before is null || job.Id.CompareTo(before.Value) < 0) && (filter ?? JobFilter.All).Takes(job))
            .Take(Positive(limit)),
    ];

    /// <inheritdoc />
    public IReadOnlyList<UsageRow> Usage(TenantId tenant, DateTimeOffset from, DateTimeOffset to) =>
    [
        .. State.Jobs.Values
            .Where(job => job.Tenant == tenant && job.Id.Value.CompareTo(SortableIds.First(from)) >= 0 && job.Id.Value.CompareTo(SortableIds.First(to)) < 0)
            .GroupBy(job => (job.Capability, job.State))
            .OrderBy(group => group.Key.Capability.ToString(), StringComparer.Ordinal).ThenBy(group => group.Key.State)
            .Select(group => new UsageRow(
                group.Key.Capability, group.Key.State, group.Count(), group.Sum(job => job.ChargedMicros), group.Sum(job => job.Joules ?? 0), group.Sum(job => job.GramsCo2e ?? 0))),
    ];

    /// <inheritdoc />
    public ReceiptRow? FindReceipt(JobId job) => State.ReceiptsByJob.GetValueOrDefault(job);

    /// <inheritdoc />
    public IReadOnlyList<ReceiptRow> Receipts(long from, int limit) => [.. After(State.Receipts, from - 1).Take(Positive(limit))];

    /// <inheritdoc />
    public byte[]? NodeHash(int level, long index) => State.LogNodes.GetValueOrDefault((level, index))?.Hash;

    /// <inheritdoc />
    public IReadOnlyList<byte[]> LeafHashes(long from, int limit)
    {
        var state = State;
        var hashes = new List<byte[]>();
        for (var index = from; hashes.Count < Positive(limit) && state.LogNodes.TryGetValue((0, index), out var node); index++)
        {
            hashes.Add(node.Hash);
        }

        return hashes;
    }

    /// <inheritdoc />
    public CheckpointRow? FindCheckpoint(long atLeast) => After(State.Checkpoints, atLeast - 1).FirstOrDefault();

    /// <inheritdoc />
    public IReadOnlyList<CheckpointRow> Checkpoints(long after, int limit) => [.. After(State.Checkpoints, after).Take(Positive(limit))];

    /// <inheritdoc />
    public byte[]? FindSnapshot(Digest snapshot) => State.Snapshots.GetValueOrDefault(snapshot)?.Content;

    /// <inheritdoc />
    public IReadOnlyList<AccountRow> Accounts() => [.. State.Accounts.Values];

    /// <inheritdoc />
    public IReadOnlyList<TransferRow> Transfers(TransferId? after, int limit) => [.. After(State.Transfers, after).Take(Positive(limit))];

    /// <inheritdoc />
    public IReadOnlyList<AccountFlow> Flows() =>
    [
        .. State.Transfers.Values
            .SelectMany(row => new[] { (row.Debit, row.Currency, row.AmountMicros, 0L), (row.Credit, row.Currency, 0L, row.AmountMicros) })
            .GroupBy(side => (Account: side.Item1, side.Currency))
            .OrderBy(group => group.Key.Account).ThenBy(group => group.Key.Currency.Code, StringComparer.Ordinal)
            .Select(group => new AccountFlow(group.Key.Account, group.Key.Currency, group.Sum(side => side.Item3), group.Sum(side => side.Item4))),
    ];

    /// <inheritdoc />
    public HoldRow? FindHold(JobId job) => State.Holds.GetValueOrDefault(job);

    /// <inheritdoc />
    public IReadOnlyList<HoldRow> Holds(JobId? after, int limit) => [.. After(State.Holds, after).Take(Positive(limit))];

    /// <inheritdoc />
    public IReadOnlyList<KeyRow> ExpiredKeys(DateTimeOffset at, int limit) =>
        [.. State.Keys.Values.Where(row => row.ExpiresAt <= at).OrderBy(row => row.ExpiresAt).Take(Positive(limit))];

    /// <inheritdoc />
    public IReadOnlyList<JobRow> ExpiredResults(DateTimeOffset at, int limit) =>
        [.. State.Jobs.Values.Where(row => row.Result?.ExpiresAt <= at).OrderBy(row => row.Result!.ExpiresAt).Take(Positive(limit))];

    /// <inheritdoc />
    public IReadOnlyList<BlobRefRow> ExpiredBlobRefs(DateTimeOffset at, int limit) =>
        [.. State.BlobRefs.Values.Where(row => row.ExpiresAt <= at).OrderBy(row => row.ExpiresAt).Take(Positive(limit))];

    /// <inheritdoc />
    public IReadOnlySet<Digest> ReferencedBlobs() => State.BlobRefs.Keys.Select(key => key.Blob).ToHashSet();

    /// <inheritdoc />
    public QueueRow? FindQueued(JobId job) => State.Queue.GetValueOrDefault(job);

    /// <inheritdoc />
    public InputRow? FindInput(JobId job) => State.Inputs.GetValueOrDefault(job);

    /// <inheritdoc />
    public IReadOnlyList<QueueRow> DeadLetters(TenantId tenant, JobId? before, int limit) =>
    [
        .. State.Queue.Values.Reverse().Where(row => row.IsDead && row.Tenant == tenant && (before is null || row.Job.CompareTo(before.Value) < 0)).Take(Positive(limit)),
    ];

    /// <inheritdoc />
    public IReadOnlyList<QueueRow> ExpiredDeadLetters(DateTimeOffset at, int limit) =>
        [.. State.Queue.Values.Where(row => row.ExpiresAt <= at).OrderBy(row => row.ExpiresAt).Take(Positive(limit))];

    /// <inheritdoc />
    public RecordRow? FindRecord(string kind, TenantId tenant, string id) => State.Records.GetValueOrDefault(MemoryState.RecordKey(kind, tenant, id));

    /// <inheritdoc />
    public IReadOnlyList<RecordRow> ListRecords(string kind, TenantId? tenant, TenantScoped<string>? after, int limit)
    {
        var last = after is { } row ? MemoryState.RecordKey(kind, row.Tenant, row.Key) : null;
        return
        [
            .. State.Records
                .Where(r => r.Value.Kind == kind && (tenant is null || r.Value.Tenant == tenant) && (last is null || Utf8Order.Instance.Compare(r.Key, last) > 0))
                .Select(r => r.Value).Take(Positive(limit)),
        ];
    }

    /// <inheritdoc />
    public IReadOnlyList<RecordRow> ExpiredRecords(DateTimeOffset at, int limit) =>
        [.. State.Records.Values.Where(row => row.ExpiresAt <= at).OrderBy(row => row.ExpiresAt).Take(Positive(limit))];

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return ValueTask.CompletedTask;
    }

    private static int Positive(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return limit;
    }

    private static IEnumerable<TRow> After<TKey, TRow>(ImmutableSortedDictionary<TKey, TRow> rows, TKey? after)
        where TKey : struct, IComparable<TKey> =>
        rows.Where(row => after is null || row.Key.CompareTo(after.Value) > 0).Select(row => row.Value);
}
