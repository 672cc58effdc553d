namespace Crank.Storage;

/// <summary>The prepared statements that write, in the order in which a batch is applied.</summary>
internal sealed class Writer(Database database)
{
    private readonly Statement _begin = database.Prepare("BEGIN IMMEDIATE");
    private readonly Statement _commit = database.Prepare("COMMIT");
    private readonly Statement _removeKey = database.Prepare("DELETE FROM idempotency_key WHERE tenant = ? AND key = ?");
    private readonly Statement _removeBlobRef = database.Prepare("DELETE FROM blob_ref WHERE blob = ? AND job = ?");

    private readonly Statement _removeRecord = database.Prepare("DELETE FROM record WHERE kind = ? AND tenant = ? AND id = ? AND version = ?");

    private readonly Statement _removeQueued = database.Prepare("DELETE FROM queue WHERE job = ?");
    private readonly Statement _removeInput = database.Prepare("DELETE FROM job_input WHERE job = ?");

    private readonly Statement _addAccount = database.Prepare(
        "INSERT INTO account (balance, held, credit_limit, version, id, currency) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _setAccount = database.Prepare(
        "UPDATE account SET balance = ?, held = ?, credit_limit = ?, version = ? WHERE id = ? AND currency = ? AND version = ?");

    private readonly Statement _accountVersion = database.Prepare("SELECT version FROM account WHERE id = ?");

    private readonly Statement _addKey = database.Prepare(
        "INSERT INTO idempotency_key (tenant, key, request, job, expires_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _addHold = database.Prepare(
        "INSERT INTO hold (account, amount, status, expires_at, version, job) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _setHold = database.Prepare(
        "UPDATE hold SET account = ?, amount = ?, status = ?, expires_at = ?, version = ? WHERE job = ? AND version = ?");

    private readonly Statement _holdVersion = database.Prepare("SELECT version FROM hold WHERE job = ?");

    private readonly Statement _addJob = database.Prepare("""
        INSERT INTO job (parent, tenant, principal, capability, state, idempotency_key, request, accepted_at, finished_at, error,
            result_bytes, result_blob, result_expires_at, version, charged, joules, grams, id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """);

    private readonly Statement _setJob = database.Prepare("""
        UPDATE job SET parent = ?, tenant = ?, principal = ?, capability = ?, state = ?, idempotency_key = ?, request = ?, accepted_at = ?,
            finished_at = ?, error = ?, result_bytes = ?, result_blob = ?, result_expires_at = ?, version = ?, charged = ?, joules = ?, grams = ?, id = ?
        WHERE number = ?
        """);

    private readonly Statement _addDetail = database.Prepare("INSERT INTO job_detail (number, terms, decision, plan) VALUES (?1, ?2, ?3, ?4)");

    private readonly Statement _setDetail = database.Prepare("""
        UPDATE job_detail SET terms = ?2, decision = ?3, plan = ?4
        WHERE number = ?1 AND (terms IS NOT ?2 OR decision IS NOT ?3 OR plan IS NOT ?4)
        """);

    private readonly Statement _setResult = database.Prepare("INSERT OR REPLACE INTO job_result (number, inline) VALUES (?, ?)");
    private readonly Statement _removeResult = database.Prepare("DELETE FROM job_result WHERE number = ?");
    private readonly Statement _jobVersion = database.Prepare("SELECT version, number FROM job WHERE id = ?");

    private readonly Statement _addTransfer = database.Prepare(
        "INSERT INTO transfer (id, job, debit, credit, currency, amount, kind, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _addReceipt = database.Prepare(
        "INSERT INTO receipt (log_index, job, envelope) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _addLogNode = database.Prepare("INSERT INTO log_node (node, hash) VALUES (?, ?) ON CONFLICT DO NOTHING");
    private readonly Statement _addCheckpoint = database.Prepare("INSERT INTO checkpoint (size, note) VALUES (?, ?) ON CONFLICT DO NOTHING");
    private readonly Statement _addSnapshot = database.Prepare("INSERT INTO snapshot (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _addBlobRef = database.Prepare(
        "INSERT INTO blob_ref (blob, job, expires_at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET expires_at = max(expires_at, excluded.expires_at)");

    private readonly Statement _setMeta = database.Prepare(
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");

    private readonly Statement _addRecord = database.Prepare(
        "INSERT INTO record (body, expires_at, version, kind, tenant, id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _setRecord = database.Prepare(
        "UPDATE record SET body = ?, expires_at = ?, version = ? WHERE kind = ? AND tenant = ? AND id = ? AND version = ?");

    private readonly Statement _recordVersion = database.Prepare("SELECT version FROM record WHERE kind = ? AND tenant = ? AND id = ?");
    private readonly Statement _addQueued = database.Prepare("""
        INSERT INTO queue (tenant, capability, priority, idempotent, ready_at, due_at, attempts, fence, dead, expires_at, blobs, history, version, job)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """);

    private readonly Statement _setQueued = database.Prepare("""
        UPDATE queue SET tenant = ?, capability = ?, priority = ?, idempotent = ?, ready_at = ?, due_at = ?, attempts = ?, fence = ?, dead = ?, expires_at = ?,
            blobs = ?, history = ?, version = ?
        WHERE job = ? AND version = ?
        """);

    private readonly Statement _queuedVersion = database.Prepare("SELECT version FROM queue WHERE job = ?");
    private readonly Statement _addInput = database.Prepare("INSERT INTO job_input (job, bytes, inline, blob) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
    private readonly Statement _removeMeta = database.Prepare("DELETE FROM meta WHERE name = ?");

    /// <summary>All rows in one transaction; after any exception there is none open and nothing of it is left, unless the disk failed.</summary>
    internal void Commit(Batch batch)
    {
        try
        {
            _begin.Step();
            Apply(batch);
            _commit.Step();
        }
        catch
        {
            database.RollBack();
            throw;
        }
    }

    private void Apply(Batch batch)
    {
        foreach (var key in batch.RemovedKeys)
        {
            _removeKey.Bind(key.Tenant.Value).Bind(key.Key).Run();
        }

        foreach (var row in batch.RemovedBlobRefs)
        {
            _removeBlobRef.Bind(row.Blob).Bind(row.Job.Value).Run();
        }

        foreach (var row in batch.RemovedRecords)
        {
            if (_removeRecord.Bind(row.Kind).Bind(row.Tenant.Value).Bind(row.Id).Bind(row.Version).Run() == 0)
            {
                throw Conflicts.Removed(
                    "record", BatchRules.RecordName(row.Kind, row.Tenant, row.Id), row.Version, First(_recordVersion.Bind(row.Kind).Bind(row.Tenant.Value).Bind(row.Id)));
            }
        }

        foreach (var job in batch.RemovedQueue)
        {
            _removeQueued.Bind(job.Value).Run();
            _removeInput.Bind(job.Value).Run();
        }

        foreach (var row in batch.Accounts)
        {
            Add(row);
        }

        foreach (var row in batch.Keys)
        {
            _addKey.Bind(row.Key.Tenant.Value).Bind(row.Key.Key).Bind(row.Request).Bind(row.Job.Value).Bind(row.ExpiresAt);
            Unique(_addKey, "key", row, static row => BatchRules.KeyName(row.Key));
        }

        foreach (var row in batch.Holds)
        {
            Add(row);
        }

        foreach (var row in batch.Jobs)
        {
            Add(row);
        }

        foreach (var row in batch.Transfers)
        {
            _addTransfer.Bind(row.Id.Value).Bind(row.Job?.Value).Bind(row.Debit.Value).Bind(row.Credit.Value).Bind(row.Currency.Code)
                .Bind(row.AmountMicros).Bind(row.Kind).Bind(row.At);
            Unique(_addTransfer, "transfer", row, static row => $"{row.Id}");
        }

        foreach (var row in batch.Receipts)
        {
            _addReceipt.Bind(row.LogIndex).Bind(row.Job.Value).Bind(row.Envelope);
            Unique(_addReceipt, "receipt", row, static row => $"{row.Job}");
        }

        foreach (var row in batch.LogNodes)
        {
            _addLogNode.Bind(Reader.Node(row.Level, row.Index)).Bind(row.Hash);
            Unique(_addLogNode, "log node", row, BatchRules.LogKey);
        }

        foreach (var row in batch.Checkpoints)
        {
            _addCheckpoint.Bind(row.Size).Bind(row.Note);
            Unique(_addCheckpoint, "checkpoint", row, static row => $"{row.Size}");
        }

        foreach (var row in batch.Snapshots)
        {
            _addSnapshot.Bind(row.Digest).Bind(row.Content).Run();
        }

        foreach (var row in batch.BlobRefs)
        {
            _addBlobRef.Bind(row.Blob).Bind(row.Job.Value).Bind(row.ExpiresAt).Run();
        }

        foreach (var row in batch.Meta)
        {
            (row.Value is null ? _removeMeta.Bind(row.Name) : _setMeta.Bind(row.Name).Bind(row.Value)).Run();
        }

        foreach (var row in batch.Records)
        {
            Add(row);
        }

        foreach (var row in batch.Queue)
        {
            Add(row);
        }

        foreach (var row in batch.Inputs)
        {
            _addInput.Bind(row.Job.Value).Bind(row.Bytes).Bind(row.Inline).Bind(row.Blob);
            Unique(_addInput, "input", row, static row => $"{row.Job}");
        }
    }

    private void Add(AccountRow row)
    {
        var statement = row.Version == 1 ? _addAccount : _setAccount;
        statement.Bind(row.BalanceMicros).Bind(row.HeldMicros).Bind(row.LimitMicros).Bind(row.Version).Bind(row.Id.Value).Bind(row.Currency.Code);
        if (Follow(statement, row.Version) == 0)
        {
            throw Conflicts.Version("account", $"{row.Id}", row.Version, First(_accountVersion.Bind(row.Id.Value)));
        }
    }

    private void Add(HoldRow row)
    {
        var statement = row.Version == 1 ? _addHold : _setHold;
        statement.Bind(row.Account.Value).Bind(row.AmountMicros).Bind((long)row.Status).Bind(row.ExpiresAt).Bind(row.Version).Bind(row.Job.Value);
        if (Follow(statement, row.Version) == 0)
        {
            throw Conflicts.Version("hold", $"{row.Job}", row.Version, First(_holdVersion.Bind(row.Job.Value)));
        }
    }

    private void Add(RecordRow row)
    {
        var statement = row.Version == 1 ? _addRecord : _setRecord;
        statement.Bind(row.Body.AsSpan()).Bind(row.ExpiresAt).Bind(row.Version).Bind(row.Kind).Bind(row.Tenant.Value).Bind(row.Id);
        if (Follow(statement, row.Version) == 0)
        {
            throw Conflicts.Version("record", BatchRules.RecordName(row), row.Version, First(_recordVersion.Bind(row.Kind).Bind(row.Tenant.Value).Bind(row.Id)));
        }
    }

    private void Add(QueueRow row)
    {
        var statement = row.Version == 1 ? _addQueued : _setQueued;
        statement.Bind(row.Tenant.Value).Bind(row.Capability.ToString()).Bind(row.Priority).Bind(row.IsIdempotent ? 1 : 0).Bind(row.ReadyAt).Bind(row.DueAt)
            .Bind(row.Attempts).Bind(row.Fence).Bind(row.IsDead ? 1 : 0).Bind(row.ExpiresAt).Bind(row.Blobs.SelectMany(blob => blob.ToBytes()).ToArray().AsSpan())
            .Bind(row.History).Bind(row.Version).Bind(row.Job.Value);
        if (Follow(statement, row.Version) == 0)
        {
            throw Conflicts.Version("place in the queue", $"{row.Job}", row.Version, First(_queuedVersion.Bind(row.Job.Value)));
        }
    }

    private void Add(JobRow row)
    {
        var isNew = row.Version == 1;
        var number = isNew ? Insert(row) : Update(row);
        (isNew ? _addDetail : _setDetail).Bind(number).Bind(row.Terms).Bind(row.Decision).Bind(row.Plan).Run();
        if (row.Result?.Inline is { } inline)
        {
            _setResult.Bind(number).Bind(inline).Run();
        }
        else if (!isNew)
        {
            _removeResult.Bind(number).Run();
        }
    }

    private long Insert(JobRow row) => Bind(_addJob, row).Run() == 1
        ? database.LastRow
        : throw Conflicts.Version("job", $"{row.Id}", row.Version, First(_jobVersion.Bind(row.Id.Value)));

    private long Update(JobRow row)
    {
        long? version = _jobVersion.Bind(row.Id.Value).Step() ? _jobVersion.Long(0) : null;
        var number = version is null ? 0 : _jobVersion.Long(1);
        _jobVersion.Reset();
        if (version != row.Version - 1)
        {
            throw Conflicts.Version("job", $"{row.Id}", row.Version, version);
        }

        Bind(_setJob, row).Bind(number).Run();
        return number;
    }

    private static Statement Bind(Statement statement, JobRow row) => statement
        .Bind(row.Parent?.Value).Bind(row.Tenant.Value).Bind(row.Principal.Value).Bind(row.Capability.ToString()).Bind((long)row.State)
        .Bind(row.IdempotencyKey).Bind(row.Request).Bind(row.AcceptedAt).Bind(row.FinishedAt).Bind(row.Error?.Value)
        .Bind(row.Result?.Bytes).Bind(row.Result?.Blob).Bind(row.Result?.ExpiresAt).Bind(row.Version)
        .Bind(row.ChargedMicros).Bind(row.Joules).Bind(row.GramsCo2e).Bind(row.Id.Value);

    private static int Follow(Statement statement, long version) => (version == 1 ? statement : statement.Bind(version - 1)).Run();

    private static long? First(Statement statement)
    {
        long? number = statement.Step() ? statement.Long(0) : null;
        statement.Reset();
        return number;
    }

    private static void Unique<TRow>(Statement insert, string kind, TRow row, Func<TRow, string> id)
    {
        if (insert.Run() == 0)
        {
            throw Conflicts.Taken(kind, id(row));
        }
    }
}
