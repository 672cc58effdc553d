using System.Runtime.InteropServices;
using System.Text.Json;
using Crank.Core;
using Crank.Ledger;
using Crank.Mesh.Serialization;
using Crank.Mesh.Tenants;
using Crank.Storage;
using Crank.Trust.Log;
using Crank.Trust.Statements;

namespace Crank.Mesh.Journal;

/// <summary>What one batch will write, over the state that the last commit left. Thrown away whole when the commit fails.</summary>
internal sealed class JournalDraft(JournalState state, IStore store, Batch rows, IdSource ids)
{
    private readonly Dictionary<TenantScoped<string>, KeyRow> _keys = [];
    private readonly Dictionary<JobId, JobRow?> _jobs = [];
    private readonly Dictionary<JobId, QueueRow?> _queue = [];
    private readonly Dictionary<JobId, QueueRow?> _dead = [];
    private readonly List<LogHash> _leaves = [];
    private readonly HashSet<Digest> _snapshots = [];
    private readonly Dictionary<(string Kind, TenantId Tenant, string Id), RecordRow?> _records = [];
    private readonly Dictionary<TenantScoped<string>, (PurseRecord Spent, DateTimeOffset KeptUntil)> _purses = [];

    /// <summary>The ledger with everything that this batch did so far.</summary>
    public LedgerBatch Ledger { get; } = new(state.Ledger);

    /// <summary>What a key stands for; null when it is free or its time is up.</summary>
    public KeyRow? FindKey(TenantScoped<string> key, DateTimeOffset now)
    {
        if (_keys.TryGetValue(key, out var mine))
        {
            return mine;
        }

        if (store.FindKey(key) is not { } stored)
        {
            return null;
        }

        if (stored.ExpiresAt > now)
        {
            return stored;
        }

        rows.RemovedKeys.Add(key);
        return null;
    }

    /// <summary>A record as this batch leaves it; null when there is none.</summary>
    public RecordRow? FindRecord(string kind, TenantId tenant, string id) =>
        _records.TryGetValue((kind, tenant, id), out var mine) ? mine : store.FindRecord(kind, tenant, id);

    public void PutRecord(RecordRow row)
    {
        _records[(row.Kind, row.Tenant, row.Id)] = row;
        rows.Records.Add(row);
    }

    public void RemoveRecord(RemovedRecord record)
    {
        // Removals come first in a commit: what was put by this very batch is not put at all.
        var key = (record.Kind, record.Tenant, record.Id);
        var mine = _records.GetValueOrDefault(key);
        rows.Records.RemoveAll(row => (row.Kind, row.Tenant, row.Id) == key);
        var stored = mine is null ? record.Version : store.FindRecord(record.Kind, record.Tenant, record.Id)?.Version;
        if (stored is { } version && !rows.RemovedRecords.Exists(r => (r.Kind, r.Tenant, r.Id) == key))
        {
            rows.RemovedRecords.Add(record with { Version = version });
        }

        _records[key] = null;
    }

    public void AddSnapshot(SnapshotRow snapshot)
    {
        if (!state.Snapshots.Contains(snapshot.Digest) && _snapshots.Add(snapshot.Digest))
        {
            rows.Snapshots.Add(snapshot);
        }
    }

    /// <summary>A job that was funded and has not ended, in this batch or before it; null when there is none.</summary>
    public JobRow? FindOpenJob(JobId job) =>
        _jobs.TryGetValue(job, out var mine) ? mine : state.OpenJobs.GetValueOrDefault(job);

    /// <summary>The place of a job that came from the queue and has not ended; null when it has none.</summary>
    public QueueRow? FindQueued(JobId job) => _queue.TryGetValue(job, out var mine) ? mine : state.Queue.GetValueOrDefault(job);

    /// <summary>A dead letter; null when there is none of that job.</summary>
    public QueueRow? FindDead(JobId job) => _dead.TryGetValue(job, out var mine) ? mine : store.FindQueued(job) is { IsDead: true } dead ? dead : null;

    /// <summary>Gives a new job its place in the queue, its input, and a hold on the blobs that it needs.</summary>
    public void Enqueue(QueueRow queued, InputRow input, DateTimeOffset blobsUntil)
    {
        PutQueued(queued);
        rows.Inputs.Add(input);
        rows.BlobRefs.AddRange(queued.Blobs.Select(blob => new BlobRefRow(blob, queued.Job, blobsUntil)));
    }

    /// <summary>Changes the place of a job that has not ended.</summary>
    public void PutQueued(QueueRow queued)
    {
        _queue[queued.Job] = queued;
        rows.Queue.Add(queued);
    }

    /// <summary>Changes the row of a job that goes on.</summary>
    public void MoveJob(JobRow job)
    {
        _jobs[job.Id] = job;
        rows.Jobs.Add(job);
    }

    /// <summary>The job has ended: its place and its input go, or stay as a dead letter for a while.</summary>
    public void EndQueued(QueueRow queued, DateTimeOffset? deadUntil)
    {
        _queue[queued.Job] = null;
        if (deadUntil is { } until)
        {
            var dead = queued with { IsDead = true, ExpiresAt = until, History = null, Version = queued.Version + 1 };
            _dead[queued.Job] = dead;
            rows.Queue.Add(dead);
            rows.BlobRefs.AddRange(dead.Blobs.Select(blob => new BlobRefRow(blob, dead.Job, until)));
        }
        else
        {
            RemoveQueued(queued);
        }
    }

    /// <summary>Removes a dead letter with its input.</summary>
    public void RemoveDead(JobId job)
    {
        RemoveQueued(FindDead(job)!);
        _dead[job] = null;
    }

    /// <summary>Removals come first in a commit: what this very batch put is not put at all, and what it refers to for another reason is referred to again.</summary>
    private void RemoveQueued(QueueRow queued)
    {
        rows.Queue.RemoveAll(row => row.Job == queued.Job);
        rows.Inputs.RemoveAll(row => row.Job == queued.Job);
        rows.RemovedQueue.Add(queued.Job);
        rows.RemovedBlobRefs.AddRange(queued.Blobs.Select(blob => new BlobRefRow(blob, queued.Job, default)));
    }

    /// <summary>Every job whose money is held and that has not ended, as this batch leaves them.</summary>
    public IEnumerable<JobRow> OpenJobs =>
        state.OpenJobs.Values.Where(job => !_jobs.ContainsKey(job.Id)).Concat(_jobs.Values.OfType<JobRow>());

    /// <summary>Removes what is stored and whose time is up.</summary>
    public SweepAnswer RemoveExpired(DateTimeOffset now, int limit)
    {
        var keys = store.ExpiredKeys(now, limit);
        rows.RemovedKeys.AddRange(keys.Select(key => key.Key));
        var jobs = store.ExpiredResults(now, limit);
        rows.Jobs.AddRange(jobs.Select(job => job with { Result = null, Version = job.Version + 1 }));
        var references = store.ExpiredBlobRefs(now, limit);
        rows.RemovedBlobRefs.AddRange(references);
        var dead = store.ExpiredDeadLetters(now, limit);
        foreach (var letter in dead.Where(letter => FindDead(letter.Job) is not null))
        {
            RemoveDead(letter.Job);
        }

        var records = store.ExpiredRecords(now, limit);
        foreach (var record in records.Where(r => FindRecord(r.Kind, r.Tenant, r.Id)?.Version == r.Version))
        {
            RemoveRecord(new(record.Kind, record.Tenant, record.Id, record.Version));
        }

        var more = keys.Count == limit || jobs.Count == limit || references.Count == limit || records.Count == limit || dead.Count == limit;
        return new(keys.Count, jobs.Count, references.Count, records.Count, dead.Count, more);
    }

    /// <summary>Adds a job whose money is held, with its idempotency key when it has one.</summary>
    public void OpenJob(JobRow job, DateTimeOffset keyUntil)
    {
        _jobs.Add(job.Id, job);
        rows.Jobs.Add(job);
        if (job.IdempotencyKey is { } text)
        {
            var key = new KeyRow(new(job.Tenant, text), job.Request, job.Id, keyUntil);
            _keys.Add(key.Key, key);
            rows.Keys.Add(key);
        }
    }

    /// <summary>Writes the end of a job, and keeps the blobs of its delivery as long as its result.</summary>
    public void CloseJob(JobRow job, IEnumerable<Digest> blobs)
    {
        _jobs[job.Id] = null;
        rows.Jobs.Add(job);
        if (job.Result?.Blob is { } blob)
        {
            rows.BlobRefs.Add(new(blob, job.Id, job.Result.ExpiresAt));
        }

        if (job.Result is { } result)
        {
            rows.BlobRefs.AddRange(blobs.Select(stored => new BlobRefRow(stored, job.Id, result.ExpiresAt)));
        }
    }

    public void AddClosedJob(JobRow job) => rows.Jobs.Add(job);

    /// <summary>Sets money aside. Opens the account of a tenant on first use, and moves its limit to what its record says now.</summary>
    /// <returns>Null when it is set aside; else what could have been, and nothing was.</returns>
    public Money? Hold(JobId job, Payer payer, Money amount, DateTimeOffset until)
    {
        if (Ledger.Find(payer.Account) is not { } account)
        {
            Invariant.Holds(payer.Limit is { } first && Ledger.Open(payer.Account, first) == LedgerStatus.Applied);
        }
        else if (payer.Limit is { } limit && limit != account.Limit && Ledger.SetLimit(payer.Account, limit) != LedgerStatus.Applied)
        {
            // More is spent or held already than the new limit allows: nothing more until that has come back.
            return account.Available - limit;
        }

        var status = Ledger.Hold(job, payer.Account, amount, until);
        Invariant.Holds(status is LedgerStatus.Applied or LedgerStatus.InsufficientFunds);
        var found = Ledger.Find(payer.Account)!;
        return status == LedgerStatus.Applied ? null : found.Available - found.Limit;
    }

    /// <summary>What a purse lacks for a job; null when it has enough.</summary>
    public FundAnswer.PurseEmpty? Overdrawn(TenantId tenant, Purse purse, Money ceiling, DateTimeOffset at) =>
        PurseRecord.Left(FindPurse(tenant, purse.Id)?.Spent, purse, PurseRecord.DayOf(at)) is { } left && ceiling > left.Left ? new(left.Left, left.Limit, left.IsDay) : null;

    /// <summary>Counts the most that a job can cost as spent from the purse that it was asked with.</summary>
    public void Spend(JobRow job, Purse? purse, Money ceiling)
    {
        if (purse is null)
        {
            return;
        }

        var (spent, keptUntil) = FindPurse(job.Tenant, purse.Id) ?? (new(default, 0, 0), default);
        var day = PurseRecord.DayOf(job.AcceptedAt);

        // A job that was accepted just before midnight and comes here just after one of the new day counts for the new day.
        var newest = day > spent.Day ? day : spent.Day;
        _purses[new(job.Tenant, purse.Id)] = (
            new(newest, spent.On(newest) + ceiling.Micros, spent.TotalMicros + ceiling.Micros), purse.KeptUntil > keptUntil ? purse.KeptUntil : keptUntil);
    }

    /// <summary>Gives what a job did not cost back to its purse. What was counted for a day that is over does not come back for today.</summary>
    public void Unspend(JobRow job, string? purse, Charge charge)
    {
        if (purse is null || FindPurse(job.Tenant, purse) is not ({ } spent, var keptUntil))
        {
            return;
        }

        var back = charge.Held.Micros - charge.Total.Micros;
        _purses[new(job.Tenant, purse)] = (
            spent with { DayMicros = spent.DayMicros - (PurseRecord.DayOf(job.AcceptedAt) == spent.Day ? back : 0), TotalMicros = spent.TotalMicros - back }, keptUntil);
    }

    private (PurseRecord Spent, DateTimeOffset KeptUntil)? FindPurse(TenantId tenant, string purse) =>
        _purses.TryGetValue(new(tenant, purse), out var mine) ? mine
        : FindRecord(PurseRecord.Kind, tenant, purse) is { } row ? (PurseRecord.Read(row), row.ExpiresAt ?? default)
        : null;

    /// <summary>Settles or gives back the hold of a job.</summary>
    public void Close(JobId job, Charge charge, JobState end, DateTimeOffset at)
    {
        var status = charge.Total.Micros > 0 || end == JobState.Done ? Ledger.Settle(job, charge.Shares, ids, at) : Ledger.Void(job);

        // A hold whose time ran out was given back by recovery before its job is closed.
        Invariant.Holds(status == LedgerStatus.Applied || (end != JobState.Done && Ledger.Find(job) is not { State: HoldState.Open }));
    }

    public void AddReceipt(JobId job, SignedStatement statement)
    {
        rows.Receipts.Add(new(job, state.Log.Size + _leaves.Count, BytesOf(statement.Envelope)));
        _leaves.Add(statement.Leaf);
    }

    /// <summary>The array that holds exactly these bytes, when there is one: rows are shared and nobody changes the bytes inside.</summary>
    private static byte[] BytesOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var whole) && whole.Array!.Length == memory.Length ? whole.Array : memory.ToArray();

    /// <summary>Applies the rules of ledger and log to the whole batch, and names what the state will be once it is committed.</summary>
    public JournalState Seal(Func<LogState, string> checkpoint)
    {
        foreach (var (purse, (spent, keptUntil)) in _purses)
        {
            PutRecord(new(
                PurseRecord.Kind, purse.Tenant, purse.Key, JsonSerializer.SerializeToUtf8Bytes(spent, MeshJson.Default.PurseRecord), keptUntil,
                (FindRecord(PurseRecord.Kind, purse.Tenant, purse.Key)?.Version ?? 0) + 1));
        }

        var changes = Ledger.Seal();
        LedgerRows.Add(rows, changes);
        var (log, nodes) = TransparencyLog.Append(state.Log, CollectionsMarshal.AsSpan(_leaves));
        foreach (var node in nodes)
        {
            rows.LogNodes.Add(new(node.Level, node.Index, node.Hash.ToArray()));
        }

        if (_leaves.Count > 0)
        {
            rows.Checkpoints.Add(new(log.Size, checkpoint(log)));
        }

        return state.After(changes.State, log, _jobs, _snapshots, _queue);
    }
}
