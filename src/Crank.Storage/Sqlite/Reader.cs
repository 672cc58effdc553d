using Crank.Core;

namespace Crank.Storage;

/// <summary>A connection that reads, with its prepared statements; used by one thread at a time and handed on.</summary>
internal sealed class Reader(Database database) : IDisposable
{
    private const string SelectJob = """
        SELECT id, parent, tenant, principal, capability, state, idempotency_key, request, terms, decision, plan, accepted_at, finished_at,
            error, result_bytes, inline, result_blob, result_expires_at, version,
            charged, joules, grams
        FROM job JOIN job_detail USING (number) LEFT JOIN job_result USING (number)
        """;

    private const string SelectQueued =
        "SELECT job, tenant, capability, priority, idempotent, ready_at, due_at, attempts, fence, dead, expires_at, blobs, history, version FROM queue";

    private const string SelectRecord = "SELECT kind, tenant, id, body, expires_at, version FROM record";

    private const int DigestBytes = 32;

    private readonly Dictionary<string, Statement> _statements = [];

    internal StoredState Load()
    {
        database.Execute("BEGIN");
        try
        {
            var last = List(On("SELECT max(node) FROM log_node WHERE node < ?").Bind(Node(1, 0)), static row => row.IsNull(0) ? -1 : row.Long(0));
            var size = last[0] + 1;
            return new(
                Accounts(),
                List(On("SELECT job, account, amount, status, expires_at, version FROM hold WHERE status = 0 ORDER BY job"), Hold),
                List(On($"{SelectJob} WHERE state IN (0, 7) ORDER BY id"), Job),
                size,
                [.. Frontier.Of(size).Select(node => new LogNodeRow(node.Level, node.Index, NodeHash(node.Level, node.Index) ?? throw Frontier.Missing(node.Level, node.Index, size)))],
                First(On("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1"), Checkpoint),
                List(On("SELECT name, value FROM meta"), static row => (Name: row.Text(0), Value: row.Bytes(1))).ToDictionary(row => row.Name, row => row.Value),
                List(On($"{SelectQueued} WHERE dead = 0 ORDER BY job"), Queued),
                List(On("SELECT max(id) FROM job"), static row => row.IsNull(0) ? (JobId?)null : new JobId(row.Id(0)))[0]);
        }
        finally
        {
            database.RollBack();
        }
    }

    internal JobRow? FindJob(JobId job) => First(On($"{SelectJob} WHERE id = ?").Bind(job.Value), Job);

    internal KeyRow? FindKey(TenantScoped<string> key) =>
        First(On("SELECT tenant, key, request, job, expires_at FROM idempotency_key WHERE tenant = ? AND key = ?").Bind(key.Tenant.Value).Bind(key.Key), Key);

    internal List<JobRow> ListJobs(TenantId tenant, JobId? before, int limit, JobFilter filter)
    {
        var where = new List<string>(5) { "tenant = ?" };
        Add(before is not null, "id < ?");
        Add(filter.State is not null, "state = ?");
        Add(filter.Capability is not null, "capability GLOB ?");
        Add(filter.Principal is not null, "principal = ?");
        var statement = On($"{SelectJob} WHERE {string.Join(" AND ", where)} ORDER BY id DESC LIMIT ?").Bind(tenant.Value);
        statement = before is { } id ? statement.Bind(id.Value) : statement;
        statement = filter.State is { } state ? statement.Bind((long)state) : statement;
        statement = filter.Capability is { } capability ? statement.Bind($"{capability}@*") : statement;
        statement = filter.Principal is { } principal ? statement.Bind(principal.Value) : statement;
        return List(statement.Bind(limit), Job);

        void Add(bool narrows, string term)
        {
            if (narrows)
            {
                where.Add(term);
            }
        }
    }

    internal List<UsageRow> Usage(TenantId tenant, SortableId from, SortableId to) => List(
        On("""
            SELECT capability, state, count(*), sum(charged), total(joules), total(grams) FROM job
            WHERE tenant = ? AND id >= ? AND id < ? GROUP BY capability, state ORDER BY capability, state
            """).Bind(tenant.Value).Bind(from).Bind(to),
        static row => new UsageRow(CapabilityVersion.Parse(row.Text(0)), (JobState)row.Long(1), row.Long(2), row.Long(3), row.Double(4), row.Double(5)));

    internal ReceiptRow? FindReceipt(JobId job) => First(On("SELECT job, log_index, envelope FROM receipt WHERE job = ?").Bind(job.Value), Receipt);

    internal List<ReceiptRow> Receipts(long from, int limit) =>
        List(On("SELECT job, log_index, envelope FROM receipt WHERE log_index >= ? ORDER BY log_index LIMIT ?").Bind(from).Bind(limit), Receipt);

    internal byte[]? NodeHash(int level, long index) =>
        level is < 0 or > LogNodeRow.MaxLevel || index is < 0 or >= 1L << LogNodeRow.MaxLevel
            ? null
            : First(On("SELECT hash FROM log_node WHERE node = ?").Bind(Node(level, index)), Hash);

    internal List<byte[]> LeafHashes(long from, int limit) =>
        List(On("SELECT hash FROM log_node WHERE node >= ? AND node < ? ORDER BY node LIMIT ?").Bind(from).Bind(Node(1, 0)).Bind(limit), Hash);

    internal CheckpointRow? FindCheckpoint(long atLeast) =>
        First(On("SELECT size, note FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1").Bind(atLeast), Checkpoint);

    internal List<CheckpointRow> Checkpoints(long after, int limit) =>
        List(On("SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?").Bind(after).Bind(limit), Checkpoint);

    internal byte[]? FindSnapshot(Digest snapshot) => First(On("SELECT content FROM snapshot WHERE digest = ?").Bind(snapshot), Hash);

    internal List<AccountRow> Accounts() => List(
        On("SELECT id, currency, balance, held, credit_limit, version FROM account ORDER BY id"),
        static row => new AccountRow(AccountId.Parse(row.Text(0)), Currency.Parse(row.Text(1)), row.Long(2), row.Long(3), row.Long(4), row.Long(5)));

    internal List<TransferRow> Transfers(TransferId? after, int limit)
    {
        const string columns = "SELECT id, job, debit, credit, currency, amount, kind, at FROM transfer";
        return List(
            after is null
                ? On($"{columns} ORDER BY id LIMIT ?").Bind(limit)
                : On($"{columns} WHERE id > ? ORDER BY id LIMIT ?").Bind(after.Value.Value).Bind(limit),
            static row => new TransferRow(
                new(row.Id(0)),
                row.IsNull(1) ? null : new JobId(row.Id(1)),
                AccountId.Parse(row.Text(2)),
                AccountId.Parse(row.Text(3)),
                Currency.Parse(row.Text(4)),
                row.Long(5),
                row.Text(6),
                row.Time(7)));
    }

    internal List<AccountFlow> Flows() => List(
        On("""
            SELECT account, currency, sum(paid), sum(received) FROM (
                SELECT debit AS account, currency, sum(amount) AS paid, 0 AS received FROM transfer GROUP BY debit, currency
                UNION ALL
                SELECT credit, currency, 0, sum(amount) FROM transfer GROUP BY credit, currency)
            GROUP BY account, currency ORDER BY account, currency
            """),
        static row => new AccountFlow(AccountId.Parse(row.Text(0)), Currency.Parse(row.Text(1)), row.Long(2), row.Long(3)));

    internal HoldRow? FindHold(JobId job) =>
        First(On("SELECT job, account, amount, status, expires_at, version FROM hold WHERE job = ?").Bind(job.Value), Hold);

    internal List<HoldRow> Holds(JobId? after, int limit)
    {
        const string columns = "SELECT job, account, amount, status, expires_at, version FROM hold";
        return List(
            after is null
                ? On($"{columns} ORDER BY job LIMIT ?").Bind(limit)
                : On($"{columns} WHERE job > ? ORDER BY job LIMIT ?").Bind(after.Value.Value).Bind(limit),
            Hold);
    }

    internal List<KeyRow> ExpiredKeys(DateTimeOffset at, int limit) =>
        List(On("SELECT tenant, key, request, job, expires_at FROM idempotency_key WHERE expires_at <= ? ORDER BY expires_at LIMIT ?").Bind(at).Bind(limit), Key);

    internal List<JobRow> ExpiredResults(DateTimeOffset at, int limit) =>
        List(On($"{SelectJob} WHERE result_expires_at <= ? ORDER BY result_expires_at LIMIT ?").Bind(at).Bind(limit), Job);

    internal List<BlobRefRow> ExpiredBlobRefs(DateTimeOffset at, int limit) => List(
        On("SELECT blob, job, expires_at FROM blob_ref WHERE expires_at <= ? ORDER BY expires_at LIMIT ?").Bind(at).Bind(limit),
        static row => new BlobRefRow(row.Digest(0), new(row.Id(1)), row.Time(2)));

    internal HashSet<Digest> ReferencedBlobs() => [.. List(On("SELECT DISTINCT blob FROM blob_ref"), static row => row.Digest(0))];

    internal QueueRow? FindQueued(JobId job) => First(On($"{SelectQueued} WHERE job = ?").Bind(job.Value), Queued);

    internal InputRow? FindInput(JobId job) => First(
        On("SELECT job, bytes, inline, blob FROM job_input WHERE job = ?").Bind(job.Value),
        static row => new InputRow(new(row.Id(0)), row.Long(1), row.BytesOrNull(2), row.IsNull(3) ? null : row.Digest(3)));

    internal List<QueueRow> DeadLetters(TenantId tenant, JobId? before, int limit) => before is { } id
        ? List(On($"{SelectQueued} WHERE dead = 1 AND tenant = ? AND job < ? ORDER BY job DESC LIMIT ?").Bind(tenant.Value).Bind(id.Value).Bind(limit), Queued)
        : List(On($"{SelectQueued} WHERE dead = 1 AND tenant = ? ORDER BY job DESC LIMIT ?").Bind(tenant.Value).Bind(limit), Queued);

    internal List<QueueRow> ExpiredDeadLetters(DateTimeOffset at, int limit) =>
        List(On($"{SelectQueued} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?").Bind(at).Bind(limit), Queued);

    internal RecordRow? FindRecord(string kind, TenantId tenant, string id) =>
        First(On($"{SelectRecord} WHERE kind = ? AND tenant = ? AND id = ?").Bind(kind).Bind(tenant.Value).Bind(id), Record);

    internal List<RecordRow> ListRecords(string kind, TenantId? tenant, TenantScoped<string>? after, int limit)
    {
        const string ordered = "ORDER BY tenant, id LIMIT ?";
        return List(
            (tenant, after) switch
            {
                (null, null) => On($"{SelectRecord} WHERE kind = ? {ordered}").Bind(kind).Bind(limit),
                ({ } one, null) => On($"{SelectRecord} WHERE kind = ? AND tenant = ? {ordered}").Bind(kind).Bind(one.Value).Bind(limit),
                (null, { } last) => On($"{SelectRecord} WHERE kind = ? AND (tenant, id) > (?, ?) {ordered}")
                    .Bind(kind).Bind(last.Tenant.Value).Bind(last.Key).Bind(limit),
                ({ } one, { } last) => On($"{SelectRecord} WHERE kind = ? AND tenant = ? AND (tenant, id) > (?, ?) {ordered}")
                    .Bind(kind).Bind(one.Value).Bind(last.Tenant.Value).Bind(last.Key).Bind(limit),
            },
            Record);
    }

    internal List<RecordRow> ExpiredRecords(DateTimeOffset at, int limit) =>
        List(On($"{SelectRecord} WHERE expires_at <= ? ORDER BY expires_at LIMIT ?").Bind(at).Bind(limit), Record);

    internal static long Node(int level, long index) => ((long)level << LogNodeRow.MaxLevel) + index;

    public void Dispose() => database.Dispose();

    private static JobRow Job(Statement row) => new(
        new(row.Id(0)),
        row.IsNull(1) ? null : new JobId(row.Id(1)),
        TenantId.Parse(row.Text(2)),
        PrincipalId.Parse(row.Text(3)),
        CapabilityVersion.Parse(row.Text(4)),
        (JobState)row.Long(5),
        row.TextOrNull(6),
        row.Digest(7),
        row.Bytes(8),
        row.BytesOrNull(9),
        row.BytesOrNull(10),
        row.Time(11),
        row.IsNull(12) ? null : row.Time(12),
        row.IsNull(13) ? null : ErrorCode.Parse(row.Text(13)),
        row.IsNull(14) ? null : new(row.Long(14), row.BytesOrNull(15), row.IsNull(16) ? null : row.Digest(16), row.Time(17)),
        row.Long(18),
        row.Long(19),
        row.IsNull(20) ? null : row.Double(20),
        row.IsNull(21) ? null : row.Double(21));

    private static HoldRow Hold(Statement row) =>
        new(new(row.Id(0)), AccountId.Parse(row.Text(1)), row.Long(2), (HoldStatus)row.Long(3), row.Time(4), row.Long(5));

    private static KeyRow Key(Statement row) =>
        new(new(TenantId.Parse(row.Text(0)), row.Text(1)), row.Digest(2), new(row.Id(3)), row.Time(4));

    private static QueueRow Queued(Statement row) => new(
        new(row.Id(0)), TenantId.Parse(row.Text(1)), CapabilityVersion.Parse(row.Text(2)), (int)row.Long(3), row.Long(4) != 0, row.Time(5), row.Time(6), (int)row.Long(7),
        row.Long(8), row.Long(9) != 0, row.IsNull(10) ? null : row.Time(10), [.. row.Bytes(11).Chunk(DigestBytes).Select(blob => Digest.From(blob))], row.BytesOrNull(12), row.Long(13));

    private static RecordRow Record(Statement row) =>
        new(row.Text(0), TenantId.Parse(row.Text(1)), row.Text(2), row.Bytes(3), row.IsNull(4) ? null : row.Time(4), row.Long(5));

    private static ReceiptRow Receipt(Statement row) => new(new(row.Id(0)), row.Long(1), row.Bytes(2));

    private static CheckpointRow Checkpoint(Statement row) => new(row.Long(0), row.Text(1));

    private static byte[] Hash(Statement row) => row.Bytes(0);

    private static List<T> List<T>(Statement statement, Func<Statement, T> map)
    {
        var rows = new List<T>();
        try
        {
            while (statement.Step())
            {
                rows.Add(map(statement));
            }
        }
        finally
        {
            statement.Reset();
        }

        return rows;
    }

    private static T? First<T>(Statement statement, Func<Statement, T> map)
        where T : class
    {
        try
        {
            return statement.Step() ? map(statement) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    private Statement On(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
        {
            statement = database.Prepare(sql);
            _statements.Add(sql, statement);
        }

        statement.Reset();
        return statement;
    }
}
