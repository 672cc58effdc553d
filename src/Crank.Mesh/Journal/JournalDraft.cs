using System.Runtime.InteropServices;
using Crank.Core;
using Crank.Ledger;
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
    private readonly List<LogHash> _leaves = [];
    private readonly HashSet<Digest> _snapshots = [];
    private readonly Dictionary<(string Kind, TenantId Tenant, string Id), RecordRow?> _records = [];

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

    /// <summary>Every job that was funded and has not ended, as this batch leaves them.</summary>
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
        var records = store.ExpiredRecords(now, limit);
        foreach (var record in records.Where(r => FindRecord(r.Kind, r.Tenant, r.Id)?.Version == r.Version))
        {
            RemoveRecord(new(record.Kind, record.Tenant, record.Id, record.Version));
        }

        return new(
            keys.Count, jobs.Count, references.Count, records.Count, keys.Count == limit || jobs.Count == limit || references.Count == limit || records.Count == limit);
    }

    /// <summary>Adds a funded job, with its idempotency key when it has one.</summary>
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

        return state.After(changes.State, log, _jobs, _snapshots);
    }
}
