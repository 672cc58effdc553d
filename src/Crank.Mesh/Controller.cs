using System.Collections.Concurrent;
using Crank.Core;
using Crank.Ledger;
using Crank.Market;
using Crank.Mesh.Audit;
using Crank.Mesh.Authorize;
using Crank.Mesh.Blobs;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Explain;
using Crank.Mesh.Housekeeping;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Receipts;
using Crank.Mesh.Records;
using Crank.Mesh.Results;
using Crank.Mesh.Run;
using Crank.Mesh.Telemetry;
using Crank.Mesh.Tenants;
using Crank.Mesh.Usage;
using Crank.Storage;
using Crank.Trust.Keys;
using Crank.Trust.Log;

namespace Crank.Mesh;

/// <summary>The controller of an embedded mesh: takes requests down the one path and answers what became of them.</summary>
public sealed class Controller : IAsyncDisposable
{
    /// <summary>How many rows of a kind one commit of housekeeping removes, and how many such commits one run makes.</summary>
    private const int SweepRows = 256;
    private const int SweepRounds = 16;

    private readonly ControllerSettings _settings;
    private readonly ControllerParts _parts;
    private readonly Notary _notary;
    private readonly ResultStore _results;
    private readonly OutputSpool _spool;
    private readonly IPolicy _policy;
    private readonly JournalWriter _journal;
    private readonly ConcurrentDictionary<JobId, TaskCompletionSource<JobReport>> _running = new();

    private Controller(ControllerSettings settings, ControllerParts parts, Notary notary, JournalState state)
    {
        (_settings, _parts, _notary) = (settings, parts, notary);
        _results = new(parts.Blobs);
        _spool = new(parts.Blobs);
        _policy = parts.Policy ?? new EmbeddedPolicy();
        _journal = new(parts.Store, state, parts.Ids, notary.Checkpoint, settings.OwnJournalThread);
        Records = new(parts.Store, _journal);
        Blobs = new(Records, parts.Clock);
    }

    /// <summary>The name of the mesh's log.</summary>
    public string Origin => _settings.Origin;

    /// <summary>The capabilities known here.</summary>
    public CapabilityCatalogue Catalogue => _parts.Catalogue;

    /// <summary>The offers in force.</summary>
    public OfferSnapshot Offers => _parts.Offers.Current.Offers;

    /// <summary>The currency of every account.</summary>
    public Currency Currency => _settings.Currency;

    /// <summary>The files that tenants keep.</summary>
    public TenantBlobs Blobs { get; }

    /// <summary>The key that signs receipts and checkpoints now.</summary>
    public VerificationKey Key => _parts.Key().Public;

    /// <summary>How many leaves the log has.</summary>
    public long LogSize => _journal.State.Log.Size;

    /// <summary>Keys, principals, webhooks, cursors and whatever else a mesh keeps besides jobs and money.</summary>
    public RecordBook Records { get; }

    /// <summary>The jobs that a crash had left open and that were closed when this controller opened.</summary>
    public IReadOnlyList<JobId> Recovered { get; private set; } = [];

    /// <summary>Opens a mesh: loads what is stored, opens the accounts on first use, and closes what a crash left open.</summary>
    /// <exception cref="ClockBehindException">The clock stands behind the newest job.</exception>
    /// <exception cref="AccountsException">The accounts do not fit the settings.</exception>
    /// <exception cref="LedgerBrokenException">The money does not add up.</exception>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public static async Task<Controller> OpenAsync(ControllerSettings settings, ControllerParts parts)
    {
        var controller = Load(settings, parts);
        try
        {
            await controller.StartAsync();
            return controller;
        }
        catch
        {
            await controller.DisposeAsync();
            throw;
        }
    }

    /// <summary>Loads what is stored, and checks it, without writing anything.</summary>
    internal static Controller Load(ControllerSettings settings, ControllerParts parts)
    {
        var stored = parts.Store.Load();
        var now = parts.Clock.GetUtcNow();
        if (stored.NewestJob is { } newest && newest.Value.MadeAt - now > settings.ClockTolerance)
        {
            throw new ClockBehindException(now, newest.Value.MadeAt);
        }

        var findings = LedgerVerifier.CheckMoney(parts.Store, stored.OpenHolds);
        if (findings.Count > 0)
        {
            throw new LedgerBrokenException(findings);
        }

        var log = LogState.FromPeaks(stored.LogSize, [.. stored.Frontier.Select(n => new LogHash(n.Hash))]);
        return new(
            settings, parts, new Notary(settings.Origin, parts.Key),
            new JournalState(LedgerRows.State(stored), log, stored.OpenJobs.ToDictionary(j => j.Id), []));
    }

    /// <summary>Closes what a crash left open, opens the accounts on first use, and removes a little of what is out of date.</summary>
    internal async Task StartAsync()
    {
        var open = _journal.State.OpenJobs.Values.OrderBy(job => job.Id).ToList();
        if (open.Count > 0)
        {
            await _journal.PostAsync(new ExpireHoldsCommand(_parts.Clock.GetUtcNow()));
            Recovered = await Recovery.Recovery.CloseInterruptedAsync(open, _notary, _journal, _results, _settings, _parts);
        }

        // After recovery, so that what a crash left held does not count against a new limit.
        var limit = new Money(_settings.OwnerLimitMicros, _settings.Currency);
        if (await _journal.PostAsync(new OpenAccountsCommand(limit, _settings.Split)) is var opened and not LedgerStatus.Applied)
        {
            throw new AccountsException(opened switch
            {
                LedgerStatus.CurrencyMismatch => $"The accounts of this data folder are kept in another currency than {_settings.Currency}.",
                LedgerStatus.SameAccount => $"The split '{_settings.Split}' pays a share to the account that pays; name another.",
                LedgerStatus.AmountOutOfRange => $"The owner's limit says how far the account may fall, so it is zero or below; {limit} is not.",
                _ => $"The owner has spent more than the limit of {limit} allows.",
            });
        }

        try
        {
            var swept = await _journal.PostAsync(new SweepCommand(_parts.Clock.GetUtcNow(), SweepRows));
            if (swept.References > 0)
            {
                CollectBlobs();
            }
        }
        catch (StoreFullException)
        {
            // To remove something needs a little room too: a full disk does not keep the mesh from answering. The next run tries again.
        }
    }

    /// <summary>
    /// Removes what is out of date: idempotency keys and results after their 24 hours, blobs that nothing refers to, and jobs whose last commit found no room.
    /// Bounded; say it again while there is more. Safe beside running jobs and after any crash.
    /// </summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<Housekept> HousekeepAsync(CancellationToken cancellationToken)
    {
        var closed = await CloseAbandonedAsync();
        var (keys, results, records, more) = (0, 0, 0, true);
        for (var round = 0; more && round < SweepRounds && !cancellationToken.IsCancellationRequested; round++)
        {
            var swept = await _journal.PostAsync(new SweepCommand(_parts.Clock.GetUtcNow(), SweepRows));
            (keys, results, records, more) = (keys + swept.Keys, results + swept.Results, records + swept.Records, swept.More);
        }

        var collected = CollectBlobs();
        return new(closed, keys, results, records, collected.Blobs, collected.Bytes, more);
    }

    /// <summary>Figures of the jobs that end here.</summary>
    public JobTelemetry Telemetry { get; } = new();

    /// <summary>The one writer.</summary>
    internal JournalWriter Journal => _journal;

    /// <summary>Commits one batch of what waits, for a controller whose journal has no thread of its own.</summary>
    /// <returns>False when nothing waited.</returns>
    internal bool DrainJournal() => _journal.Drain();

    /// <summary>Takes one request down the path.</summary>
    /// <param name="request">The request; its tenant and principal come from whoever authenticated it.</param>
    /// <param name="progress">Told how far the worker is; null when nobody looks.</param>
    /// <param name="cancellationToken">Takes the job back: it ends as cancelled, costs nothing and has a receipt.</param>
    /// <remarks>What may go wrong is in the report; another exception than the one below is a defect of ours.</remarks>
    /// <exception cref="OperationCanceledException">It was taken back while its files were still being read: no job exists.</exception>
    public async Task<JobReport> SubmitAsync(JobRequest request, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var span = JobSpan.Begin(_parts.Catalogue.Knows(request.Capability) ? request.Capability : null, request.TraceParent);
        JobReport report;
        try
        {
            report = await WalkAsync(request, progress, cancellationToken);
        }
        catch (StoreException e)
        {
            report = new(null, StorageRefusal(e), null, null, false);
        }

        span.End(report);
        return report;
    }

    /// <summary>The receipt of a job as a self-contained file; null when the tenant has no such job, or the job no receipt yet.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public byte[]? ReceiptFile(TenantId tenant, JobId job) => RowOf(tenant, job) is null ? null : StoredReceipts.File(_parts.Store, job);

    /// <summary>What is known of a job; null when the tenant has none of that id: another tenant's job is not there.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public JobReport? Find(TenantId tenant, JobId job) => RowOf(tenant, job) is { } row ? ReportOf(row, repeated: false) : null;

    /// <summary>A job as a list shows it; null when the tenant has none of that id.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public JobSummary? Summary(TenantId tenant, JobId job) => RowOf(tenant, job) is { } row ? SummaryOf(row) : null;

    /// <summary>Jobs of one tenant, newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="before">Only older ones than this; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<JobSummary> List(TenantId tenant, JobFilter filter, JobId? before, int limit) =>
        [.. _parts.Store.ListJobs(tenant, before, limit, filter).Select(SummaryOf)];

    /// <summary>Why a job went where it went; null when the tenant has no such job, or the job no receipt yet.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Explanation? Explain(TenantId tenant, JobId job) => RowOf(tenant, job) is null ? null : Explainer.Explain(_parts.Store, job);

    /// <summary>What the jobs of one tenant came to, by capability and state.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="from">Those that were accepted then or later.</param>
    /// <param name="to">And before then.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<UsageLine> Usage(TenantId tenant, DateTimeOffset from, DateTimeOffset to) =>
    [
        .. _parts.Store.Usage(tenant, from, to).Select(u => new UsageLine(
            u.Capability, u.State, u.Jobs, new(u.ChargedMicros, _settings.Currency), new(u.Joules), new(u.GramsCo2e))),
    ];

    /// <summary>What a tenant's account has; null before its first job.</summary>
    public AccountBalance? Balance(TenantId tenant) =>
        _journal.State.Ledger.Accounts.GetValueOrDefault(Membership.AccountOf(tenant)) is { } account ? new(account.Id, account.Balance, account.Held, account.Limit) : null;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private static Refusal StorageRefusal(StoreException e) => e is StoreFullException or StoreConflictException
        ? new(RefusalKind.Storage, RefusalCodes.StorageFailed, e.Message, "Free some room, then run it again: nothing was charged.")
        : new(
            RefusalKind.Unknown, RefusalCodes.StorageFailed, e.Message,
            "Nobody knows whether the last step was written: start again on the same data folder and ask by the job's id or its key. Do not run it under another key.");

    private async Task<JobReport> WalkAsync(JobRequest request, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        var salt = _parts.Salt();
        var admit = await AdmittedJob.AdmitAsync(request, _parts.Catalogue, _parts.Ids, _parts.Clock, cancellationToken);
        if (!admit.Taken(out var admitted, out var refusal))
        {
            return _parts.Catalogue.Find(request.Capability, request.Version) is { } entry
                ? await RefuseAsync(UnadmittedFacts(request, salt), request, entry.Capability.Id, null, refusal)
                : new(null, refusal, null, null, false);
        }

        var facts = new JobFacts(new(admitted.Terms, Money.Zero(_settings.Currency), salt, Digest.Of(admitted.Input.Span), admitted.TraceParent), null, null);
        var membership = Membership.Of(_parts.Store, admitted.Tenant, admitted.Principal);
        if (!AuthorizedJob.Authorize(
                admitted, _policy, membership, new(_parts.Ids.Next()), admitted.AcceptedAt, isStarting: false, _settings.MinIsolation, out var decision)
            .Taken(out var authorized, out refusal))
        {
            return await RefuseAsync(facts with { Decision = decision }, request, admitted, null, refusal);
        }

        facts = facts with { Decision = decision };
        if (FindFirst(admitted) is { } known)
        {
            // What the key stands for does not depend on who offers what now.
            return known.Request == admitted.RequestDigest
                ? await RepeatAsync(known.Job, cancellationToken)
                : await RefuseAsync(facts, request, admitted, null, FundedJob.KeyTaken(known.Job));
        }

        var offers = _parts.Offers.Current;
        if (!PlacedJob.Place(authorized, offers, _settings.Currency).Taken(out var placed, out refusal))
        {
            return await RefuseAsync(facts, request, admitted, offers.Row, refusal);
        }

        facts = facts with { Plan = placed.Plan, Asked = facts.Asked with { Ceiling = placed.Ceiling } };

        // Known as running before anybody can learn its id from the key, so that whoever comes second finds whom to wait for.
        var running = new TaskCompletionSource<JobReport>(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[admitted.Id] = running;
        var written = false;
        try
        {
            var (fund, first) = await FundedJob.FundAsync(placed, _journal, Payer.Of(admitted.Tenant, membership.Tenant, _settings), facts);
            if (first is { } earlier)
            {
                return await RepeatAsync(earlier, cancellationToken);
            }

            if (!fund.Taken(out var funded, out refusal))
            {
                return await RefuseAsync(facts, request, admitted, offers.Row, refusal);
            }

            written = true;
            var report = await FinishAsync(funded, progress, cancellationToken);
            running.SetResult(report);
            return report;
        }
        catch (StoreException e)
        {
            var why = StorageRefusal(e);
            var report = new JobReport(written || why.Kind == RefusalKind.Unknown ? admitted.Id : null, why, null, null, false);
            running.TrySetResult(report);
            return report;
        }
        catch (Exception e)
        {
            running.TrySetException(e);
            _ = running.Task.Exception; // Nobody may be waiting.
            throw;
        }
        finally
        {
            _running.TryRemove(admitted.Id, out _);
        }
    }

    private JobRow? RowOf(TenantId tenant, JobId job) => _parts.Store.FindJob(job) is { } row && row.Tenant == tenant ? row : null;

    private JobSummary SummaryOf(JobRow row) => new(
        row.Id, row.Parent, row.Principal, row.Capability, row.State, row.Error, row.AcceptedAt, row.FinishedAt, new(row.ChargedMicros, _settings.Currency), row.Result?.ExpiresAt);

    private KeyRow? FindFirst(AdmittedJob job) =>
        job.Key is { } key && _parts.Store.FindKey(new(job.Tenant, key)) is { } known && known.ExpiresAt > job.AcceptedAt ? known : null;

    private async Task<JobReport> FinishAsync(FundedJob funded, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        var finished = await FinishedJob.RunAsync(funded, _parts.Dispatcher, _spool, _parts.Clock, progress, cancellationToken);
        try
        {
            return await CloseAsync(finished);
        }
        catch (Exception e) when (finished.Delivery is not null || e is not StoreException)
        {
            // The end could not be written as it was. A smaller one, that delivers and charges nothing, often can; if not, the hold goes back with the next
            // housekeeping or start. When nobody knows what was written, the journal refuses this too.
            return await CloseAsync(finished.Withdrawn(e is StoreException or BlobTooLargeException
                ? new(RefusalKind.Storage, RefusalCodes.StorageFailed, $"The result could not be kept: {e.Message}", "Free some room, then run it again: nothing was charged.")
                : new(RefusalKind.NotDone, RefusalCodes.Internal, $"The job could not be closed as it ended: {e.Message}", "Run it again; if it stays so, report it.")));
        }
    }

    private async Task<JobReport> CloseAsync(FinishedJob finished)
    {
        var settled = SettledJob.Settle(finished, _settings, _parts.Zones);
        var id = finished.Funded.Row.Id;
        if (await IssuedReceipt.AttestAsync(settled, _notary, _journal, _results, _parts.Clock.GetUtcNow()) is not { } issued)
        {
            return ReportOf(_parts.Store.FindJob(id)!, repeated: false);
        }

        Telemetry.Record(issued.Receipt, _parts.Catalogue);
        return new(id, finished.Refusal, finished.Delivery, issued.Receipt, false);
    }

    /// <summary>The outcome of the first job under a key; waits for it while it runs.</summary>
    private async Task<JobReport> RepeatAsync(JobId first, CancellationToken cancellationToken)
    {
        if (_running.TryGetValue(first, out var running))
        {
            try
            {
                return (await running.Task.WaitAsync(cancellationToken)) with { Repeated = true };
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return new(
                    first, new(RefusalKind.Cancelled, RefusalCodes.OutcomeUnknown, $"The wait for job {first}, the first with this key, was cancelled; the job goes on.", "Ask again by its id."),
                    null, null, true);
            }
        }

        if (_parts.Store.FindJob(first) is { State: JobState.Funded })
        {
            await CloseAbandonedAsync();
        }

        return ReportOf(_parts.Store.FindJob(first)!, repeated: true);
    }

    /// <summary>Closes jobs whose end could not be written when they ended.</summary>
    private async Task<int> CloseAbandonedAsync()
    {
        var abandoned = await _journal.PostAsync(new FindAbandonedCommand(_running.ContainsKey));
        return abandoned.Count == 0 ? 0 : (await Recovery.Recovery.CloseInterruptedAsync(abandoned, _notary, _journal, _results, _settings, _parts)).Count;
    }

    /// <summary>The mark is read after the decision to sweep: whatever is put from now on is inside its grace.</summary>
    private Collected CollectBlobs() => _parts.Blobs?.Collect(TenantBlobs.Marked(_parts.Store), _settings.BlobGrace) ?? new(0, 0);

    private JobReport ReportOf(JobRow row, bool repeated)
    {
        if (!row.State.IsTerminal())
        {
            return new(row.Id, new(RefusalKind.Unknown, RefusalCodes.OutcomeUnknown, $"Job {row.Id} has not ended here.", "Ask again by its id."), null, null, repeated);
        }

        var delivery = row.State == JobState.Done ? _results.Read(row.Result) : null;
        return new(row.Id, row.State == JobState.Done ? null : RefusalOf(row), delivery, StoredReceipts.Read(_parts.Store, row.Id), repeated);
    }

    private static Refusal RefusalOf(JobRow row)
    {
        var code = row.Error ?? RefusalCodes.Interrupted;
        return new(
            RefusalCodes.KindOf(row.State, code), code, $"Job {row.Id} was {row.State.ToString().ToLowerInvariant()}: {code}.",
            row.IdempotencyKey is null ? "" : "The same key gives this outcome for 24 hours; run it again under a new one.");
    }

    private JobFacts UnadmittedFacts(JobRequest request, byte[] salt) =>
        new(new(request.Terms, Money.Zero(_settings.Currency), salt, Digest.Of(request.Input.Span), TraceParent.Read(request.TraceParent)), null, null);

    private Task<JobReport> RefuseAsync(JobFacts facts, JobRequest request, AdmittedJob admitted, SnapshotRow? snapshot, Refusal refusal) =>
        RefuseAsync(facts, request, admitted.Entry.Capability.Id, snapshot, refusal, admitted);

    private async Task<JobReport> RefuseAsync(
        JobFacts facts, JobRequest request, CapabilityVersion capability, SnapshotRow? snapshot, Refusal refusal, AdmittedJob? admitted = null)
    {
        var now = _parts.Clock.GetUtcNow();
        var job = RefusedJob.Of(
            admitted?.Id ?? new(_parts.Ids.Next()), request, capability, admitted?.RequestDigest ?? facts.Asked.Input, facts with { Asked = facts.Asked with { Ceiling = Money.Zero(_settings.Currency) } },
            refusal, snapshot, admitted?.AcceptedAt ?? now);
        var issued = await IssuedReceipt.RefuseAsync(job, _notary, _journal, now);
        Telemetry.Record(issued.Receipt, _parts.Catalogue);
        return new(job.Row.Id, refusal, null, issued.Receipt, false);
    }
}
