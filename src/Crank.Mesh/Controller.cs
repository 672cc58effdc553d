using System.Collections.Concurrent;
using System.Collections.Immutable;
using Crank.Core;
using Crank.Ledger;
using Crank.Market;
using Crank.Mesh.Audit;
using Crank.Mesh.Authorize;
using Crank.Mesh.Blobs;
using Crank.Mesh.Catalogue;
using Crank.Mesh.Explain;
using Crank.Mesh.Govern;
using Crank.Mesh.Housekeeping;
using Crank.Mesh.Journal;
using Crank.Mesh.Path;
using Crank.Mesh.Place;
using Crank.Mesh.Queue;
using Crank.Mesh.Receipts;
using Crank.Mesh.Records;
using Crank.Mesh.Rollouts;
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

    private static readonly Refusal s_stopping = new(RefusalKind.NoOffer, RefusalCodes.Stopping, "The mesh is about to stop and takes nothing new.", "Try again in a moment.");

    private readonly ControllerSettings _settings;
    private readonly ControllerParts _parts;
    private readonly Bench _bench;
    private readonly Intake _intake;
    private readonly Endings _endings;
    private readonly JobWatch _watch;
    private readonly JobQueue _queue;
    private readonly Acceptance _acceptance;
    private readonly JournalWriter _journal;
    private readonly ConcurrentDictionary<JobId, InFlight> _running = new();
    private ITimer? _housekeeping;
    private int _keepingHouse;
    private volatile bool _stopping;

    private Controller(ControllerSettings settings, ControllerParts parts, Notary notary, JournalState state)
    {
        (_settings, _parts) = (settings, parts);
        _watch = new(parts.Store, parts.Clock);
        _journal = new(parts.Store, state, parts.Ids, notary.Checkpoint, settings.OwnJournalThread, _watch.Committed);
        Records = new(parts.Store, _journal);
        Rollouts = new(Records, parts.Store, parts.Clock, Telemetry);
        Exemptions = new(Records, parts.Clock, parts.Ids);
        var policy = parts.Policy ?? new RegoPolicy(new PolicyBook(DefaultPolicies.Load(parts.Clock), parts.Clock));

        // A policy that is not in Rego decides jobs alone: the default set answers everything else.
        Gate = new(parts.Policies ?? (policy as RegoPolicy)?.Book ?? new PolicyBook(DefaultPolicies.Load(parts.Clock), parts.Clock), parts.Clock);
        _bench = new(
            settings, parts, new GovernedPolicy(policy, Exemptions, Gate, parts.Store, parts.Overruled), () => Lockdown!.Current, notary,
            _journal, new(parts.Blobs), new(parts.Blobs), Telemetry, Rollouts,
            parts.Chance ?? new Random());
        (_intake, _endings) = (new(_bench), new(_bench));
        _queue = new(settings.Queue, parts.Clock, new QueueRunner(_bench, _endings, _watch).RunAsync);
        _acceptance = new(_bench, _intake, _endings, _queue);
        Blobs = new(Records, parts.Clock);
        Lockdown = new(Records, parts.Clock, _queue, () => [.. _running.Values]);
    }

    /// <summary>The name of the mesh's log.</summary>
    public string Origin => _settings.Origin;

    /// <summary>The capabilities known here now.</summary>
    public CapabilityCatalogue Catalogue => _parts.Offers.Catalogue;

    /// <summary>The offers in force.</summary>
    public OfferSnapshot Offers => _parts.Offers.Offers;

    /// <summary>The currency of every account.</summary>
    public Currency Currency => _settings.Currency;

    /// <summary>The files that tenants keep.</summary>
    public TenantBlobs Blobs { get; }

    /// <summary>New versions that take a share of the jobs while they keep their limits.</summary>
    public RolloutBook Rollouts { get; }

    /// <summary>The key that signs receipts and checkpoints now.</summary>
    public VerificationKey Key => _parts.Key().Public;

    /// <summary>How many leaves the log has.</summary>
    public long LogSize => _journal.State.Log.Size;

    /// <summary>Keys, principals, webhooks, cursors and whatever else a mesh keeps besides jobs and money.</summary>
    public RecordBook Records { get; }

    /// <summary>Asks the policies in force about what is no job.</summary>
    public GateDesk Gate { get; }

    /// <summary>The exceptions from rules of the policy.</summary>
    public ExemptionBook Exemptions { get; }

    /// <summary>Stops the mesh from taking and starting jobs, in one call.</summary>
    public LockdownBook Lockdown { get; }

    /// <summary>The jobs that a crash had left open and that were closed when this controller opened.</summary>
    public IReadOnlyList<JobId> Recovered { get; private set; } = [];

    /// <summary>The jobs that a crash had cut off and that went back into the queue when this controller opened.</summary>
    public IReadOnlyList<JobId> Resumed { get; private set; } = [];

    /// <summary>How full the queue is.</summary>
    public QueueLoad QueueLoad => _queue.Load;

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
            new JournalState(LedgerRows.State(stored), log, stored.OpenJobs.ToDictionary(j => j.Id), [], stored.Queue.ToDictionary(q => q.Job)));
    }

    /// <summary>Closes what a crash left open, opens the accounts on first use, and removes a little of what is out of date.</summary>
    internal async Task StartAsync()
    {
        Rollouts.Load(LogSize, receipt => JobEnd.Of(receipt, Catalogue.Find(receipt.Capability)?.Capability));
        var open = _journal.State.OpenJobs.Values.OrderBy(job => job.Id).ToList();
        if (open.Count > 0)
        {
            await _journal.PostAsync(new ExpireHoldsCommand(_parts.Clock.GetUtcNow()));
            var recovered = await Recovery.Recovery.RunAsync(open, _bench, _endings);
            (Recovered, Resumed) = (recovered.Closed, [.. recovered.Returned.Select(q => q.Job)]);
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

        _acceptance.Load(_journal.State.Queue.Values.OrderBy(q => q.Job).ToList());
        if (_settings.HousekeepEvery > TimeSpan.Zero)
        {
            _housekeeping = _parts.Clock.CreateTimer(_ => _ = KeepHouseAsync(), null, _settings.HousekeepEvery, _settings.HousekeepEvery);
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
        var (keys, results, records, dead, more) = (0, 0, 0, 0, true);
        for (var round = 0; more && round < SweepRounds && !cancellationToken.IsCancellationRequested; round++)
        {
            var swept = await _journal.PostAsync(new SweepCommand(_parts.Clock.GetUtcNow(), SweepRows));
            (keys, results, records, dead, more) = (keys + swept.Keys, results + swept.Results, records + swept.Records, dead + swept.Dead, swept.More);
        }

        await Rollouts.TendAsync();
        var collected = CollectBlobs();
        return new(closed, keys, results, records, dead, collected.Blobs, collected.Bytes, more);
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
        if (_stopping)
        {
            return new(null, s_stopping, null, null, false);
        }

        using var span = JobSpan.Begin(_parts.Offers.Catalogue.Knows(request.Capability) ? request.Capability : null, request.TraceParent);
        JobReport report;
        try
        {
            report = await WalkAsync(request, _parts.Offers, progress, cancellationToken);
        }
        catch (StoreException e)
        {
            report = new(null, Intake.StorageRefusal(e), null, null, false);
        }

        span.End(report);
        return report;
    }

    /// <summary>Takes one request down the whole path as any other, but lets only the offers of one book run it: how the health of one service is found out.</summary>
    /// <param name="request">The request.</param>
    /// <param name="among">What may run it, see <see cref="Registry.ServiceRegistry.Probe"/>.</param>
    /// <param name="cancellationToken">Takes the job back.</param>
    public async Task<JobReport> CheckAsync(JobRequest request, OfferBook among, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(among);
        if (_stopping)
        {
            return new(null, s_stopping, null, null, false);
        }

        try
        {
            return await WalkAsync(request, among, null, cancellationToken);
        }
        catch (StoreException e)
        {
            return new(null, Intake.StorageRefusal(e), null, null, false);
        }
    }

    /// <summary>The receipt of a job as a self-contained file; null when the tenant has no such job, or the job no receipt yet.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public byte[]? ReceiptFile(TenantId tenant, JobId job) => RowOf(tenant, job) is null ? null : StoredReceipts.File(_parts.Store, job);

    /// <summary>What is known of a job; null when the tenant has none of that id: another tenant's job is not there.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public JobReport? Find(TenantId tenant, JobId job) => RowOf(tenant, job) is { } row ? _endings.ReportOf(row, repeated: false) : null;

    /// <summary>A job as a list shows it; null when the tenant has none of that id.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public JobSummary? Summary(TenantId tenant, JobId job) => RowOf(tenant, job) is { } row ? SummaryOf(row) with { Queue = QueueFactsOf(job) } : null;

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

    /// <summary>Accepts a job that runs later: when this returns without a refusal it is on disk, with its price promised and the money for it held.</summary>
    /// <param name="request">The request; its tenant, principal and roles come from whoever authenticated it. Its files are kept until it has ended.</param>
    /// <param name="schedule">When it runs.</param>
    /// <param name="cancellationToken">Gives it up while its files are still being read; what is accepted stays accepted.</param>
    /// <remarks>When it starts it is authorized and priced again, and refused, with both decisions on its receipt, if policy says no by then or it costs more than promised.</remarks>
    /// <exception cref="OperationCanceledException">It was given up while its files were still being read: no job exists.</exception>
    public Task<AcceptReport> AcceptAsync(JobRequest request, Schedule schedule, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(schedule);
        return _stopping
            ? Task.FromResult(new AcceptReport(null, s_stopping, null, null, null, null, false))
            : _acceptance.AcceptAsync(request, schedule, null, cancellationToken);
    }

    /// <summary>Takes a job back. One that waits ends at once; one that runs is stopped, and its end may still be another one.</summary>
    /// <exception cref="StoreException">The store cannot be read or written.</exception>
    public async Task<CancelAnswer> CancelAsync(TenantId tenant, JobId job)
    {
        if (RowOf(tenant, job) is not { } row)
        {
            return CancelAnswer.NotFound;
        }

        if (row.State.IsTerminal())
        {
            return CancelAnswer.Ended;
        }

        if (_running.TryGetValue(job, out var running))
        {
            running.Stop(null);
            return CancelAnswer.Stopping;
        }

        if (_queue.Stop(job))
        {
            return CancelAnswer.Stopping;
        }

        if (row.State == JobState.Queued && await _acceptance.CancelAsync(row))
        {
            return CancelAnswer.Cancelled;
        }

        return RowOf(tenant, job) is { } now && now.State.IsTerminal() ? CancelAnswer.Ended : _queue.Stop(job) ? CancelAnswer.Stopping : CancelAnswer.Ended;
    }

    /// <summary>What happens to a job, beginning with where it stands, until it has ended.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="job">The job.</param>
    /// <param name="after">Only events with a greater sequence; −1 for all.</param>
    /// <param name="cancellationToken">Ends the watching.</param>
    /// <returns>Null when the tenant has no such job. Whoever is slow misses events in between, never the last one.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IAsyncEnumerable<JobEvent>? Watch(TenantId tenant, JobId job, long after, CancellationToken cancellationToken) =>
        RowOf(tenant, job) is null ? null : _watch.WatchAsync(job, after, cancellationToken);

    /// <summary>Jobs of one tenant that were accepted and not done, newest first; those that the caller took back are not among them.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Only older ones than this; null for all.</param>
    /// <param name="limit">How many at most, ≥ 1.</param>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public IReadOnlyList<DeadLetter> DeadLetters(TenantId tenant, JobId? before, int limit) =>
    [
        .. _parts.Store.DeadLetters(tenant, before, limit)
            .Select(letter => _parts.Store.FindJob(letter.Job) is { } row ? new DeadLetter(SummaryOf(row) with { Queue = QueueFacts.Of(letter) }, letter.ExpiresAt!.Value) : null)
            .OfType<DeadLetter>(),
    ];

    /// <summary>Accepts the job of a dead letter again, as a new job with the same input and terms, in place of the letter.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="principal">Who asks now.</param>
    /// <param name="roles">What the authenticated identity says that the principal may be.</param>
    /// <param name="dead">The job that was not done.</param>
    /// <param name="schedule">When it runs.</param>
    /// <param name="purse">What the credential that asks now may spend; null for all that the tenant may.</param>
    /// <param name="cancellationToken">Gives it up before it is accepted.</param>
    /// <returns>Null when the tenant has no such dead letter.</returns>
    /// <exception cref="InvalidDataException">Its input cannot be read.</exception>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public Task<AcceptReport?> RequeueAsync(
        TenantId tenant, PrincipalId principal, ImmutableArray<string> roles, JobId dead, Schedule schedule, Purse? purse, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return _stopping
            ? Task.FromResult<AcceptReport?>(new(null, s_stopping, null, null, null, null, false))
            : _acceptance.RequeueAsync(tenant, principal, roles, dead, schedule, purse, cancellationToken);
    }

    /// <summary>Removes a dead letter; its job and receipt stay.</summary>
    /// <returns>False when the tenant has no such dead letter.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public Task<bool> ForgetDeadLetterAsync(TenantId tenant, JobId dead) => _acceptance.ForgetAsync(tenant, dead);

    /// <summary>
    /// Gets ready to stop: takes and starts nothing more, waits for what runs, and stops what takes too long. Queued jobs that were stopped go back into the queue where
    /// they may run again; the others are closed as interrupted. What waits stays on disk. Nothing is lost and nothing that was not delivered is charged.
    /// </summary>
    /// <param name="patience">How long to wait for running jobs.</param>
    /// <param name="cancellationToken">Ends the waiting at once.</param>
    public async Task<Drained> DrainAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        _stopping = true;
        var queue = _queue.DrainAsync(patience, cancellationToken);
        var running = _running.OrderBy(r => r.Key).Select(r => r.Value).ToList();
        var ends = Task.WhenAll(running.Select(r => r.EndedAsync()));
        try
        {
            await ends.WaitAsync(patience, _parts.Clock, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // They are stopped below, whether it took too long or nobody wants to wait any more.
        }

        var late = running.Where(r => !r.End.Task.IsCompleted).ToList();
        late.ForEach(r => r.Stop(FinishedJob.Stopped));
        await ends;
        var (finished, stopped) = await queue;
        try
        {
            await CloseAbandonedAsync();
        }
        catch (StoreException)
        {
            // What has no end yet gets it from the next start.
        }

        return new(running.Count - late.Count + finished, late.Count + stopped, _queue.Load.Waiting);
    }

    /// <summary>Stops at once: what runs from the queue is handed back; drain first to let it end.</summary>
    public async ValueTask DisposeAsync()
    {
        _stopping = true;
        if (_housekeeping is not null)
        {
            await _housekeeping.DisposeAsync();
        }

        if (_settings.OwnJournalThread)
        {
            await _queue.DrainAsync(TimeSpan.Zero, CancellationToken.None);
        }

        _queue.Dispose();
        Lockdown.Dispose();
        await _journal.DisposeAsync();
        Rollouts.Dispose();
    }

    /// <summary>For simulations: the process is gone, and nothing of it acts any more.</summary>
    internal void Die()
    {
        _housekeeping?.Dispose();
        _queue.Dispose();
    }

    /// <summary>For simulations: a defect that a run of the queue threw; null while none did.</summary>
    internal Exception? QueueDefect => _queue.LastDefect;

    private async Task KeepHouseAsync()
    {
        if (Interlocked.Exchange(ref _keepingHouse, 1) == 1)
        {
            return;
        }

        try
        {
            await HousekeepAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is StoreException or ObjectDisposedException or System.Threading.Channels.ChannelClosedException)
        {
            // The next run tries again; whoever submits hears of a store that fails.
        }
        finally
        {
            Volatile.Write(ref _keepingHouse, 0);
        }
    }

    private async Task<JobReport> WalkAsync(JobRequest request, OfferBook book, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        var prepared = await _intake.PrepareAsync(request, book, isQueued: false, cancellationToken);
        if (prepared.Report is { } answered)
        {
            return answered;
        }

        if (prepared.First is { } known)
        {
            return await RepeatAsync(known, cancellationToken);
        }

        var (placed, facts) = (prepared.Placed!, prepared.Facts!);
        var admitted = placed.Admitted;

        // Known as running before anybody can learn its id from the key, so that whoever comes second finds whom to wait for.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new InFlight(stop);
        _running[admitted.Id] = running;
        var written = false;
        try
        {
            if (_stopping)
            {
                // A drain that began meanwhile may not have seen it.
                return new(null, s_stopping, null, null, false);
            }

            if (Lockdown.Current is { } lockdown)
            {
                // One that came meanwhile may not have seen it.
                return await _intake.RefuseAsync(facts with { Decision = lockdown.Decide(new(_parts.Ids.Next())), Plan = null }, request, admitted, null, lockdown.Refusal);
            }

            var (fund, first) = await FundedJob.FundAsync(placed, _journal, prepared.Payer!, facts);
            if (first is { } earlier)
            {
                return await RepeatAsync(earlier, cancellationToken);
            }

            if (!fund.Taken(out var funded, out var refusal))
            {
                return await _intake.RefuseAsync(facts, request, admitted, prepared.Offers!.Row, refusal);
            }

            written = true;
            var finished = await FinishedJob.RunAsync(funded, _parts.Dispatcher, _bench.Spool, _parts.Clock, _watch.Progress(funded.Row, progress), stop.Token);
            if (finished.State == JobState.Cancelled && running.Cut is { } cut)
            {
                finished = finished.EndedAs(JobState.Interrupted, cut);
            }

            var report = await _endings.EndAsync(finished);
            running.End.SetResult(report);
            return report;
        }
        catch (StoreException e)
        {
            var why = Intake.StorageRefusal(e);
            var report = new JobReport(written || why.Kind == RefusalKind.Unknown ? admitted.Id : null, why, null, null, false);
            running.End.TrySetResult(report);
            return report;
        }
        catch (Exception e)
        {
            running.End.TrySetException(e);
            _ = running.End.Task.Exception; // Nobody may be waiting.
            throw;
        }
        finally
        {
            _running.TryRemove(admitted.Id, out _);

            // A refusal or a repetition was never anybody's to wait for, except of a drain.
            running.End.TrySetResult(new(null, null, null, null, false));
        }
    }

    private JobRow? RowOf(TenantId tenant, JobId job) => _parts.Store.FindJob(job) is { } row && row.Tenant == tenant ? row : null;

    private JobSummary SummaryOf(JobRow row) => new(
        row.Id, row.Parent, row.Principal, row.Capability, row.State, row.Error, row.AcceptedAt, row.FinishedAt, new(row.ChargedMicros, _settings.Currency), row.Result?.ExpiresAt,
        row.State.IsTerminal() ? null : QueueFactsOf(row.Id));

    private QueueFacts? QueueFactsOf(JobId job) => _parts.Store.FindQueued(job) is { } queued ? QueueFacts.Of(queued) : null;

    /// <summary>The outcome of the first job under a key; waits for it while it runs or waits for its turn.</summary>
    private async Task<JobReport> RepeatAsync(JobId first, CancellationToken cancellationToken)
    {
        try
        {
            if (_running.TryGetValue(first, out var running))
            {
                return (await running.EndedAsync().WaitAsync(cancellationToken)) with { Repeated = true };
            }

            if (_settings.Queue.Runs && !_stopping && _queue.Knows(first))
            {
                await _watch.EndAsync(first, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new(
                first, new(RefusalKind.Cancelled, RefusalCodes.OutcomeUnknown, $"The wait for job {first}, the first with this key, was cancelled; the job goes on.", "Ask again by its id."),
                null, null, true);
        }

        if (_parts.Store.FindJob(first) is { State: JobState.Funded })
        {
            await CloseAbandonedAsync();
        }

        return _endings.ReportOf(_parts.Store.FindJob(first)!, repeated: true);
    }

    /// <summary>Takes care of jobs that nobody works on or waits with: their end could not be written when they ended, or their place could not be changed.</summary>
    private async Task<int> CloseAbandonedAsync()
    {
        var abandoned = await _journal.PostAsync(new FindAbandonedCommand(job => _running.ContainsKey(job.Id) || _queue.Knows(job.Id)));
        if (abandoned.Count == 0)
        {
            return 0;
        }

        var recovered = await Recovery.Recovery.RunAsync(abandoned, _bench, _endings);
        _acceptance.Load(recovered.Returned.Concat(abandoned.Where(job => job.State == JobState.Queued).Select(job => _parts.Store.FindQueued(job.Id)).OfType<QueueRow>().Where(q => !q.IsDead)));
        return recovered.Closed.Count + recovered.Returned.Count;
    }

    /// <summary>The mark is read after the decision to sweep: whatever is put from now on is inside its grace.</summary>
    private Collected CollectBlobs() => _parts.Blobs?.Collect(TenantBlobs.Marked(_parts.Store), _settings.BlobGrace) ?? new(0, 0);
}
